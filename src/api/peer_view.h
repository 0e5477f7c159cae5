/* A peer as the API shows it: its record, what derives from it, and what the data plane knows. */
#ifndef API_PEER_VIEW_H
#define API_PEER_VIEW_H

#include <stdbool.h>

#include <jansson.h>

struct api_peer_facts;
struct api_req;
struct conf;
struct conf_peer;
struct err;
struct wg_client_plan;

enum { API_PEER_ONLINE_S = 180 };	/* since the last handshake */

/* What client files have in common now; freed with wg_client_plan_free(). NULL when out of memory. */
struct wg_client_plan *api_peer_plan(const struct api_req *rq, const struct conf *c);

/* Was it heard of a moment ago? */
bool api_peer_is_online(const struct api_req *rq, const struct api_peer_facts *f);

/* Its record in the document of c. Borrowed. */
const json_t *api_peer_row(const struct conf *c, const struct conf_peer *p);

/* New reference, NULL when out of memory. */
json_t *api_peer_view(const struct api_req *rq, const struct wg_client_plan *plan, const struct conf *c,
    const struct conf_peer *p);
json_t *api_peer_view_one(const struct api_req *rq, const struct conf *c, const struct conf_peer *p);

/* {config, filename, qr_svg, complete}, with the keys of rq->keys, else those that are sealed. New reference, NULL with e. */
json_t *api_peer_file(const struct api_req *rq, const struct conf *c, const struct conf_peer *p, struct err *e);

/* The member installed for the row of a draft whose file is handed out now (wg_client_digest()); null where the row is
 * none that could be committed. c: in force, of which draft is an edit. 0, or negative errno with e. */
int api_peer_installed(const struct api_req *rq, const struct conf *c, json_t *row, struct err *e);

#endif /* API_PEER_VIEW_H */
