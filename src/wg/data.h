/* The message that carries a packet (WireGuard paper 5.4.6): 16 octets of head,
 * the packet, padded, and a tag; sealed and opened in place. Pure, and the only
 * part of the tunnel that runs once for each packet, on any thread: what a session
 * holds is only read here. */
#ifndef WG_DATA_H
#define WG_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wg/handshake.h"

struct addr;

enum { WG_DATA_HEAD = 16, WG_DATA_OVERHEAD = WG_DATA_HEAD + WG_TAG, WG_DATA_PAD = 16 };

struct wg_data {
	uint32_t to;		/* index of the receiver's session */
	uint64_t counter;
};

/* False: not such a message. */
bool wg_data_read(const uint8_t *datagram, size_t n, struct wg_data *out);

/* The length a packet of n octets is padded to in a tunnel with that MTU, which padding does not exceed. */
size_t wg_data_padded(size_t n, size_t mtu);

/* n octets stand at datagram + WG_DATA_HEAD, with room for the tag behind them. */
void wg_data_seal(uint8_t *datagram, size_t n, const struct wg_data *head, const uint8_t key[WG_KEY]);

/* n: of the datagram, as it came; what was in it stands at + WG_DATA_HEAD then. False: forged; the octets are worthless. */
bool wg_data_open(uint8_t *datagram, size_t n, uint64_t counter, const uint8_t key[WG_KEY]);

/* A packet inside: its addresses and its length, which padding follows. False: neither IPv4 nor IPv6, or cut. */
bool wg_packet_read(const uint8_t *p, size_t n, struct addr *from, struct addr *to, size_t *len);

#endif /* WG_DATA_H */
