/* /health, /api/status, /api/services/status, /api/events, /api/openapi.json, /api/jobs. */
#ifndef API_SYSTEM_H
#define API_SYSTEM_H

#include "api/route.h"

extern const struct api_route api_system_routes[];

#endif /* API_SYSTEM_H */
