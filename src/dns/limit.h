/* How much one client may ask (DNS-20): a token bucket per IPv4 address or
 * IPv6 /64, in a table (base/clients) that may forget one early when many
 * collide. */
#ifndef DNS_LIMIT_H
#define DNS_LIMIT_H

#include <stdint.h>

struct addr;
struct dns_limit;

enum { DNS_LIMIT_CLIENTS = 16384 };

/* How a client comes. Addresses that are only claimed share nothing with those that are proven, so that who
 * borrows somebody's address takes nothing from him. */
enum dns_limit_way {
	DNS_LIMIT_CLAIMED,	/* a datagram */
	DNS_LIMIT_COOKIE,	/* one with a good cookie: a tenth of a question */
	DNS_LIMIT_STREAM,	/* a question over TCP, TLS, HTTP */
	DNS_LIMIT_HANDSHAKE,	/* a new TLS connection: as many questions as its work is worth */
	DNS_LIMIT_WAYS
};

enum dns_limit_verdict {
	DNS_LIMIT_GO,
	DNS_LIMIT_SHORT,	/* UDP: an empty answer with TC, so that an honest client comes by TCP */
	DNS_LIMIT_DROP
};

struct dns_limit *dns_limit_new(void);	/* no limit yet; NULL when out of memory */
void dns_limit_free(struct dns_limit *l);	/* NULL is allowed */

/* Questions per second and client, three times as many at once. */
void dns_limit_set(struct dns_limit *l, uint32_t qps);

/* One question of the client. Beyond the rate every second one is SHORT. */
enum dns_limit_verdict dns_limit_take(struct dns_limit *l, const struct addr *client,
    enum dns_limit_way way, uint64_t now_ms);

#endif /* DNS_LIMIT_H */
