/* Client limits; see limit.h. Sets of four buckets, found by a keyed hash of
 * the client. */
#include "ntp/limit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"

enum {
	WAYS = 4, SETS = NTP_LIMIT_CLIENTS / WAYS,
	FULL_MS = NTP_LIMIT_BURST * NTP_LIMIT_EVERY_MS,
	HOUR_MS = 3600 * 1000
};

/* Credit is time: a question costs NTP_LIMIT_EVERY_MS of it. */
struct bucket {
	uint32_t tag;		/* 0 = free */
	uint32_t seen_ms;	/* wraps */
	uint16_t credit_ms;
	bool told;		/* it has had its kiss */
};

_Static_assert(FULL_MS <= UINT16_MAX, "credit fits");

struct ntp_limit {
	uint64_t seed[2];
	struct bucket sets[SETS][WAYS];
};

struct ntp_limit *
ntp_limit_new(const uint64_t seed[2])
{
	struct ntp_limit *l = calloc(1, sizeof(*l));

	if (l != NULL)
		memcpy(l->seed, seed, sizeof(l->seed));
	return l;
}

void
ntp_limit_free(struct ntp_limit *l)
{
	free(l);
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
hash_of(const struct ntp_limit *l, const struct addr *client)
{
	uint64_t w;

	memcpy(&w, client->b, sizeof(w));
	return mix(mix(w ^ l->seed[0]) ^ l->seed[1] ^ client->len);
}

static struct bucket *
find(struct ntp_limit *l, uint64_t hash, uint32_t now)
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
	*oldest = (struct bucket){ .tag = tag, .credit_ms = FULL_MS, .seen_ms = now };
	return oldest;
}

enum ntp_limit_verdict
ntp_limit_take(struct ntp_limit *l, const struct addr *client, uint64_t now_ms)
{
	uint32_t now = (uint32_t)now_ms;
	struct bucket *b = find(l, hash_of(l, client), now);
	uint32_t passed = now - b->seen_ms;

	b->seen_ms = now;
	b->credit_ms = passed >= (uint32_t)FULL_MS - b->credit_ms ? FULL_MS : (uint16_t)(b->credit_ms + passed);
	if (b->credit_ms >= NTP_LIMIT_EVERY_MS) {
		b->credit_ms = (uint16_t)(b->credit_ms - NTP_LIMIT_EVERY_MS);
		b->told = false;
		return NTP_LIMIT_GO;
	}
	if (b->told)
		return NTP_LIMIT_DROP;
	b->told = true;
	return NTP_LIMIT_KISS;
}

unsigned
ntp_limit_clients(const struct ntp_limit *l, uint64_t now_ms)
{
	unsigned n = 0;
	int i, k;

	for (i = 0; i < SETS; i++)
		for (k = 0; k < WAYS; k++)
			n += l->sets[i][k].tag != 0 && (uint32_t)now_ms - l->sets[i][k].seen_ms < HOUR_MS;
	return n;
}
