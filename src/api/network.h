/* /api/network: the host's interfaces and the cell's doors. */
#ifndef API_NETWORK_H
#define API_NETWORK_H

#include "api/route.h"

extern const struct api_route api_network_routes[];

#endif /* API_NETWORK_H */
