/* /api/wireguard: the server side of the VPN. */
#ifndef API_WIREGUARD_H
#define API_WIREGUARD_H

#include "api/route.h"

extern const struct api_route api_wireguard_routes[];

#endif /* API_WIREGUARD_H */
