/* /api/auth/users, /api/auth/admin: accounts of the people who sign in. */
#ifndef API_USER_H
#define API_USER_H

#include "api/route.h"

extern const struct api_route api_user_routes[];

#endif /* API_USER_H */
