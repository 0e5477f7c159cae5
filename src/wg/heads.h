/* The heads of a packet that can be cut or joined: IPv4 or IPv6, then TCP or
 * UDP, and no fragment. Shared by split.h and merge.h. Pure. */
#ifndef WG_HEADS_H
#define WG_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WG_TCP_FIN = 0x01, WG_TCP_PSH = 0x08, WG_TCP_ACK = 0x10, WG_TCP_ECE = 0x40, WG_TCP_CWR = 0x80
};

/* Where fields stand in the heads of IPv4, TCP and UDP. */
enum {
	WG_IP4_LENGTH = 2, WG_IP4_ID = 4, WG_IP4_FRAGMENT = 6, WG_IP4_SUM = 10, WG_IP4_FROM = 12, WG_IP4_HEAD = 20,
	WG_IP6_LENGTH = 4, WG_IP6_FROM = 8, WG_IP6_HEAD = 40,
	WG_TCP_SEQ = 4, WG_TCP_ACKED = 8, WG_TCP_FLAGS = 13, WG_TCP_SUM = 16, WG_TCP_HEAD = 20,
	WG_UDP_LENGTH = 4, WG_UDP_SUM = 6, WG_UDP_HEAD = 8
};

struct wg_heads {
	bool v6, udp;
	uint16_t transport;	/* where the head of TCP or UDP begins */
	uint16_t payload;	/* where what follows it does */
	uint32_t len;		/* octets of all */
};

/* p is a packet of n octets, no more and no less. False: none of these, or its own lengths say otherwise. */
bool wg_heads_read(const uint8_t *p, size_t n, struct wg_heads *out);

/* The packet is to have len octets, of 65,535 at most behind the head of IPv6 or with that of IPv4: all lengths, and
 * the checksum of IPv4. */
void wg_heads_resize(uint8_t *p, struct wg_heads *h, size_t len);

/* The sum that a pseudo header adds to the checksum of TCP or UDP (RFC 9293 3.1, RFC 8200 8.1). */
uint64_t wg_heads_pseudo(const uint8_t *p, const struct wg_heads *h);

/* Where that checksum stands in the packet. */
size_t wg_heads_sum_at(const struct wg_heads *h);

#endif /* WG_HEADS_H */
