/* /api/auth: logging in and out, who am I, the own password, sessions. */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "api/route.h"

extern const struct api_route api_session_routes[];

#endif /* API_SESSION_H */
