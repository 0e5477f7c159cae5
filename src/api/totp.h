/* /api/auth/totp: the own second factor. */
#ifndef API_TOTP_H
#define API_TOTP_H

#include "api/route.h"

extern const struct api_route api_totp_routes[];

#endif /* API_TOTP_H */
