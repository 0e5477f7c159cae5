/* The documents that go in and out of /api/dns. */
#ifndef API_DNS_SHAPE_H
#define API_DNS_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_dns_status_shape, api_dns_overview_shape;
extern const struct api_shape api_record_shape, api_records_shape, api_records_query_shape;
extern const struct api_shape api_record_new_shape, api_record_in_shape, api_record_name_shape, api_count_shape;
extern const struct api_shape api_zones_shape, api_zone_shape, api_zone_changed_shape, api_zone_new_shape, api_zone_in_shape;
extern const struct api_shape api_forward_shape, api_forwards_shape, api_forward_new_shape;
extern const struct api_shape api_reloaded_shape, api_flush_in_shape, api_flushed_shape;
extern const struct api_shape api_ask_shape, api_asked_shape;

/* What an edge tells core about a question (role/), before it is shown. */
extern const struct api_shape api_edge_answer_shape;

#endif /* API_DNS_SHAPE_H */
