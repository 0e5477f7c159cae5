/* The head that a TUN device puts before each packet, and wants before each
 * (struct virtio_net_hdr, little-endian: TUNSETVNETLE): what the stack has left
 * to whoever sends the packet, a checksum and the cutting into segments. */
#ifndef WG_VNET_H
#define WG_VNET_H

#include <stdbool.h>
#include <stdint.h>

enum { WG_VNET = 10 /* octets */ };

enum wg_gso { WG_GSO_NONE, WG_GSO_TCP4, WG_GSO_TCP6, WG_GSO_UDP };

struct wg_vnet {
	enum wg_gso gso;
	bool ecn;		/* CWR is set: on the first segment only (RFC 3168 6.1.2) */
	bool sum;		/* the checksum is missing: its field has the sum of the pseudo header */
	uint16_t head;		/* octets of all heads; the kernel's word for it is a hint only */
	uint16_t each;		/* payload of each segment */
	uint16_t sum_from, sum_at;	/* what it covers, to the end, and where in that it stands */
};

/* False: what nobody asked the device for. */
bool wg_vnet_read(const uint8_t p[WG_VNET], struct wg_vnet *out);
void wg_vnet_write(uint8_t p[WG_VNET], const struct wg_vnet *v);

#endif /* WG_VNET_H */
