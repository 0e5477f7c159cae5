/* One packet as a TUN device gives it to plain ones: its checksum is made good,
 * and what the stack left uncut (TSO, USO) is cut into segments. Pure, no
 * allocation; the caller chooses the place of each packet when it asks for it,
 * so that they can stand in a row with room for other octets between them.
 *
 *	for (ok = wg_split_start(&s, vnet, packet, n, room); ok && (len = wg_split_next(&s, at)) > 0; )
 *		at = ...;
 *
 * Nothing that the head or the packet says is believed unseen. */
#ifndef WG_SPLIT_H
#define WG_SPLIT_H

#include "wg/heads.h"
#include "wg/vnet.h"

struct wg_split {
	const uint8_t *packet;
	struct wg_heads heads;
	struct wg_vnet vnet;
	uint32_t done;		/* octets of payload */
	uint16_t count;		/* packets */
	bool end;
};

/* packet: n octets, unchanged until the last one was taken. False: refused, or one of them would be longer than room. */
bool wg_split_start(struct wg_split *s, const uint8_t vnet[WG_VNET], const uint8_t *packet, size_t n, size_t room);

/* Is it to be cut? If not, its only packet may be asked for at the place where it stands, and is not copied then. */
static inline bool
wg_split_is_cut(const struct wg_split *s)
{
	return s->vnet.gso != WG_GSO_NONE;
}

/* The length of the next packet; 0 after the last one. */
size_t wg_split_peek(const struct wg_split *s);

/* That packet at out, its length; 0 after the last one. */
size_t wg_split_next(struct wg_split *s, uint8_t *out);

#endif /* WG_SPLIT_H */
