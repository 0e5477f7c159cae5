/* The edge's tickets; see ticket.h. */
#include "proxy/ticket.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/wr.h"

enum { ARENA_MAX = PROXY_TICKETS_MAX * (PROXY_TICKET_BYTES_MAX + 192) };

struct proxy_tickets {
	struct arena *arena;
	struct map *by_digest;
};

static void
put_text(struct wr *w, const char *s)
{
	const size_t n = strnlen(s, UINT8_MAX);

	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s, n);
}

void
proxy_tickets_write(struct wr *w, size_t n)
{
	wr_be16(w, (uint16_t)n);
}

void
proxy_ticket_write(struct wr *w, const struct proxy_ticket *t)
{
	wr_bytes(w, t->digest, sizeof(t->digest));
	wr_u8(w, t->admin);
	wr_u8(w, t->from.len);
	wr_bytes(w, t->from.b, t->from.len);
	put_text(w, t->host);
	put_text(w, t->user);
	put_text(w, t->name);
	put_text(w, t->email);
}

/* NULL: it is none. */
static const char *
get_text(struct rd *r, struct arena *a)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL || memchr(p, '\0', n) != NULL)
		return NULL;
	return arena_strndup(a, (const char *)p, n);
}

static bool
get_addr(struct rd *r, struct addr *a)
{
	const uint8_t n = rd_u8(r);

	if (n != 0 && n != 4 && n != 16)
		return false;
	*a = (struct addr){ .len = n };
	rd_copy(r, a->b, n);
	return rd_ok(r);
}

static bool
get_ticket(struct rd *r, struct proxy_tickets *all)
{
	struct proxy_ticket *t = arena_alloc(all->arena, sizeof(*t));

	if (t == NULL)
		return false;
	rd_copy(r, t->digest, sizeof(t->digest));
	t->admin = rd_bool(r);
	if (!get_addr(r, &t->from))
		return false;
	t->host = get_text(r, all->arena);
	t->user = get_text(r, all->arena);
	t->name = get_text(r, all->arena);
	t->email = get_text(r, all->arena);
	return rd_ok(r) && t->host != NULL && t->user != NULL && t->name != NULL && t->email != NULL &&
	    map_put(all->by_digest, t->digest, sizeof(t->digest), t, NULL) == 0;
}

static bool
get_all(struct rd *r, struct proxy_tickets *all)
{
	size_t i, n = rd_be16(r);

	for (i = 0; i < n; i++)
		if (!get_ticket(r, all))
			return false;
	return rd_ok(r) && rd_left(r) == 0;
}

struct proxy_tickets *
proxy_tickets_read(struct rd *r)
{
	struct proxy_tickets *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->arena = arena_new(ARENA_MAX);
	all->by_digest = map_new(PROXY_TICKETS_MAX);
	if (all->arena != NULL && all->by_digest != NULL && get_all(r, all))
		return all;
	proxy_tickets_free(all);
	return NULL;
}

void
proxy_tickets_free(struct proxy_tickets *all)
{
	if (all == NULL)
		return;
	map_free(all->by_digest);
	arena_free(all->arena);
	free(all);
}

struct proxy_ticket *
proxy_ticket_find(const struct proxy_tickets *all, const uint8_t digest[32], const struct proxy_bearer *b)
{
	struct proxy_ticket *t = all == NULL ? NULL : map_get(all->by_digest, digest, 32);
	struct str host = b->host;

	if (t == NULL || (t->from.len != 0 && !addr_eq(&t->from, &b->vpn)))
		return NULL;
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	return str_ieq(host, str_of(t->host)) ? t : NULL;
}
