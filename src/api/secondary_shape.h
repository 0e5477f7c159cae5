/* The documents that go in and out of /api/dns/secondaries. */
#ifndef API_SECONDARY_SHAPE_H
#define API_SECONDARY_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_secondary_shape, api_secondaries_shape, api_secondary_made_shape;
extern const struct api_shape api_secondary_new_shape, api_secondary_in_shape;

#endif /* API_SECONDARY_SHAPE_H */
