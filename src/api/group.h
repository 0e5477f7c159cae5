/* Groups of devices: /api/groups (api.md 8). */
#ifndef API_GROUP_H
#define API_GROUP_H

#include "api/route.h"

extern const struct api_route api_group_routes[];

#endif /* API_GROUP_H */
