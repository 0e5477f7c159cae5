/* Heads of packets; see heads.h. Fields are reached by their place in a packet
 * whose length was checked once, not by cursors: this runs for each packet. */
#include "wg/heads.h"

#include <netinet/in.h>
#include <string.h>

#include "base/checksum.h"

enum {
	OFFSET_AND_MORE = 0x3fff,	/* IPv4: fragment offset and "more fragments" */
	IP4_PROTOCOL = 9, IP6_NEXT = 6, TCP_OFFSET = 12,
	EXTENSIONS_MAX = 64		/* octets; the walk ends there */
};

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 791 3.1 */
static bool
read4(const uint8_t *p, size_t n, struct wg_heads *h, uint8_t *protocol)
{
	if (n < WG_IP4_HEAD)
		return false;
	h->transport = (uint16_t)((p[0] & 15) * 4);
	*protocol = p[IP4_PROTOCOL];
	return h->transport >= WG_IP4_HEAD && h->transport <= n && get16(p + WG_IP4_LENGTH) == n &&
	    (get16(p + WG_IP4_FRAGMENT) & OFFSET_AND_MORE) == 0;
}

/* RFC 8200 3, 4: extensions that have no say in the pseudo header are passed over. */
static bool
read6(const uint8_t *p, size_t n, struct wg_heads *h, uint8_t *protocol)
{
	size_t at = WG_IP6_HEAD;
	uint8_t next;

	if (n < WG_IP6_HEAD || WG_IP6_HEAD + (size_t)get16(p + WG_IP6_LENGTH) != n)
		return false;
	for (next = p[IP6_NEXT]; next == IPPROTO_HOPOPTS || next == IPPROTO_DSTOPTS; ) {
		if (at + 8 > n)
			return false;
		next = p[at];
		at += ((size_t)p[at + 1] + 1) * 8;
		if (at > WG_IP6_HEAD + EXTENSIONS_MAX || at > n)
			return false;
	}
	h->transport = (uint16_t)at;
	*protocol = next;
	return true;
}

/* RFC 9293 3.1, RFC 768 */
static bool
read_transport(const uint8_t *p, size_t n, struct wg_heads *h)
{
	const uint8_t *t = p + h->transport;
	const size_t left = n - h->transport;

	if (left < (h->udp ? WG_UDP_HEAD : WG_TCP_HEAD))
		return false;
	if (h->udp) {
		h->payload = (uint16_t)(h->transport + WG_UDP_HEAD);
		return get16(t + WG_UDP_LENGTH) == left;
	}
	h->payload = (uint16_t)(h->transport + (t[TCP_OFFSET] >> 4) * 4);
	return h->payload >= h->transport + WG_TCP_HEAD && h->payload <= n;
}

bool
wg_heads_read(const uint8_t *p, size_t n, struct wg_heads *h)
{
	uint8_t protocol;

	if (n == 0)
		return false;
	h->v6 = p[0] >> 4 == 6;
	h->len = (uint32_t)n;
	if (h->v6 ? !read6(p, n, h, &protocol) : p[0] >> 4 != 4 || !read4(p, n, h, &protocol))
		return false;
	h->udp = protocol == IPPROTO_UDP;
	return (h->udp || protocol == IPPROTO_TCP) && read_transport(p, n, h);
}

void
wg_heads_resize(uint8_t *p, struct wg_heads *h, size_t len)
{
	h->len = (uint32_t)len;
	if (h->udp)
		put16(p + h->transport + WG_UDP_LENGTH, len - h->transport);
	if (h->v6) {
		put16(p + WG_IP6_LENGTH, len - WG_IP6_HEAD);
		return;
	}
	put16(p + WG_IP4_LENGTH, len);
	put16(p + WG_IP4_SUM, 0);
	checksum_put_complement(p + WG_IP4_SUM, checksum_add(0, p, h->transport));
}

uint64_t
wg_heads_pseudo(const uint8_t *p, const struct wg_heads *h)
{
	const size_t from = h->v6 ? WG_IP6_FROM : WG_IP4_FROM, both = h->v6 ? 32 : 8;
	uint64_t sum = checksum_add(0, p + from, both);

	sum = checksum_add_be(sum, h->udp ? IPPROTO_UDP : IPPROTO_TCP);
	return checksum_add_be(sum, h->len - h->transport);
}

size_t
wg_heads_sum_at(const struct wg_heads *h)
{
	return h->transport + (size_t)(h->udp ? WG_UDP_SUM : WG_TCP_SUM);
}
