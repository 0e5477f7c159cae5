/* TLS session table; see tls_cache.h. Slots are used in a circle, so the
 * oldest entry is the next to go. Ids are random (ours), so their first bytes
 * are the hash. */
#include "io/tls_cache.h"

#include <string.h>

#include "base/sparse.h"

enum { ID = 32, BUCKETS = 1024, NONE = 0xffff };

_Static_assert((int)IO_TLS_CACHE_MAX < (int)NONE, "slot numbers are 16 bits");

/* Holds the secrets of sessions. */
struct slot {
	uint8_t id[ID];
	uint8_t master[48];
	struct io_tls_cache_for of;
	uint64_t born_s;
	uint16_t version, suite;
	uint16_t next;		/* of the bucket */
	bool used;
};

struct io_tls_cache {
	uint16_t buckets[BUCKETS];
	size_t turn;		/* the slot to use next */
	struct slot slots[IO_TLS_CACHE_MAX];
};

struct io_tls_cache *
io_tls_cache_new(void)
{
	struct io_tls_cache *c = sparse_new(sizeof(*c));

	if (c != NULL)
		memset(c->buckets, 0xff, sizeof(c->buckets));
	return c;
}

void
io_tls_cache_free(struct io_tls_cache *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < IO_TLS_CACHE_MAX; i++)
		if (c->slots[i].used)	/* wiping the others would take the memory that they never had */
			explicit_bzero(&c->slots[i], sizeof(c->slots[i]));
	sparse_free(c, sizeof(*c));
}

static size_t
bucket(const uint8_t *id)
{
	return (size_t)(id[0] << 8 | id[1]) % BUCKETS;
}

static void
unlink_slot(struct io_tls_cache *c, uint16_t i)
{
	uint16_t *at = &c->buckets[bucket(c->slots[i].id)];

	while (*at != i)
		at = &c->slots[*at].next;
	*at = c->slots[i].next;
}

static void
link_slot(struct io_tls_cache *c, uint16_t i)
{
	struct slot *e = &c->slots[i];

	e->used = true;
	e->next = c->buckets[bucket(e->id)];
	c->buckets[bucket(e->id)] = i;
}

void
io_tls_cache_put(struct io_tls_cache *c, const br_ssl_session_parameters *s, const struct io_tls_cache_for *f,
    uint64_t now_s)
{
	uint16_t i = (uint16_t)c->turn;
	struct slot *e = &c->slots[i];

	if (s->session_id_len != ID)
		return;
	if (e->used)
		unlink_slot(c, i);
	c->turn = (c->turn + 1) % IO_TLS_CACHE_MAX;
	memcpy(e->id, s->session_id, ID);
	memcpy(e->master, s->master_secret, sizeof(e->master));
	e->of = *f;
	e->version = s->version;
	e->suite = s->cipher_suite;
	e->born_s = now_s;
	link_slot(c, i);
}

void
io_tls_cache_copy(struct io_tls_cache *c, const struct io_tls_cache *old,
    bool (*has)(const void *arg, const uint8_t site[IO_TLS_CACHE_SITE]), const void *arg)
{
	size_t i;

	c->turn = old->turn;
	for (i = 0; i < IO_TLS_CACHE_MAX; i++)
		if (old->slots[i].used && has(arg, old->slots[i].of.site)) {
			c->slots[i] = old->slots[i];
			link_slot(c, (uint16_t)i);
		}
}

bool
io_tls_cache_get(const struct io_tls_cache *c, br_ssl_session_parameters *s, struct io_tls_cache_for *f,
    uint64_t now_s)
{
	const struct slot *e;
	uint16_t i;

	if (s->session_id_len != ID)
		return false;
	for (i = c->buckets[bucket(s->session_id)]; i != NONE; i = e->next) {
		e = &c->slots[i];
		if (memcmp(e->id, s->session_id, ID) != 0)
			continue;
		if (now_s - e->born_s > IO_TLS_CACHE_AGE_S)
			return false;
		s->version = e->version;
		s->cipher_suite = e->suite;
		memcpy(s->master_secret, e->master, sizeof(e->master));
		*f = e->of;
		return true;
	}
	return false;
}
