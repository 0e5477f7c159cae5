/* Documents of /api/routing as rows. */
#ifndef API_ROUTING_SHAPE_H
#define API_ROUTING_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_static_route_shape, api_static_routes_shape, api_static_route_new_shape;
extern const struct api_shape api_peer_routes_shape;
extern const struct api_shape api_routing_status_shape, api_routing_query_shape, api_host_routes_shape;

#endif /* API_ROUTING_SHAPE_H */
