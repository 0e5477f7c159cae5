/* Client files of devices: /api/peers/<name>/config, …/rekey, …/clear-reinstall. */
#ifndef API_PEER_FILE_H
#define API_PEER_FILE_H

#include "api/route.h"

struct conf_peer;
struct conf_result;

extern const struct api_route api_peer_file_routes[];

/* Answer with the file of p, a peer of rq->conf, in the format that the query asks for. */
void api_peer_file_answer(struct api_req *rq, const struct conf_peer *p);

/* The key pair of the body, or a new one, for the peer of that name; then done(rq, r), with the keys in rq->keys and struct
 * api_peer_change in rq->state. */
void api_peer_rekey(struct api_req *rq, const char *name, void (*done)(struct api_req *rq, const struct conf_result *r));

/* A done that answers with the new file. */
void api_peer_rekeyed(struct api_req *rq, const struct conf_result *r);

#endif /* API_PEER_FILE_H */
