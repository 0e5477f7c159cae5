/* /api/blocklists/rules and /check: names that are always or never blocked,
 * and what would become of a name. */
#ifndef API_FILTER_H
#define API_FILTER_H

#include <stdbool.h>

#include "api/route.h"
#include "base/addr.h"

struct api_req;
struct err;

extern const struct api_route api_filter_routes[];

/* A query parameter as a device of the VPN: its address so far. False: e says what it must be. */
bool api_peer_read(const struct api_req *rq, const char *param, struct addr *out, struct err *e);

#endif /* API_FILTER_H */
