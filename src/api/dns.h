/* /api/dns: names, forwards, cache and questions of the cell's name service. */
#ifndef API_DNS_H
#define API_DNS_H

#include <jansson.h>

#include "api/route.h"

struct dns_stats;

extern const struct api_route api_dns_routes[];

/* The data of the event "dns". New reference. */
json_t *api_dns_counters(const struct dns_stats *s);

#endif /* API_DNS_H */
