/* Keys of a peer between a request and its commit: made here or given, sealed within the edit, destroyed again when the
 * change fails. They are in rq->keys, {"public_key", "private_key"?, "preshared_key"?}, and nowhere else. */
#ifndef API_PEER_KEY_H
#define API_PEER_KEY_H

#include <stdbool.h>

#include <jansson.h>

struct api_req;
struct err;

/* Take public_key and private_key out of the body; without both a pair is made. False: answered. */
bool api_peer_keys_take(struct api_req *rq);

/* In the edit: public_key and secret_ref of the row; a preshared key is made if draft wants one. Nothing is sealed on a
 * dry run. 0, or negative errno with e. */
int api_peer_keys_put(struct api_req *rq, const json_t *draft, json_t *row, struct err *e);

/* The change failed: what was sealed for it goes. */
void api_peer_keys_undo(struct api_req *rq);

/* A client's key that has no use any more. That it could not be destroyed is logged; upkeep tries again. */
void api_peer_key_drop(struct api_req *rq, const char *public_key);

#endif /* API_PEER_KEY_H */
