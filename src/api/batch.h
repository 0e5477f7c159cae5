/* Several changes as one proposal: each is a request that nobody has sent, goes to its own handler as a dry run, and ends in
 * api_change(), which hands its edit over to here. Then all edits are made in one draft, which is checked like any other,
 * and dropped. Nothing is prepared or written. */
#ifndef API_BATCH_H
#define API_BATCH_H

#include <jansson.h>

struct api_batch;
struct api_change;
struct api_req;
struct conf;

enum { API_BATCH_MAX = 50 };

/* changes: array of {method, path, body?}, of the shape's form. then answers rq; next is dropped behind it. A change that
 * is refused, or after which all of them cannot stand, is answered with its own problem and the member "change", its place
 * in the array. Takes rq. */
void api_batch(struct api_req *rq, const json_t *changes, void (*then)(struct api_req *rq, const struct conf *next));

/* For change.c and request.c: what a handler of the batch came to. Each takes its rq. problem: taken; NULL: none, or it was
 * no JSON. */
void api_batch_edit(struct api_req *rq, const struct api_change *c);
void api_batch_refuse(struct api_req *rq, int status, json_t *problem);

#endif /* API_BATCH_H */
