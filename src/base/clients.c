/* Clients that are remembered; see clients.h. */
#include "base/clients.h"

#include <string.h>

#include "base/addr.h"
#include "base/sparse.h"

enum { WAYS = 4 };

struct clients {
	uint64_t key[2];
	size_t nsets;
	struct client sets[][WAYS];
};

static size_t
size_of(size_t nsets)
{
	return sizeof(struct clients) + nsets * sizeof(struct client[WAYS]);
}

struct clients *
clients_new(size_t max, const uint64_t key[2])
{
	size_t nsets = (max + WAYS - 1) / WAYS;
	struct clients *c = sparse_new(size_of(nsets));

	if (c == NULL)
		return NULL;
	memcpy(c->key, key, sizeof(c->key));
	c->nsets = nsets;
	return c;
}

void
clients_free(struct clients *c)
{
	if (c != NULL)
		sparse_free(c, size_of(c->nsets));
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
hash_of(const struct clients *c, const struct addr *client, unsigned kind)
{
	uint64_t w;

	memcpy(&w, client->b, sizeof(w));
	return mix(mix(w ^ c->key[0]) ^ c->key[1] ^ client->len ^ (uint64_t)kind << 8);
}

struct client *
clients_find(struct clients *c, const struct addr *client, unsigned kind, uint32_t now_ms, bool *fresh)
{
	uint64_t hash = hash_of(c, client, kind);
	struct client *set = c->sets[(hash & UINT32_MAX) * c->nsets >> 32], *oldest = set;
	uint32_t tag = (uint32_t)(hash >> 32) | 1;
	int i;

	*fresh = false;
	for (i = 0; i < WAYS; i++) {
		if (set[i].tag == tag)
			return &set[i];
		if (oldest->tag != 0 && (set[i].tag == 0 || now_ms - set[i].seen_ms > now_ms - oldest->seen_ms))
			oldest = &set[i];
	}
	*oldest = (struct client){ .tag = tag, .seen_ms = now_ms };
	*fresh = true;
	return oldest;
}

unsigned
clients_seen(const struct clients *c, uint32_t now_ms, uint32_t ms)
{
	unsigned n = 0;
	size_t i;
	int k;

	for (i = 0; i < c->nsets; i++)
		for (k = 0; k < WAYS; k++)
			n += c->sets[i][k].tag != 0 && now_ms - c->sets[i][k].seen_ms < ms;
	return n;
}
