/* The documents that go in and out of /api/auth but users. */
#ifndef API_SESSION_SHAPE_H
#define API_SESSION_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_login_in_shape, api_login_shape, api_me_shape, api_csrf_shape;
extern const struct api_shape api_password_in_shape;
extern const struct api_shape api_visit_in_shape, api_visit_shape;
extern const struct api_shape api_sessions_shape, api_sessions_query_shape;
extern const struct api_shape api_totp_in_shape, api_totp_shape, api_totp_end_shape;
extern const struct api_shape api_totp_confirm_shape, api_recovery_shape;

#endif /* API_SESSION_SHAPE_H */
