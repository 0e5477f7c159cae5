/* Entries live in one array and are chained by index, so that a visit is a
 * walk over the array which survives the deletion of the visited entry. */
#include "base/map.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { NONE = UINT32_MAX >> 1, ENTRIES_MIN = 16 };

struct entry {
	void *value;		/* NULL: a hole, chained by next from map.holes */
	uint8_t *key;
	size_t n;
	uint64_t hash;
	uint32_t next;
};

struct map {
	struct entry *entries;
	uint32_t *buckets;	/* as many as there is room for entries */
	uint32_t room, used, holes;
	size_t count, max;
	uint8_t seed[crypto_shorthash_KEYBYTES];
};

struct map *
map_new(size_t max)
{
	struct map *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->max = max < NONE ? max : NONE;
	m->holes = NONE;
	randombytes_buf(m->seed, sizeof(m->seed));
	return m;
}

void
map_free(struct map *m)
{
	if (m == NULL)
		return;
	for (uint32_t i = 0; i < m->used; i++)
		free(m->entries[i].key);
	free(m->entries);
	free(m->buckets);
	free(m);
}

static uint64_t
hash_of(const struct map *m, const void *key, size_t n)
{
	uint8_t h[crypto_shorthash_BYTES];
	uint64_t v;

	_Static_assert(sizeof(h) == sizeof(v), "SipHash-2-4 gives 64 bits");
	(void)crypto_shorthash(h, key, n, m->seed);	/* cannot fail */
	memcpy(&v, h, sizeof(v));
	return v;
}

/* The place that holds the index of the entry, or of the end of its chain. */
static uint32_t *
place_of(const struct map *m, uint64_t hash, const void *key, size_t n)
{
	uint32_t *at = &m->buckets[hash & (m->room - 1)];

	while (*at != NONE) {
		struct entry *e = &m->entries[*at];

		if (e->hash == hash && e->n == n &&
		    (n == 0 || memcmp(e->key, key, n) == 0))
			break;
		at = &e->next;
	}
	return at;
}

/* Double the room. All old entries are in use when this is called. */
static int
grow(struct map *m)
{
	uint32_t room = m->room == 0 ? ENTRIES_MIN : m->room * 2;
	struct entry *entries;
	uint32_t *buckets;

	buckets = calloc(room, sizeof(*buckets));
	if (buckets == NULL)
		return -ENOMEM;
	entries = reallocarray(m->entries, room, sizeof(*entries));
	if (entries == NULL) {
		free(buckets);
		return -ENOMEM;
	}
	free(m->buckets);
	m->buckets = buckets;
	m->entries = entries;
	m->room = room;
	for (uint32_t i = 0; i < room; i++)
		buckets[i] = NONE;
	for (uint32_t i = 0; i < m->used; i++) {
		uint32_t *head = &buckets[entries[i].hash & (room - 1)];

		entries[i].next = *head;
		*head = i;
	}
	return 0;
}

static int
insert(struct map *m, const void *key, size_t n, void *value)
{
	uint64_t hash = hash_of(m, key, n);
	uint32_t i, *head;
	uint8_t *copy;

	if (m->count >= m->max)
		return -ENOSPC;
	if (m->holes == NONE && m->used == m->room && grow(m) < 0)
		return -ENOMEM;
	copy = malloc(n == 0 ? 1 : n);
	if (copy == NULL)
		return -ENOMEM;
	assert(m->entries != NULL);
	if (n > 0)
		memcpy(copy, key, n);

	if (m->holes != NONE) {
		i = m->holes;
		m->holes = m->entries[i].next;
	} else {
		i = m->used++;
	}
	head = &m->buckets[hash & (m->room - 1)];
	m->entries[i] = (struct entry){ value, copy, n, hash, *head };
	*head = i;
	m->count++;
	return 0;
}

static struct entry *
find(const struct map *m, const void *key, size_t n)
{
	uint32_t i;

	if (m->room == 0)
		return NULL;
	i = *place_of(m, hash_of(m, key, n), key, n);
	return i == NONE ? NULL : &m->entries[i];
}

int
map_put(struct map *m, const void *key, size_t n, void *value, void **old)
{
	struct entry *e = find(m, key, n);

	if (old != NULL)
		*old = e == NULL ? NULL : e->value;
	if (e == NULL)
		return insert(m, key, n, value);
	e->value = value;
	return 0;
}

void *
map_get(const struct map *m, const void *key, size_t n)
{
	const struct entry *e = find(m, key, n);

	return e == NULL ? NULL : e->value;
}

void *
map_del(struct map *m, const void *key, size_t n)
{
	uint32_t *at, i;
	struct entry *e;
	void *value;

	if (m->room == 0)
		return NULL;
	at = place_of(m, hash_of(m, key, n), key, n);
	if (*at == NONE)
		return NULL;
	i = *at;
	e = &m->entries[i];
	value = e->value;
	*at = e->next;
	free(e->key);
	*e = (struct entry){ .next = m->holes };
	m->holes = i;
	m->count--;
	return value;
}

size_t
map_count(const struct map *m)
{
	return m->count;
}

int
map_next(const struct map *m, size_t *it, const void **key, size_t *n,
    void **value)
{
	const struct entry *e;

	while (*it < m->used && m->entries[*it].value == NULL)
		++*it;
	if (*it >= m->used)
		return 0;
	e = &m->entries[(*it)++];
	if (key != NULL)
		*key = e->key;
	if (n != NULL)
		*n = e->n;
	if (value != NULL)
		*value = e->value;
	return 1;
}
