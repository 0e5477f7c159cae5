/* Cutting what a TUN device gives; see split.h. As the kernel would cut: tcp_gso_segment(), inet_gso_segment(),
 * __udp_gso_segment(). */
#include "wg/split.h"

#include <endian.h>
#include <string.h>

#include "base/checksum.h"

/* The checksum that the stack left open, wherever it stands. */
static bool
sum_fits(const struct wg_vnet *v, size_t n)
{
	return !v->sum || (size_t)v->sum_from + v->sum_at + 2 <= n;
}

/* It can be cut as it says. */
static bool
cut_fits(const struct wg_split *s, size_t room)
{
	const struct wg_vnet *v = &s->vnet;
	const struct wg_heads *h = &s->heads;
	const size_t left = h->len - h->payload;

	if (h->udp != (v->gso == WG_GSO_UDP) || (!h->udp && h->v6 != (v->gso == WG_GSO_TCP6)))
		return false;
	if (v->sum && (v->sum_from != h->transport || (size_t)v->sum_from + v->sum_at != wg_heads_sum_at(h)))
		return false;
	return h->payload + (left < v->each ? left : v->each) <= room;
}

bool
wg_split_start(struct wg_split *s, const uint8_t vnet[WG_VNET], const uint8_t *packet, size_t n, size_t room)
{
	s->packet = packet;
	s->done = 0;
	s->count = 0;
	s->end = false;
	s->heads.len = (uint32_t)n;
	if (n == 0 || !wg_vnet_read(vnet, &s->vnet) || !sum_fits(&s->vnet, n))
		return false;
	if (!wg_split_is_cut(s))
		return n <= room;
	return wg_heads_read(packet, n, &s->heads) && cut_fits(s, room);
}

/* A sum of 0 says "none" in UDP; for others the two are the same. */
static void
put_sum(uint8_t *at, uint64_t sum)
{
	checksum_put_complement(at, sum);
	if (at[0] == 0 && at[1] == 0)
		at[0] = at[1] = 0xff;
}

static size_t
plain(struct wg_split *s, uint8_t *out)
{
	const size_t n = s->heads.len;
	const struct wg_vnet *v = &s->vnet;

	if (out != s->packet)
		memcpy(out, s->packet, n);
	if (v->sum)
		put_sum(out + v->sum_from + v->sum_at, checksum_add(0, out + v->sum_from, n - v->sum_from));
	s->end = true;
	return n;
}

/* The octets that differ in TCP's head: its sequence, and the flags that only the first or the last one has. */
static void
put_tcp(const struct wg_split *s, uint8_t *tcp, bool last)
{
	uint32_t seq;

	memcpy(&seq, tcp + WG_TCP_SEQ, 4);
	seq = htobe32(be32toh(seq) + s->done);
	memcpy(tcp + WG_TCP_SEQ, &seq, 4);
	if (s->count > 0)
		tcp[WG_TCP_FLAGS] &= (uint8_t)~WG_TCP_CWR;
	if (!last)
		tcp[WG_TCP_FLAGS] &= (uint8_t)~(WG_TCP_FIN | WG_TCP_PSH);
}

static void
put_id(const struct wg_split *s, uint8_t *ip4)
{
	const unsigned id = (unsigned)(ip4[WG_IP4_ID] << 8 | ip4[WG_IP4_ID + 1]) + s->count;

	ip4[WG_IP4_ID] = (uint8_t)(id >> 8);
	ip4[WG_IP4_ID + 1] = (uint8_t)id;
}

static void
put_heads(const struct wg_split *s, uint8_t *out, size_t len, bool last)
{
	struct wg_heads h = s->heads;
	uint8_t *sum = out + wg_heads_sum_at(&h);

	if (!h.v6)
		put_id(s, out);
	if (!h.udp)
		put_tcp(s, out + h.transport, last);
	wg_heads_resize(out, &h, len);
	sum[0] = sum[1] = 0;
	put_sum(sum, checksum_add(wg_heads_pseudo(out, &h), out + h.transport, len - h.transport));
}

size_t
wg_split_peek(const struct wg_split *s)
{
	size_t left;

	if (s->end || !wg_split_is_cut(s))
		return s->end ? 0 : s->heads.len;
	left = s->heads.len - s->heads.payload - s->done;
	return s->heads.payload + (left < s->vnet.each ? left : s->vnet.each);
}

size_t
wg_split_next(struct wg_split *s, uint8_t *out)
{
	const size_t head = s->heads.payload;
	size_t left, n;

	if (s->end)
		return 0;
	if (!wg_split_is_cut(s))
		return plain(s, out);
	left = s->heads.len - head - s->done;
	n = wg_split_peek(s) - head;
	memcpy(out, s->packet, head);
	memcpy(out + head, s->packet + head + s->done, n);
	put_heads(s, out, head + n, n == left);
	s->done += (uint32_t)n;
	s->count++;
	s->end = n == left;
	return head + n;
}
