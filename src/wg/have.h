/* What a WireGuard device has, as its two readers fill it in: of the kernel (wg/kernel.h) and of the tunnel role. */
#ifndef WG_HAVE_H
#define WG_HAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wg/want.h"

/* More than any device of ours; one of somebody else that has more is not read. */
enum { WG_HAVE_PEERS_MAX = 1 << 16, WG_HAVE_ALLOWED_MAX = 1 << 20 };

struct wg_have_peer {
	struct wg_want_peer set;
	int64_t handshake_at;			/* Unix time of the last one; 0: never */
	uint64_t rx, tx;			/* octets of messages */
};

struct wg_have {
	bool has_key;
	uint8_t key[WG_KEY];			/* the secret one */
	uint16_t port;
	uint32_t mark;
	struct wg_have_peer *peers;		/* allowed of each: sorted */
	size_t npeers;
	struct addr_prefix *allowed;		/* of all, one peer after the other */
	size_t nallowed;
	size_t peers_room, allowed_room;
};

struct wg_have *wg_have_new(void);		/* NULL: no memory */
void wg_have_free(struct wg_have *h);		/* wipes; NULL is allowed */

/* Another peer, zeroed; what is allowed from then on is its. The pointer is good until the next one; NULL past a bound. */
struct wg_have_peer *wg_have_add(struct wg_have *h);
bool wg_have_allow(struct wg_have *h, const struct addr_prefix *net);	/* false: past a bound, or there is no peer */

/* After the last one. Until then the peers' allowed are not to be looked at. */
void wg_have_close(struct wg_have *h);

#endif /* WG_HAVE_H */
