/* Counting limits by client: a bounded table of token buckets, oldest out
 * (ACC-16). Time is given by the caller in milliseconds of a monotonic clock. */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct rate;

/* per_1000s tokens per 1,000 s (so 1000 = one per second), at most burst saved up,
 * max clients. A client is its addr_limit_key(). NULL when out of memory. */
struct rate *rate_new(uint32_t per_1000s, uint32_t burst, size_t max);
void rate_free(struct rate *r);		/* NULL is allowed */

/* Take one token of the client; false when there is none. */
bool rate_take(struct rate *r, const struct addr *client, uint64_t now_ms);

/* Give back a token that was just taken: it was none of those that count. */
void rate_give(struct rate *r, const struct addr *client);

/* Seconds until the client has a token again, at least 1; 2^30 = never. */
int rate_wait_s(const struct rate *r, const struct addr *client, uint64_t now_ms);

#endif /* BASE_RATE_H */
