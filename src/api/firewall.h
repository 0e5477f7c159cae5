/* Own rules of the firewall, forwarded ports and assertions: rows of the configuration (api.md 13). */
#ifndef API_FIREWALL_H
#define API_FIREWALL_H

#include <jansson.h>

#include "api/route.h"

struct fw_judged;	/* fw/input.h */

extern const struct api_route api_firewall_routes[];

/* {holds, reason} of an assertion (API_JUDGED). New reference; NULL when out of memory. */
json_t *api_judged(const struct fw_judged *j);

#endif /* API_FIREWALL_H */
