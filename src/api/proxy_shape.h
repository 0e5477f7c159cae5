/* Documents of /api/proxy as rows. */
#ifndef API_PROXY_SHAPE_H
#define API_PROXY_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_proxy_route_shape, api_proxy_routes_shape;
extern const struct api_shape api_proxy_route_new_shape, api_proxy_route_in_shape;
extern const struct api_shape api_proxy_test_shape, api_proxy_status_shape;

#endif /* API_PROXY_SHAPE_H */
