/* What a device has; see have.h. */
#include "wg/have.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { FIRST = 16 };

struct wg_have *
wg_have_new(void)
{
	return calloc(1, sizeof(struct wg_have));
}

void
wg_have_free(struct wg_have *h)
{
	if (h == NULL)
		return;
	if (h->peers != NULL)
		sodium_memzero(h->peers, h->peers_room * sizeof(*h->peers));
	free(h->peers);
	free(h->allowed);
	sodium_memzero(h, sizeof(*h));
	free(h);
}

/* Not realloc(), which would leave keys behind. */
static bool
grow_peers(struct wg_have *h)
{
	const size_t room = h->peers_room == 0 ? FIRST : 2 * h->peers_room;
	struct wg_have_peer *p = calloc(room, sizeof(*p));

	if (p == NULL)
		return false;
	if (h->peers != NULL) {
		memcpy(p, h->peers, h->npeers * sizeof(*p));
		sodium_memzero(h->peers, h->peers_room * sizeof(*p));
		free(h->peers);
	}
	h->peers = p;
	h->peers_room = room;
	return true;
}

struct wg_have_peer *
wg_have_add(struct wg_have *h)
{
	if (h->npeers == WG_HAVE_PEERS_MAX || (h->npeers == h->peers_room && !grow_peers(h)))
		return NULL;
	return &h->peers[h->npeers++];
}

static bool
grow_allowed(struct wg_have *h)
{
	const size_t room = h->allowed_room == 0 ? FIRST : 2 * h->allowed_room;
	struct addr_prefix *p = reallocarray(h->allowed, room, sizeof(*p));

	if (p == NULL)
		return false;
	h->allowed = p;
	h->allowed_room = room;
	return true;
}

bool
wg_have_allow(struct wg_have *h, const struct addr_prefix *net)
{
	if (h->npeers == 0 || h->nallowed == WG_HAVE_ALLOWED_MAX ||
	    (h->nallowed == h->allowed_room && !grow_allowed(h)))
		return false;
	h->allowed[h->nallowed++] = *net;
	h->peers[h->npeers - 1].set.nallowed++;
	return true;
}

static int
by_prefix(const void *a, const void *b)
{
	const struct addr_prefix *x = a, *y = b;
	int rc = addr_cmp(&x->addr, &y->addr);

	return rc != 0 ? rc : (int)x->bits - (int)y->bits;
}

void
wg_have_close(struct wg_have *h)
{
	size_t i, at = 0;

	for (i = 0; i < h->npeers; i++) {
		struct wg_want_peer *p = &h->peers[i].set;

		if (p->nallowed == 0)
			continue;
		qsort(h->allowed + at, p->nallowed, sizeof(*h->allowed), by_prefix);
		p->allowed = h->allowed + at;
		at += p->nallowed;
	}
}
