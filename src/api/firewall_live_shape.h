/* The documents of /api/firewall/status, ruleset and drops. */
#ifndef API_FIREWALL_LIVE_SHAPE_H
#define API_FIREWALL_LIVE_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_firewall_status_shape, api_firewall_ruleset_shape, api_firewall_drops_shape;
extern const struct api_shape api_firewall_ruleset_query_shape, api_firewall_drops_query_shape;

#endif /* API_FIREWALL_LIVE_SHAPE_H */
