/* /api/ddns: how dynamic DNS is, and having the provider told by hand. */
#ifndef API_DDNS_H
#define API_DDNS_H

#include "api/route.h"

extern const struct api_route api_ddns_routes[];

#endif /* API_DDNS_H */
