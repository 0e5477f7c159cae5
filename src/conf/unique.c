#include "conf/unique.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

struct slot {
	const void *s, *owner;	/* s NULL: free */
	uint64_t hash;
	size_t n;
};

/* Open addressing, never more than half full. */
struct conf_unique {
	struct slot *slots;
	size_t size, count;	/* size: a power of two */
	uint8_t key[crypto_shorthash_KEYBYTES];
};

struct conf_unique *
conf_unique_new(size_t max)
{
	struct conf_unique *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	for (u->size = 16; u->size < 2 * max; u->size *= 2)
		;
	u->slots = calloc(u->size, sizeof(*u->slots));
	if (u->slots == NULL) {
		free(u);
		return NULL;
	}
	randombytes_buf(u->key, sizeof(u->key));
	return u;
}

void
conf_unique_free(struct conf_unique *u)
{
	if (u == NULL)
		return;
	free(u->slots);
	free(u);
}

const void *
conf_unique_add(struct conf_unique *u, const void *s, size_t n, const void *owner)
{
	uint64_t hash;
	size_t i;

	_Static_assert(sizeof(hash) == crypto_shorthash_BYTES, "SipHash-2-4 gives 64 bits");
	(void)crypto_shorthash((unsigned char *)&hash, s, n, u->key);	/* cannot fail */
	for (i = hash & (u->size - 1); u->slots[i].s != NULL; i = (i + 1) & (u->size - 1))
		if (u->slots[i].hash == hash && u->slots[i].n == n && memcmp(u->slots[i].s, s, n) == 0)
			return u->slots[i].owner;
	assert(u->count < u->size / 2);
	u->slots[i] = (struct slot){ s, owner, hash, n };
	u->count++;
	return NULL;
}
