/* Client limits; see limit.h. Sets of four buckets, found by a keyed hash of
 * the client; the one unused longest gives way. */
#include "dns/limit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "dns/random.h"

enum { WAYS = 4, SETS = DNS_LIMIT_CLIENTS / WAYS, BURST = 3, TOKEN = 1000, HANDSHAKE = 20 };

struct bucket {
	uint32_t tag;		/* 0 = free */
	uint32_t tokens;	/* thousandths */
	uint32_t seen_ms;	/* wraps */
	uint32_t over;		/* questions beyond the rate in a row */
};

struct dns_limit {
	struct bucket sets[SETS][WAYS];
	uint64_t key[2];
	uint32_t per_ms;	/* thousandths of a token per millisecond: the rate per second */
	uint32_t full;
};

struct dns_limit *
dns_limit_new(void)
{
	struct dns_limit *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	dns_random_seed(l->key, sizeof(l->key));
	dns_limit_set(l, UINT32_MAX / (BURST * TOKEN));
	return l;
}

void
dns_limit_free(struct dns_limit *l)
{
	free(l);
}

void
dns_limit_set(struct dns_limit *l, uint32_t qps)
{
	uint32_t most = UINT32_MAX / (BURST * TOKEN);

	l->per_ms = qps < most ? qps : most;
	l->full = l->per_ms * BURST * TOKEN;
}

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

/* The first eight octets are all that addr_limit_key() keeps of an address. */
static uint64_t
hash_of(const struct dns_limit *l, const struct addr *client, bool proven)
{
	const uint64_t kind = client->len | (uint64_t)proven << 8;
	uint64_t w;

	memcpy(&w, client->b, sizeof(w));
	return mix(mix(w ^ l->key[0]) ^ l->key[1] ^ kind);
}

static struct bucket *
find(struct dns_limit *l, uint64_t hash, uint32_t now)
{
	struct bucket *set = l->sets[hash % SETS], *oldest = set;
	uint32_t tag = (uint32_t)(hash >> 32) | 1;
	int i;

	for (i = 0; i < WAYS; i++) {
		if (set[i].tag == tag)
			return &set[i];
		if (oldest->tag != 0 && (set[i].tag == 0 || now - set[i].seen_ms > now - oldest->seen_ms))
			oldest = &set[i];
	}
	*oldest = (struct bucket){ .tag = tag, .tokens = l->full, .seen_ms = now };
	return oldest;
}

static void
refill(const struct dns_limit *l, struct bucket *b, uint32_t now)
{
	uint32_t passed = now - b->seen_ms;
	uint64_t more = (uint64_t)passed * l->per_ms;

	b->seen_ms = now;
	b->tokens = more >= l->full - b->tokens ? l->full : b->tokens + (uint32_t)more;
}

enum dns_limit_verdict
dns_limit_take(struct dns_limit *l, const struct addr *client, enum dns_limit_way way, uint64_t now_ms)
{
	static const uint32_t costs[DNS_LIMIT_WAYS] = {
		[DNS_LIMIT_CLAIMED] = TOKEN, [DNS_LIMIT_COOKIE] = TOKEN / 10,
		[DNS_LIMIT_STREAM] = TOKEN, [DNS_LIMIT_HANDSHAKE] = HANDSHAKE * TOKEN
	};
	uint32_t now = (uint32_t)now_ms;
	struct bucket *b = find(l, hash_of(l, client, way != DNS_LIMIT_CLAIMED), now);

	if (b->tokens > l->full)
		b->tokens = l->full;	/* the limit was lowered */
	refill(l, b, now);
	if (b->tokens >= costs[way]) {
		b->tokens -= costs[way];
		b->over = 0;
		return DNS_LIMIT_GO;
	}
	return b->over++ % 2 == 0 ? DNS_LIMIT_SHORT : DNS_LIMIT_DROP;
}
