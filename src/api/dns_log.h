/* /api/dns/log: the questions that the edges keep in memory (DNS-19), the
 * newest first, and what is new for those who watch. */
#ifndef API_DNS_LOG_H
#define API_DNS_LOG_H

#include <stdint.h>

#include <jansson.h>

#include "api/live.h"
#include "api/route.h"

struct api;

extern const struct api_route api_dns_log_routes[];

/* How far somebody has come in each ring. */
struct api_dns_log_at { uint64_t seq[API_EDGES_MAX]; };

/* Everything after now is news. */
void api_dns_log_follow(struct api *a, struct api_dns_log_at *at);

/* {"entries":[…],"missed":n} of what came since, the oldest first, bounded; NULL: nothing came. New reference. */
json_t *api_dns_log_news(struct api *a, struct api_dns_log_at *at);

#endif /* API_DNS_LOG_H */
