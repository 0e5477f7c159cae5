/* From have to want; see diff.h. */
#include "wg/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/map.h"
#include "wg/have.h"
#include "wg/want.h"

/* Peers that lie in an array of larger things. */
struct list { const uint8_t *first; size_t n, stride; };

static const struct wg_want_peer *
at(const struct list *l, size_t i)
{
	return (const struct wg_want_peer *)(const void *)(l->first + i * l->stride);
}

static bool
same_peer(const struct wg_want_peer *a, const struct wg_want_peer *b)
{
	return memcmp(a->key, b->key, WG_KEY) == 0;
}

/* --- one peer --------------------------------------------------------------------------- */

static bool
same_allowed(const struct wg_want_peer *a, const struct wg_want_peer *b)
{
	size_t i;

	if (a->nallowed != b->nallowed)
		return false;
	for (i = 0; i < a->nallowed; i++)
		if (a->allowed[i].bits != b->allowed[i].bits || !addr_eq(&a->allowed[i].addr, &b->allowed[i].addr))
			return false;
	return true;
}

/* Where no end is wanted, the one that was learnt is the right one. */
static bool
same_endpoint(const struct wg_want_peer *have, const struct wg_want_peer *want)
{
	return want->endpoint.addr.len == 0 ||
	    (have->endpoint.port == want->endpoint.port && addr_eq(&have->endpoint.addr, &want->endpoint.addr));
}

static void
put(struct wg_change *c, const struct wg_change_peer *p)
{
	c->peers[c->npeers++] = *p;
}

static void
put_fresh(struct wg_change *c, const struct wg_want_peer *p)
{
	put(c, &(struct wg_change_peer){ .peer = p, .fresh = true, .psk = !sodium_is_zero(p->psk, WG_KEY),
	    .endpoint = p->endpoint.addr.len != 0, .keepalive = p->keepalive_s != 0, .allowed = p->nallowed > 0 });
}

static void
put_changed(struct wg_change *c, const struct wg_want_peer *have, const struct wg_want_peer *want)
{
	const struct wg_change_peer p = { .peer = want, .psk = crypto_verify_32(have->psk, want->psk) != 0,
	    .endpoint = !same_endpoint(have, want), .keepalive = have->keepalive_s != want->keepalive_s,
	    .allowed = !same_allowed(have, want) };

	if (p.psk || p.endpoint || p.keepalive || p.allowed)
		put(c, &p);
}

/* --- all -------------------------------------------------------------------------------- */

/* What stands at the beginning of both in one order, and then at their ends, is not looked for: where one of many was
 * added or removed, that is all. Peers of have[from] to have[to - 1] are in the map. */
struct range { size_t from, have_to, want_to; };

static struct range
middle(const struct list *have, const struct list *want)
{
	struct range r = { 0, have->n, want->n };

	while (r.from < r.have_to && r.from < r.want_to && same_peer(at(have, r.from), at(want, r.from)))
		r.from++;
	while (r.have_to > r.from && r.want_to > r.from && same_peer(at(have, r.have_to - 1), at(want, r.want_to - 1))) {
		r.have_to--;
		r.want_to--;
	}
	return r;
}

static struct map *
map_peers(const struct list *l, size_t from, size_t to)
{
	struct map *m = map_new(to - from + 1);
	size_t i;

	for (i = from; m != NULL && i < to; i++) {
		if (map_put(m, at(l, i)->key, WG_KEY, (void *)(uintptr_t)at(l, i), NULL) < 0) {
			map_free(m);
			m = NULL;
		}
	}
	return m;
}

static void
fill(struct wg_change *c, const struct list *have, const struct list *want, const struct range *r, struct map *old,
    struct map *fresh)
{
	const struct wg_want_peer *p;
	size_t i;

	for (i = r->from; i < r->have_to; i++)
		if (map_get(fresh, at(have, i)->key, WG_KEY) == NULL)
			put(c, &(struct wg_change_peer){ .peer = at(have, i), .remove = true });
	for (i = 0; i < r->from; i++)
		put_changed(c, at(have, i), at(want, i));
	for (i = r->want_to; i < want->n; i++)
		put_changed(c, at(have, i - r->want_to + r->have_to), at(want, i));
	for (i = r->from; i < r->want_to; i++) {
		p = map_get(old, at(want, i)->key, WG_KEY);
		if (p == NULL)
			put_fresh(c, at(want, i));
		else
			put_changed(c, p, at(want, i));
	}
}

static int
compare(struct wg_change *c, const struct list *have, const struct list *want)
{
	const struct range r = middle(have, want);
	struct map *old = map_peers(have, r.from, r.have_to), *fresh = map_peers(want, r.from, r.want_to);
	int rc = -ENOMEM;

	c->peers = calloc(have->n + want->n + 1, sizeof(*c->peers));
	if (old != NULL && fresh != NULL && c->peers != NULL) {
		fill(c, have, want, &r, old, fresh);
		rc = 0;
	}
	map_free(old);
	map_free(fresh);
	return rc;
}

static int
make(struct wg_change **out, const struct wg_change *head, const struct list *have)
{
	const struct wg_want *w = head->want;
	const struct list want = { (const uint8_t *)w->peers, w->npeers, sizeof(*w->peers) };
	struct wg_change *c = malloc(sizeof(*c));

	if (c == NULL)
		return -ENOMEM;
	*c = *head;
	if (compare(c, have, &want) < 0) {
		wg_change_free(c);
		return -ENOMEM;
	}
	*out = c;
	return 0;
}

int
wg_diff(struct wg_change **out, const struct wg_want *have, const struct wg_want *want)
{
	const struct list old = { (const uint8_t *)have->peers, have->npeers, sizeof(*have->peers) };
	const struct wg_change head = { .want = want, .key = sodium_memcmp(have->key, want->key, WG_KEY) != 0,
	    .port = have->port != want->port, .mark = have->mark != want->mark };

	return make(out, &head, &old);
}

int
wg_diff_device(struct wg_change **out, const struct wg_have *have, const struct wg_want *want)
{
	const struct list old = { (const uint8_t *)have->peers, have->npeers, sizeof(*have->peers) };
	const struct wg_change head = { .want = want, .port = have->port != want->port, .mark = have->mark != want->mark,
	    .key = !have->has_key || sodium_memcmp(have->key, want->key, WG_KEY) != 0 };

	_Static_assert(offsetof(struct wg_have_peer, set) == 0, "a peer of what a device has begins with what is set");
	return make(out, &head, &old);
}

/* have's peers outside the middle stay, and those inside of it that want has. */
static void
keep(struct wg_want *out, const struct list *have, const struct range *r, struct map *wanted)
{
	size_t i;

	for (i = 0; i < have->n; i++)
		if (i < r->from || i >= r->have_to || map_get(wanted, at(have, i)->key, WG_KEY) != NULL)
			out->peers[out->npeers++] = *at(have, i);
}

bool
wg_diff_less(struct wg_want *out, const struct wg_want *have, const struct wg_want *want)
{
	const struct list old = { (const uint8_t *)have->peers, have->npeers, sizeof(*have->peers) };
	const struct list new = { (const uint8_t *)want->peers, want->npeers, sizeof(*want->peers) };
	const struct range r = middle(&old, &new);
	struct map *wanted;

	if (r.from == r.have_to)
		return false;
	*out = *have;
	out->npeers = 0;
	out->peers = calloc(have->npeers, sizeof(*out->peers));
	wanted = map_peers(&new, r.from, r.want_to);
	if (out->peers != NULL && wanted != NULL)
		keep(out, &old, &r, wanted);
	map_free(wanted);
	if (wanted != NULL && out->npeers < have->npeers)
		return true;
	if (out->peers != NULL)
		sodium_memzero(out->peers, have->npeers * sizeof(*out->peers));
	free(out->peers);
	sodium_memzero(out, sizeof(*out));
	return false;
}

void
wg_change_free(struct wg_change *c)
{
	if (c == NULL)
		return;
	free(c->peers);
	free(c);
}

bool
wg_change_is_empty(const struct wg_change *c)
{
	return !c->key && !c->port && !c->mark && c->npeers == 0;
}
