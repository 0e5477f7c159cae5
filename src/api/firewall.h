/* Own rules of the firewall, forwarded ports and assertions: rows of the configuration (api.md 13). */
#ifndef API_FIREWALL_H
#define API_FIREWALL_H

#include "api/route.h"

extern const struct api_route api_firewall_routes[];

#endif /* API_FIREWALL_H */
