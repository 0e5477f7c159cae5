/* The documents that go in and out of /api/setup. */
#ifndef API_SETUP_SHAPE_H
#define API_SETUP_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_setup_status_shape, api_setup_query_shape, api_setup_step_shape;
extern const struct api_shape api_setup_put_shape, api_setup_next_shape, api_setup_name_shape;
extern const struct api_shape api_setup_token_shape, api_setup_in_shape, api_setup_done_shape;

#endif /* API_SETUP_SHAPE_H */
