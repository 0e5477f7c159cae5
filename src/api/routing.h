/* Routes that the cell keeps for its host, and the ways of its devices (api.md 13). */
#ifndef API_ROUTING_H
#define API_ROUTING_H

#include "api/route.h"

extern const struct api_route api_routing_routes[];

#endif /* API_ROUTING_H */
