/* Which peer an address inside the tunnel belongs to: the longest prefix decides
 * (WireGuard paper 2, cryptokey routing). One table of prefixes for both families and a list
 * of the lengths that occur: a look-up costs one probe for each length that is
 * longer than the one that fits, and most prefixes are whole addresses. */
#ifndef WG_ALLOWED_H
#define WG_ALLOWED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct addr_prefix;
struct wg_allowed;
struct wg_peer;

enum { WG_ALLOWED_MAX = 1 << 20 };

/* Part of a peer: which prefixes are its, so that to take them all away costs what they are, not what all peers have.
 * Zeroed but for peer to begin with; empty (wg_allowed_del_all()) before it goes. */
struct wg_holder {
	struct wg_peer *peer;
	struct addr_prefix *nets;
	uint32_t n, room;
};

struct wg_allowed *wg_allowed_new(void);	/* NULL when out of memory */
void wg_allowed_free(struct wg_allowed *a);	/* NULL is allowed */

/* The prefix, whose host bits are zero, is of h now; whoever had it loses it. 0, -ENOMEM or -ENOSPC. */
int wg_allowed_put(struct wg_allowed *a, const struct addr_prefix *p, struct wg_holder *h);

/* No longer, if it is of h. */
void wg_allowed_del(struct wg_allowed *a, const struct addr_prefix *p, struct wg_holder *h);

void wg_allowed_del_all(struct wg_allowed *a, struct wg_holder *h);	/* all that are its */

struct wg_peer *wg_allowed_find(const struct wg_allowed *a, const struct addr *x);	/* NULL: nobody's */

/* Each in no particular order, from *it = 0; false at the end. */
bool wg_allowed_next(const struct wg_allowed *a, size_t *it, struct addr_prefix *p, struct wg_peer **peer);

size_t wg_allowed_count(const struct wg_allowed *a);

#endif /* WG_ALLOWED_H */
