/* /api/peers: the devices of the VPN. */
#ifndef API_PEER_H
#define API_PEER_H

#include <jansson.h>

#include "api/route.h"

struct conf_peer;
struct err;

extern const struct api_route api_peer_routes[];

/* POST of a new one: a whole handler. */
void api_peer_create(struct api_req *rq);

/* The one that the path names; NULL: answered 404. */
const struct conf_peer *api_peer_of_path(struct api_req *rq);

/* Answer with what it moved in the range of the query. */
void api_peer_stats(struct api_req *rq, const struct conf_peer *p);

/* Its row in a draft; NULL with e. */
json_t *api_peer_find_row(json_t *draft, const char *name, struct err *e);

/* In an edit: give the row the keys of rq->keys, its addresses if it has none, and the mark of the file that is handed out
 * with it. 0, or negative errno with e. */
int api_peer_finish_row(struct api_req *rq, json_t *draft, json_t *row, struct err *e);

#endif /* API_PEER_H */
