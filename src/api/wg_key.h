/* The key of the cell itself in a change of the section wireguard: private_key is "generate", or the key; it goes to the
 * vault, and the public one into the section. */
#ifndef API_WG_KEY_H
#define API_WG_KEY_H

#include <stdbool.h>

#include <jansson.h>

struct api_req;
struct err;

/* Take private_key out of the section's object in a request (NULL: there is none); "" keeps the key. False: answered. */
bool api_wg_key_take(struct api_req *rq, json_t *wireguard);

/* In the edit. 0, also when no key was given, or negative errno with e. */
int api_wg_key_put(struct api_req *rq, json_t *draft, struct err *e);

#endif /* API_WG_KEY_H */
