/* /api/proxy: host names that lead to web servers in the network, how they are,
 * and trying one. */
#ifndef API_PROXY_H
#define API_PROXY_H

#include "api/route.h"

extern const struct api_route api_proxy_routes[];

#endif /* API_PROXY_H */
