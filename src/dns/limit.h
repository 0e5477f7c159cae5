/* How much one client may ask (DNS-20): a token bucket per IPv4 address or
 * IPv6 /64 in a table of fixed size, without an allocation or a list. Where
 * base/rate remembers clients exactly, this one may forget one early when
 * many collide; it costs one memory access per question. */
#ifndef DNS_LIMIT_H
#define DNS_LIMIT_H

#include <stdint.h>

struct addr;
struct dns_limit;

enum { DNS_LIMIT_CLIENTS = 16384 };

enum dns_limit_verdict {
	DNS_LIMIT_GO,
	DNS_LIMIT_SHORT,	/* UDP: an empty answer with TC, so that an honest client comes by TCP */
	DNS_LIMIT_DROP
};

struct dns_limit *dns_limit_new(void);	/* no limit yet; NULL when out of memory */
void dns_limit_free(struct dns_limit *l);

/* Questions per second and client, three times as many at once. */
void dns_limit_set(struct dns_limit *l, uint32_t qps);

/* One question of the client. Beyond the rate every second one is SHORT. */
enum dns_limit_verdict dns_limit_take(struct dns_limit *l, const struct addr *client, uint64_t now_ms);

#endif /* DNS_LIMIT_H */
