/* /api/blocklists: lists of others, how they are, and refreshing them. */
#ifndef API_BLOCKLIST_H
#define API_BLOCKLIST_H

#include "api/route.h"

extern const struct api_route api_blocklist_routes[];

#endif /* API_BLOCKLIST_H */
