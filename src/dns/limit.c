/* Client limits; see limit.h. Credit: tokens in thousandths; count: questions beyond the rate in a row. */
#include "dns/limit.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/clients.h"
#include "dns/random.h"

enum { BURST = 3, TOKEN = 1000, HANDSHAKE = 20 };

struct dns_limit {
	struct clients *clients;
	uint32_t per_ms;	/* thousandths of a token per millisecond: the rate per second */
	uint32_t full;
};

struct dns_limit *
dns_limit_new(void)
{
	struct dns_limit *l = calloc(1, sizeof(*l));
	uint64_t key[2];

	if (l == NULL)
		return NULL;
	dns_random_seed(key, sizeof(key));
	l->clients = clients_new(DNS_LIMIT_CLIENTS, key);
	dns_limit_set(l, UINT32_MAX / (BURST * TOKEN));
	if (l->clients != NULL)
		return l;
	dns_limit_free(l);
	return NULL;
}

void
dns_limit_free(struct dns_limit *l)
{
	if (l == NULL)
		return;
	clients_free(l->clients);
	free(l);
}

void
dns_limit_set(struct dns_limit *l, uint32_t qps)
{
	uint32_t most = UINT32_MAX / (BURST * TOKEN);

	l->per_ms = qps < most ? qps : most;
	l->full = l->per_ms * BURST * TOKEN;
}

static void
refill(const struct dns_limit *l, struct client *b, uint32_t now)
{
	uint32_t passed = now - b->seen_ms;
	uint64_t more = (uint64_t)passed * l->per_ms;

	b->seen_ms = now;
	b->credit = more >= l->full - b->credit ? l->full : b->credit + (uint32_t)more;
}

enum dns_limit_verdict
dns_limit_take(struct dns_limit *l, const struct addr *client, enum dns_limit_way way, uint64_t now_ms)
{
	static const uint32_t costs[DNS_LIMIT_WAYS] = {
		[DNS_LIMIT_CLAIMED] = TOKEN, [DNS_LIMIT_COOKIE] = TOKEN / 10,
		[DNS_LIMIT_STREAM] = TOKEN, [DNS_LIMIT_HANDSHAKE] = HANDSHAKE * TOKEN
	};
	uint32_t now = (uint32_t)now_ms;
	bool fresh;
	struct client *b = clients_find(l->clients, client, way != DNS_LIMIT_CLAIMED, now, &fresh);

	if (fresh || b->credit > l->full)
		b->credit = l->full;	/* or the limit was lowered */
	refill(l, b, now);
	if (b->credit >= costs[way]) {
		b->credit -= costs[way];
		b->count = 0;
		return DNS_LIMIT_GO;
	}
	return b->count++ % 2 == 0 ? DNS_LIMIT_SHORT : DNS_LIMIT_DROP;
}
