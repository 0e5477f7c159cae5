/* Packets for the tests of cutting and joining, built and judged octet by octet by code that shares nothing with what
 * is tested. */
#ifndef UNIT_WG_FLOW_H
#define UNIT_WG_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { FLOW_FIN = 1, FLOW_SYN = 2, FLOW_PSH = 8, FLOW_ACK = 16, FLOW_CWR = 128, FLOW_PACKET_MAX = 65575 };

struct flow {
	bool v6, udp, fragments;	/* fragments: without DF, so that ids mean something */
	uint8_t number;			/* of its ports and addresses */
	uint8_t flags;			/* of TCP */
	uint8_t options;		/* octets of TCP's, a multiple of 4 */
	uint16_t id;			/* of IPv4 */
	uint32_t seq;			/* of TCP; the next one */
};

static inline uint32_t
flow_draw(uint32_t *x)
{
	*x = *x * 1664525 + 1013904223;
	return *x >> 8;
}

static inline void
flow_put(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline size_t
flow_get(const uint8_t *p)
{
	return (size_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
flow_sum(uint32_t sum, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		sum += (uint32_t)(i % 2 == 0 ? p[i] << 8 : p[i]);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* Of the pseudo header and the n octets at t. */
static inline uint32_t
flow_transport_sum(const uint8_t *p, const uint8_t *t, size_t n, bool udp)
{
	const uint8_t tail[4] = { (uint8_t)(n >> 8), (uint8_t)n, 0, udp ? 17 : 6 };
	uint32_t sum = p[0] >> 4 == 6 ? flow_sum(0, p + 8, 32) : flow_sum(0, p + 12, 8);

	return flow_sum(flow_sum(sum, tail, 4), t, n);
}

static inline size_t
flow_ip(const struct flow *f, uint8_t *p, size_t n)
{
	const uint8_t protocol = f->udp ? 17 : 6;

	if (f->v6) {
		memset(p, 0, 40);
		p[0] = 0x60;
		flow_put(p + 4, n);
		p[6] = protocol;
		p[7] = 64;
		p[8] = p[24] = 0xfd;
		p[23] = f->number;
		p[39] = 1;
		return 40;
	}
	memset(p, 0, 20);
	p[0] = 0x45;
	flow_put(p + 2, n + 20);
	flow_put(p + 4, f->id);
	p[6] = f->fragments ? 0 : 0x40;
	p[8] = 64;
	p[9] = protocol;
	p[12] = p[16] = 10;
	p[15] = f->number;
	p[19] = 1;
	flow_put(p + 10, 0xffff - flow_sum(0, p, 20));
	return 20;
}

/* The next packet of the flow, with n octets of payload. Its length. */
static inline size_t
flow_packet(struct flow *f, uint8_t *p, const uint8_t *payload, size_t n)
{
	const size_t head = f->udp ? 8 : 20u + f->options, sum = f->udp ? 6 : 16;
	const size_t at = flow_ip(f, p, head + n);
	uint8_t *t = p + at;

	memset(t, 0, head);
	flow_put(t, 1000u + f->number);
	flow_put(t + 2, 443);
	if (f->udp) {
		flow_put(t + 4, head + n);
	} else {
		flow_put(t + 4, f->seq >> 16);
		flow_put(t + 6, f->seq & 0xffff);
		t[11] = 9;
		t[12] = (uint8_t)(head / 4 << 4);
		t[13] = f->flags;
		t[14] = 2;
		memset(t + 20, 1, f->options);
	}
	memcpy(t + head, payload, n);
	flow_put(t + sum, 0xffff - flow_transport_sum(p, t, head + n, f->udp));
	if (f->udp && t[6] == 0 && t[7] == 0)
		flow_put(t + 6, 0xffff);
	f->seq += (uint32_t)n;
	f->id++;
	return at + head + n;
}

/* Its lengths and checksums are what they should be. */
static inline bool
flow_right(const uint8_t *p, size_t n)
{
	const bool v6 = p[0] >> 4 == 6;
	const size_t at = v6 ? 40 : (size_t)(p[0] & 15) * 4;
	const bool udp = p[v6 ? 6 : 9] == 17;

	if (flow_get(p + (v6 ? 4 : 2)) != (v6 ? n - 40 : n) || (!v6 && flow_sum(0, p, at) != 0xffff))
		return false;
	if (udp && (flow_get(p + at + 4) != n - at || flow_get(p + at + 6) == 0))
		return false;
	return flow_transport_sum(p, p + at, n - at, udp) == 0xffff;
}

#endif /* UNIT_WG_FLOW_H */
