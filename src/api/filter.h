/* /api/blocklists/rules and /check: names that are always or never blocked,
 * and what would become of a name. */
#ifndef API_FILTER_H
#define API_FILTER_H

#include <stdbool.h>

#include "api/route.h"

struct api_dns_ask;
struct api_req;
struct err;

extern const struct api_route api_filter_routes[];

/* A query parameter as the peer that asks: its zone, address and number in q, which stays as it is without one. False: e
 * says what it must be. */
bool api_peer_read(const struct api_req *rq, const char *param, struct api_dns_ask *q, struct err *e);

#endif /* API_FILTER_H */
