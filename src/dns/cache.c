/* The cache; see cache.h. A hash table with chains, keyed by SipHash because
 * strangers choose the names, and a list from the newest use to the oldest. */
#include "dns/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "dns/random.h"
#include "dns/snapshot.h"

enum {
	ENTRIES_MIN = 64,	/* of one edge's share */
	BYTES_MIN = 65536
};

struct dns_cache {
	struct dns_entry **heads;
	size_t mask;
	struct dns_entry *newest, *oldest;
	size_t entries, bytes, max_entries, max_bytes;
	uint64_t stale_ms;		/* how long expired entries are of use */
	uint64_t key[2];
};

struct dns_entry *
dns_entry_new(const struct dns_question *q, size_t nttls, size_t bodylen)
{
	struct dns_entry *e = malloc(sizeof(*e) + nttls * sizeof(uint16_t) + q->len + bodylen);

	if (e == NULL)
		return NULL;
	memset(e, 0, sizeof(*e));
	e->bodylen = (uint32_t)bodylen;
	e->nttls = (uint16_t)nttls;
	e->type = q->type;
	e->route = q->route;
	e->flags = q->flags;
	e->namelen = q->len;
	e->hash = q->hash;
	memcpy(&e->ttls[nttls], q->name, q->len);
	return e;
}

const uint8_t *
dns_entry_name(const struct dns_entry *e)
{
	return (const uint8_t *)&e->ttls[e->nttls];
}

uint8_t *
dns_entry_body(struct dns_entry *e)
{
	return (uint8_t *)&e->ttls[e->nttls] + e->namelen;
}

const uint8_t *
dns_entry_read(const struct dns_entry *e)
{
	return dns_entry_name(e) + e->namelen;
}

size_t
dns_entry_size(const struct dns_entry *e)
{
	return sizeof(*e) + e->nttls * sizeof(uint16_t) + e->namelen + e->bodylen;
}

struct dns_cache *
dns_cache_new(void)
{
	struct dns_cache *c = calloc(1, sizeof(*c));

	if (c != NULL)
		dns_random_seed(c->key, sizeof(c->key));
	return c;
}

static struct dns_entry **
head_of(const struct dns_cache *c, uint64_t hash)
{
	return &c->heads[hash & c->mask];
}

static void
unlist(struct dns_cache *c, struct dns_entry *e)
{
	*(e->newer == NULL ? &c->newest : &e->newer->older) = e->older;
	*(e->older == NULL ? &c->oldest : &e->older->newer) = e->newer;
}

static void
list_front(struct dns_cache *c, struct dns_entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest == NULL ? &c->oldest : &c->newest->newer) = e;
	c->newest = e;
}

static void
drop(struct dns_cache *c, struct dns_entry *e)
{
	struct dns_entry **at = head_of(c, e->hash);

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	unlist(c, e);
	c->entries--;
	c->bytes -= dns_entry_size(e);
	free(e);
}

static void
shrink(struct dns_cache *c, size_t entries, size_t bytes)
{
	while (c->oldest != NULL && (c->entries > entries || c->bytes > bytes))
		drop(c, c->oldest);
}

void
dns_cache_free(struct dns_cache *c)
{
	if (c == NULL)
		return;
	shrink(c, 0, 0);
	free(c->heads);
	free(c);
}

static size_t
share_of(size_t all, unsigned share, size_t min)
{
	size_t n = all / (share == 0 ? 1 : share);

	return n < min ? min : n;
}

static int
resize(struct dns_cache *c, size_t entries)
{
	struct dns_entry **heads, *e;
	size_t n = 1;

	while (n < entries)
		n <<= 1;
	if (c->heads != NULL && n == c->mask + 1)
		return 0;
	heads = calloc(n, sizeof(struct dns_entry *));
	if (heads == NULL)
		return -ENOMEM;
	free(c->heads);
	c->heads = heads;
	c->mask = n - 1;
	for (e = c->newest; e != NULL; e = e->older) {
		e->chain = *head_of(c, e->hash);
		*head_of(c, e->hash) = e;
	}
	return 0;
}

int
dns_cache_limit(struct dns_cache *c, const struct dns_cache_conf *conf, unsigned share)
{
	size_t entries = share_of(conf->max_entries, share, ENTRIES_MIN);

	if (resize(c, entries) < 0)
		return -ENOMEM;
	c->max_entries = entries;
	c->max_bytes = share_of(conf->max_bytes, share, BYTES_MIN);
	c->stale_ms = conf->stale_max_s * UINT64_C(1000);
	shrink(c, c->max_entries, c->max_bytes);
	return 0;
}

uint64_t
dns_cache_hash(const struct dns_cache *c, const struct dns_question *q)
{
	const uint64_t key[2] = {
		c->key[0] ^ q->type ^ (uint64_t)q->route << 16 ^ (uint64_t)q->flags << 32,
		c->key[1]
	};

	return dns_name_sip(key, q->name, q->len);
}

static bool
matches(const struct dns_entry *e, const struct dns_question *q)
{
	return e->hash == q->hash && e->type == q->type && e->route == q->route &&
	    e->flags == q->flags && e->namelen == q->len &&
	    memcmp(dns_entry_name(e), q->name, q->len) == 0;
}

static struct dns_entry *
find(const struct dns_cache *c, const struct dns_question *q)
{
	struct dns_entry *e;

	if (c->heads == NULL)
		return NULL;
	for (e = *head_of(c, q->hash); e != NULL; e = e->chain)
		if (matches(e, q))
			return e;
	return NULL;
}

static uint64_t
life_ms(const struct dns_entry *e)
{
	return e->ttl * UINT64_C(1000);
}

const struct dns_entry *
dns_cache_stale(const struct dns_cache *c, const struct dns_question *q, uint64_t now_ms)
{
	const struct dns_entry *e = find(c, q);
	uint64_t age_ms = e == NULL ? 0 : now_ms - e->born_ms;

	return e != NULL && age_ms >= life_ms(e) && age_ms - life_ms(e) < c->stale_ms ? e : NULL;
}

bool
dns_entry_is_due(struct dns_entry *e, uint64_t now_ms)
{
	uint64_t age_ms = now_ms - e->born_ms;

	if (e->refreshing || e->hits < DNS_ENTRY_HITS || age_ms < life_ms(e) / 10 * 9)
		return false;
	e->refreshing = true;
	return true;
}

struct dns_entry *
dns_cache_get(struct dns_cache *c, const struct dns_question *q, uint64_t now_ms)
{
	struct dns_entry *e = find(c, q);

	if (e == NULL)
		return NULL;
	if (now_ms - e->born_ms >= life_ms(e)) {
		if (dns_cache_stale(c, q, now_ms) == NULL)
			drop(c, e);
		return NULL;
	}
	if (e->hits < DNS_ENTRY_HITS)
		e->hits++;
	if (e != c->newest) {
		unlist(c, e);
		list_front(c, e);
	}
	return e;
}

void
dns_cache_put(struct dns_cache *c, struct dns_entry *e, uint64_t now_ms)
{
	const struct dns_question q = { dns_entry_name(e), e->namelen, e->flags, e->type, e->route, e->hash };
	struct dns_entry *old;
	size_t size = dns_entry_size(e);

	e->born_ms = now_ms;
	old = find(c, &q);
	if (old != NULL)
		drop(c, old);
	if (e->ttl == 0 || c->heads == NULL || size > c->max_bytes) {
		free(e);
		return;
	}
	shrink(c, c->max_entries - 1, c->max_bytes - size);
	e->chain = *head_of(c, e->hash);
	*head_of(c, e->hash) = e;
	list_front(c, e);
	c->entries++;
	c->bytes += size;
}

unsigned
dns_cache_flush(struct dns_cache *c, const uint8_t *name, size_t len)
{
	struct dns_entry *e, *next;
	unsigned n = 0;

	for (e = c->newest; e != NULL; e = next) {
		next = e->older;
		if (name != NULL && !dns_name_under(dns_entry_name(e), e->namelen, name, len))
			continue;
		drop(c, e);
		n++;
	}
	return n;
}

size_t
dns_cache_entries(const struct dns_cache *c)
{
	return c->entries;
}

size_t
dns_cache_bytes(const struct dns_cache *c)
{
	return c->bytes;
}
