/* Shapes of domain.c's documents. */
#ifndef API_DOMAIN_SHAPE_H
#define API_DOMAIN_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_ddns_in_shape, api_ddns_shape, api_ddns_name_shape;

#endif /* API_DOMAIN_SHAPE_H */
