/* /api/dns/zones: what is answered without asking, and zones from master-file text. */
#ifndef API_ZONE_H
#define API_ZONE_H

#include "api/route.h"

extern const struct api_route api_zone_routes[];

#endif /* API_ZONE_H */
