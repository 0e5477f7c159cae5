/* Shapes of /api/peer. */
#ifndef API_SELF_SHAPE_H
#define API_SELF_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_self_dashboard_shape, api_self_services_shape, api_self_file_query_shape;

#endif /* API_SELF_SHAPE_H */
