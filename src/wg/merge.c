/* Joining the packets of a batch; see merge.h. The rules are those of the
 * kernel's inet_gro_receive(), tcp_gro_receive() and udp_gro_receive(). */
#include "wg/merge.h"

#include <endian.h>
#include <string.h>

#include "base/checksum.h"

enum {
	NONE = 0xffff,
	LEN_MAX = 65535,
	UDP_COUNT_MAX = 64,		/* as many as the kernel joins */
	DONT_FRAGMENT = 0x40,
	IP4_TTL = 8, IP6_HOPS = 7, TCP_WINDOW = 14, TCP_URGENT = 18
};

void
wg_merge_init(struct wg_merge *m, bool udp)
{
	memset(m, 0, sizeof(*m));
	memset(m->table, 0xff, sizeof(m->table));
	m->udp = udp;
}

static bool
same(const uint8_t *a, const uint8_t *b, size_t at, size_t n)
{
	return memcmp(a + at, b + at, n) == 0;
}

/* --- flows ----------------------------------------------------------------------------- */

static uint16_t *
bucket(struct wg_merge *m, const struct wg_merge_packet *k)
{
	uint32_t from, to, ports;

	memcpy(&from, k->p + (k->heads.v6 ? WG_IP6_FROM + 12 : WG_IP4_FROM), 4);
	memcpy(&to, k->p + (k->heads.v6 ? WG_IP6_FROM + 28 : WG_IP4_FROM + 4), 4);
	memcpy(&ports, k->p + k->heads.transport, 4);
	return &m->table[((from ^ to * 31 ^ ports) * 0x9e3779b1) >> 16 & (WG_MERGE_MAX - 1)];
}

/* The same addresses and ports. */
static bool
same_flow(const struct wg_merge_packet *a, const struct wg_merge_packet *b)
{
	const size_t from = a->heads.v6 ? WG_IP6_FROM : WG_IP4_FROM, both = a->heads.v6 ? 32 : 8;

	return a->heads.v6 == b->heads.v6 && a->heads.udp == b->heads.udp && same(a->p, b->p, from, both) &&
	    memcmp(a->p + a->heads.transport, b->p + b->heads.transport, 4) == 0;
}

/* The link to the newest group of that flow, or to NONE. */
static uint16_t *
find(struct wg_merge *m, const struct wg_merge_packet *k)
{
	uint16_t *at = bucket(m, k);

	while (*at != NONE && !same_flow(&m->packet[m->group[*at].first], k))
		at = &m->group[*at].below;
	return at;
}

/* --- what can be joined -------------------------------------------------------------------- */

static size_t
payload_of(const struct wg_merge_packet *k)
{
	return k->heads.len - k->heads.payload;
}

static bool
sum_ok(const struct wg_merge_packet *k)
{
	const uint8_t *t = k->p + k->heads.transport;

	if (k->heads.udp && t[WG_UDP_SUM] == 0 && t[WG_UDP_SUM + 1] == 0)
		return false;		/* it has none; cut again it would have one */
	return checksum_ok(checksum_add(wg_heads_pseudo(k->p, &k->heads), t, k->heads.len - k->heads.transport)) &&
	    (k->heads.v6 || checksum_ok(checksum_add(0, k->p, k->heads.transport)));
}

/* Something can follow it: no options of IP, and none of the flags that mean more than data. */
static bool
can_begin(const struct wg_merge *m, const struct wg_merge_packet *k)
{
	static const uint8_t more = WG_TCP_FIN | WG_TCP_PSH, plain = WG_TCP_ACK | WG_TCP_ECE | WG_TCP_CWR;
	const uint8_t flags = k->p[k->heads.transport + WG_TCP_FLAGS];

	if (k->heads.transport != (k->heads.v6 ? WG_IP6_HEAD : WG_IP4_HEAD) || payload_of(k) == 0)
		return false;
	if (k->heads.udp)
		return m->udp;
	return (flags & more) == 0 && (flags & ~plain) == 0 && (flags & WG_TCP_ACK) != 0;
}

/* As segments of one packet: all of the head of IP but its length, id and checksum. The k-th has an id k above the
 * first one's, unless it is never a fragment: then its id means nothing. */
static bool
same_ip(const uint8_t *a, const uint8_t *b, bool v6, unsigned k)
{
	unsigned first, id;

	if (v6)
		return same(a, b, 0, 4) && a[IP6_HOPS] == b[IP6_HOPS];
	if (!same(a, b, 0, 2) || !same(a, b, WG_IP4_FRAGMENT, 2) || a[IP4_TTL] != b[IP4_TTL])
		return false;
	first = (unsigned)(a[WG_IP4_ID] << 8 | a[WG_IP4_ID + 1]);
	id = (unsigned)(b[WG_IP4_ID] << 8 | b[WG_IP4_ID + 1]);
	return (a[WG_IP4_FRAGMENT] & DONT_FRAGMENT) != 0 || id == ((first + k) & 0xffff);
}

/* It is the next in sequence, and nothing but its end may be told only now. */
static bool
same_tcp(const uint8_t *a, const uint8_t *b, uint32_t done, size_t head)
{
	static const uint8_t last = WG_TCP_FIN | WG_TCP_PSH;
	uint32_t first, seq;

	memcpy(&first, a + WG_TCP_SEQ, 4);
	memcpy(&seq, b + WG_TCP_SEQ, 4);
	return be32toh(seq) == be32toh(first) + done && same(a, b, WG_TCP_ACKED, 5) &&
	    (b[WG_TCP_FLAGS] & ~last) == (a[WG_TCP_FLAGS] & ~WG_TCP_CWR) && same(a, b, TCP_WINDOW, 2) &&
	    same(a, b, TCP_URGENT, head - TCP_URGENT);	/* and the options behind it */
}

static bool
fits(const struct wg_merge *m, const struct wg_merge_group *g, const struct wg_merge_packet *k)
{
	const struct wg_merge_packet *f = &m->packet[g->first];
	const struct wg_heads *h = &f->heads;
	const size_t n = payload_of(k);

	if (!g->open || n == 0 || n > g->each || g->len + n > LEN_MAX)
		return false;
	if (k->heads.transport != h->transport || k->heads.payload != h->payload || !same_ip(f->p, k->p, h->v6, g->count))
		return false;
	if (h->udp)
		return g->count < UDP_COUNT_MAX;
	return same_tcp(f->p + h->transport, k->p + h->transport, g->len - h->payload,
	    (size_t)h->payload - h->transport);
}

/* --- a batch ---------------------------------------------------------------------------------- */

/* False also for a first one that is wrong: nothing is joined to it. */
static bool
join(struct wg_merge *m, struct wg_merge_group *g, uint16_t i)
{
	const struct wg_merge_packet *k = &m->packet[i];

	if (!fits(m, g, k) || !sum_ok(k))
		return false;
	if (!g->checked) {
		g->checked = true;
		g->open = sum_ok(&m->packet[g->first]);
		if (!g->open)
			return false;
	}
	m->packet[g->last].next = i;
	g->last = i;
	g->count++;
	g->len += (uint32_t)payload_of(k);
	g->open = payload_of(k) == g->each &&
	    (k->heads.udp || (k->p[k->heads.transport + WG_TCP_FLAGS] & (WG_TCP_FIN | WG_TCP_PSH)) == 0);
	return true;
}

/* The group stands in the table in place of an older one of its flow, to which nothing is joined any more. */
static void
begin(struct wg_merge *m, uint16_t *at, uint16_t i)
{
	const struct wg_merge_packet *k = &m->packet[i];
	struct wg_merge_group *g = &m->group[m->groups];

	*g = (struct wg_merge_group){ .first = i, .last = i, .count = 1, .len = k->heads.len, .below = NONE };
	if (at != NULL) {
		g->below = *at == NONE ? NONE : m->group[*at].below;
		g->each = (uint16_t)payload_of(k);
		g->open = can_begin(m, k);
		*at = m->groups;
	}
	m->groups++;
}

bool
wg_merge_add(struct wg_merge *m, uint8_t *p, size_t len)
{
	struct wg_merge_packet *k = &m->packet[m->packets];
	uint16_t *at;

	if (m->packets == WG_MERGE_MAX)
		return false;
	*k = (struct wg_merge_packet){ .p = p, .next = NONE };
	if (!wg_heads_read(p, len, &k->heads)) {
		k->heads.len = (uint32_t)len;
		begin(m, NULL, m->packets);
	} else {
		at = find(m, k);
		if (*at == NONE || !join(m, &m->group[*at], m->packets))
			begin(m, at, m->packets);
	}
	m->packets++;
	return true;
}

/* The head of the first becomes that of all; the checksum is left to the stack. */
static void
put_heads(struct wg_merge *m, const struct wg_merge_group *g)
{
	const struct wg_merge_packet *last = &m->packet[g->last];
	uint8_t *p = m->packet[g->first].p;
	struct wg_heads h = m->packet[g->first].heads;
	struct wg_vnet v = { .sum = true, .head = h.payload, .each = g->each, .sum_from = h.transport };

	v.sum_at = (uint16_t)(wg_heads_sum_at(&h) - h.transport);
	v.gso = h.udp ? WG_GSO_UDP : h.v6 ? WG_GSO_TCP6 : WG_GSO_TCP4;
	if (!h.udp) {
		v.ecn = (p[h.transport + WG_TCP_FLAGS] & WG_TCP_CWR) != 0;
		p[h.transport + WG_TCP_FLAGS] |= last->p[h.transport + WG_TCP_FLAGS];
	}
	wg_heads_resize(p, &h, g->len);
	checksum_put(p + wg_heads_sum_at(&h), wg_heads_pseudo(p, &h));
	wg_vnet_write(m->vnet, &v);
}

static void
restart(struct wg_merge *m)
{
	m->packets = m->groups = m->done = 0;
	memset(m->table, 0xff, sizeof(m->table));
}

size_t
wg_merge_next(struct wg_merge *m, struct iovec pieces[WG_MERGE_PIECES])
{
	const struct wg_merge_packet *k;
	const struct wg_merge_group *g;
	size_t n = 0;
	uint16_t i;

	if (m->done == m->groups) {
		restart(m);
		return 0;
	}
	g = &m->group[m->done++];
	if (g->count > 1)
		put_heads(m, g);
	else
		memset(m->vnet, 0, sizeof(m->vnet));
	pieces[n++] = (struct iovec){ m->vnet, sizeof(m->vnet) };
	k = &m->packet[g->first];
	pieces[n++] = (struct iovec){ k->p, k->heads.len };
	for (i = k->next; i != NONE; i = k->next) {
		k = &m->packet[i];
		pieces[n++] = (struct iovec){ k->p + k->heads.payload, payload_of(k) };
	}
	return n;
}
