/* /api/firewall: whether the rules are enforced, their text, and what they dropped of late. */
#ifndef API_FIREWALL_LIVE_H
#define API_FIREWALL_LIVE_H

#include "api/route.h"

extern const struct api_route api_firewall_live_routes[];

#endif /* API_FIREWALL_LIVE_H */
