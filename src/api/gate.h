/* What stands between a request's head and its handler, in the order of
 * api.md 1.3; see "Life of an API request" in server.h. */
#ifndef API_GATE_H
#define API_GATE_H

#include <stdbool.h>

#include "base/str.h"

struct api_req;

/* Judge the head; nothing of the body was read yet. True: go on with rq, whose route, caller and query are set.
 * False: it was answered and is gone. */
bool api_gate_head(struct api_req *rq);

/* Judge the body (empty: an empty object). True: rq->body is what the row asks for, the handler may run. */
bool api_gate_body(struct api_req *rq, struct str body);

/* How large a body the row may have. */
size_t api_gate_body_max(const struct api_req *rq);

#endif /* API_GATE_H */
