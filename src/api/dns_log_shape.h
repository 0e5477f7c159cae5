/* The documents that go in and out of /api/dns/log. */
#ifndef API_DNS_LOG_SHAPE_H
#define API_DNS_LOG_SHAPE_H

#include "api/shape.h"

extern const struct api_shape api_dns_log_query_shape, api_dns_log_shape;

#endif /* API_DNS_LOG_SHAPE_H */
