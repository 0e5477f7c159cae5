/* Token buckets in a fixed table: hash chains by index, and a list from the
 * client seen last to the one seen longest ago, whose place the next new
 * client takes. Nothing is allocated after rate_new(). */
#include "base/rate.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"

enum {
	NONE = UINT32_MAX >> 1,
	CLIENTS_MAX = 1 << 24
};

/* A token in the unit in which one millisecond brings per_1000s of them. */
static const uint64_t TOKEN = 1000 * 1000;

struct bucket {
	struct addr key;
	uint64_t tokens, seen_ms;
	uint32_t chain;			/* next of equal hash */
	uint32_t newer, older;
};

struct rate {
	uint64_t per_ms, full;
	uint32_t max, used, newest, oldest, mask;
	uint32_t *heads;		/* mask + 1 */
	struct bucket *buckets;		/* max */
	uint8_t seed[crypto_shorthash_KEYBYTES];
};

struct rate *
rate_new(uint32_t per_1000s, uint32_t burst, size_t max)
{
	struct rate *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->per_ms = per_1000s;
	r->full = burst * TOKEN;
	r->max = max == 0 ? 1 : max < CLIENTS_MAX ? (uint32_t)max : CLIENTS_MAX;
	r->newest = r->oldest = NONE;
	while (r->mask < r->max - 1)
		r->mask = r->mask << 1 | 1;
	r->heads = calloc((size_t)r->mask + 1, sizeof(*r->heads));
	r->buckets = reallocarray(NULL, r->max, sizeof(*r->buckets));	/* takes memory as clients come; calloc would at once */
	if (r->heads == NULL || r->buckets == NULL) {
		rate_free(r);
		return NULL;
	}
	for (uint32_t i = 0; i <= r->mask; i++)
		r->heads[i] = NONE;
	randombytes_buf(r->seed, sizeof(r->seed));
	return r;
}

void
rate_free(struct rate *r)
{
	if (r == NULL)
		return;
	free(r->heads);
	free(r->buckets);
	free(r);
}

static uint32_t *
head_of(const struct rate *r, const struct addr *key)
{
	uint8_t h[crypto_shorthash_BYTES];
	uint32_t v;

	(void)crypto_shorthash(h, key->b, key->len, r->seed);	/* cannot fail */
	memcpy(&v, h, sizeof(v));
	return &r->heads[v & r->mask];
}

static uint32_t
find(const struct rate *r, const struct addr *key)
{
	uint32_t i = *head_of(r, key);

	while (i != NONE && !addr_eq(&r->buckets[i].key, key))
		i = r->buckets[i].chain;
	return i;
}

static void
list_remove(struct rate *r, uint32_t i)
{
	struct bucket *b = &r->buckets[i];

	*(b->newer == NONE ? &r->newest : &r->buckets[b->newer].older) = b->older;
	*(b->older == NONE ? &r->oldest : &r->buckets[b->older].newer) = b->newer;
}

static void
list_front(struct rate *r, uint32_t i)
{
	struct bucket *b = &r->buckets[i];

	b->newer = NONE;
	b->older = r->newest;
	*(r->newest == NONE ? &r->oldest : &r->buckets[r->newest].newer) = i;
	r->newest = i;
}

static void
unchain(struct rate *r, uint32_t i)
{
	uint32_t *at = head_of(r, &r->buckets[i].key);

	while (*at != i)
		at = &r->buckets[*at].chain;
	*at = r->buckets[i].chain;
}

/* A full bucket for a new client, in the place of the oldest if need be. */
static uint32_t
insert(struct rate *r, const struct addr *key, uint64_t now_ms)
{
	uint32_t *head, i = r->used;

	if (r->used < r->max) {
		r->used++;
	} else {
		i = r->oldest;
		list_remove(r, i);
		unchain(r, i);
	}
	head = head_of(r, key);
	r->buckets[i] = (struct bucket){ .key = *key, .tokens = r->full,
	    .seen_ms = now_ms, .chain = *head };
	*head = i;
	list_front(r, i);
	return i;
}

static uint64_t
tokens_at(const struct rate *r, const struct bucket *b, uint64_t now_ms)
{
	uint64_t missing = r->full - b->tokens;
	uint64_t passed = now_ms > b->seen_ms ? now_ms - b->seen_ms : 0;

	if (r->per_ms == 0)
		return b->tokens;
	/* Divided, since the product could overflow after a long silence. */
	if (passed > missing / r->per_ms)
		return r->full;
	return b->tokens + passed * r->per_ms;
}

bool
rate_take(struct rate *r, const struct addr *client, uint64_t now_ms)
{
	struct addr key = addr_limit_key(client);
	uint32_t i = find(r, &key);
	struct bucket *b;

	if (i == NONE) {
		i = insert(r, &key, now_ms);
	} else {
		list_remove(r, i);
		list_front(r, i);
	}
	b = &r->buckets[i];
	b->tokens = tokens_at(r, b, now_ms);
	if (now_ms > b->seen_ms)
		b->seen_ms = now_ms;
	if (b->tokens < TOKEN)
		return false;
	b->tokens -= TOKEN;
	return true;
}

void
rate_give(struct rate *r, const struct addr *client)
{
	struct addr key = addr_limit_key(client);
	uint32_t i = find(r, &key);

	if (i != NONE && r->full - r->buckets[i].tokens >= TOKEN)
		r->buckets[i].tokens += TOKEN;
}

int
rate_wait_s(const struct rate *r, const struct addr *client, uint64_t now_ms)
{
	static const uint64_t never = 1 << 30;
	struct addr key = addr_limit_key(client);
	uint32_t i = find(r, &key);
	uint64_t have = i == NONE ? r->full
	    : tokens_at(r, &r->buckets[i], now_ms);
	uint64_t ms;

	if (have >= TOKEN)
		return 1;
	if (r->per_ms == 0 || r->full < TOKEN)
		return (int)never;
	ms = (TOKEN - have + r->per_ms - 1) / r->per_ms;
	return ms <= 1000 ? 1 : (int)((ms + 999) / 1000);
}
