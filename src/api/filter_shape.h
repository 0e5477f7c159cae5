/* The documents that go in and out of /api/blocklists/rules and /check. */
#ifndef API_FILTER_SHAPE_H
#define API_FILTER_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_filter_rules_shape, api_filter_rules_in_shape;
extern const struct api_shape api_filter_query_shape, api_filter_verdict_shape;

#endif /* API_FILTER_SHAPE_H */
