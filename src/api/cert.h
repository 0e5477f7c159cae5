/* /api/certificates: what the edges serve, how long it lasts, renewing it
 * (TLS-12). /api/caddy/cert-status and cert-renew are other names for two of them. */
#ifndef API_CERT_H
#define API_CERT_H

#include <jansson.h>

#include "api/route.h"

struct api_req;

extern const struct api_route api_cert_routes[];

/* Whole days until the time text; negative: since. */
json_int_t api_cert_days(const struct api_req *rq, const char *not_after);

/* The row of GET /api/certificates with this id: a new reference; NULL: there is none. */
json_t *api_cert_row(struct api_req *rq, const char *id);

/* Hand the edges new tables, then answer with what finish makes of rq->state. */
void api_cert_serve(struct api_req *rq, void (*finish)(struct api_req *rq));

#endif /* API_CERT_H */
