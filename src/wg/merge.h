/* The plain packets of one batch to as few as possible for a TUN device: those
 * that follow each other in a flow become one, with a head (vnet.h) that tells
 * the stack how they were cut, as its own GRO would do. Pure, no allocation, no
 * copy: what comes out is a list of pieces for writev().
 *
 * A packet is joined only if wg_split would make the very same ones again (but
 * IPv4 ids that mean nothing, RFC 6864), so only with a checksum that is right.
 * The order within a flow is kept. */
#ifndef WG_MERGE_H
#define WG_MERGE_H

#include <sys/uio.h>

#include "wg/heads.h"
#include "wg/vnet.h"

enum {
	WG_MERGE_MAX = 256,	/* packets of a batch */
	WG_MERGE_PIECES = WG_MERGE_MAX + 1
};

struct wg_merge_packet {
	uint8_t *p;
	struct wg_heads heads;
	uint16_t next;
};

/* Packets that leave as one; its heads are those of the first, with the length of all. */
struct wg_merge_group {
	uint16_t first, last, count;
	uint16_t each;			/* payload of all but the last, which may have less */
	uint16_t below;			/* group of another flow with the same hash */
	uint32_t len;			/* octets of the packet that they become */
	bool open, checked;
};

struct wg_merge {
	bool udp;
	uint16_t packets, groups, done;
	uint8_t vnet[WG_VNET];
	struct wg_merge_packet packet[WG_MERGE_MAX];
	struct wg_merge_group group[WG_MERGE_MAX];
	uint16_t table[WG_MERGE_MAX];	/* newest group of a flow */
};

/* Once before the first batch. udp: the device takes UDP that way (USO). */
void wg_merge_init(struct wg_merge *m, bool udp);

/* One packet of len octets, without what was padded; its octets stay where they are and are changed until the last
 * wg_merge_next(). False: there is no room for more. */
bool wg_merge_add(struct wg_merge *m, uint8_t *p, size_t len);

/* The pieces of the next packet to be written, the head among them; valid until the next call. 0: there are no more,
 * and a new batch begins. */
size_t wg_merge_next(struct wg_merge *m, struct iovec pieces[WG_MERGE_PIECES]);

#endif /* WG_MERGE_H */
