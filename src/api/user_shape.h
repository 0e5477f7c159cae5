/* The documents that go in and out of users and tokens. */
#ifndef API_USER_SHAPE_H
#define API_USER_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_user_shape, api_users_shape;
extern const struct api_shape api_user_new_shape, api_user_in_shape, api_user_reset_shape;
extern const struct api_shape api_token_shape, api_tokens_shape, api_token_new_shape, api_token_made_shape;

#endif /* API_USER_SHAPE_H */
