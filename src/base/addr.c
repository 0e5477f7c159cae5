/* Addresses: sets, order, sockets, text. The text reader is our own because
 * those of the C libraries differ in what they let pass. */
#include "base/addr.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/wr.h"

enum { GROUPS = 8 };	/* of an IPv6 address */

static const struct addr_prefix loopbacks[] = {
	{ { 4, { 127 } }, 8 },
	{ { 16, { [15] = 1 } }, 128 },
};

static const struct addr_prefix linklocals[] = {
	{ { 4, { 169, 254 } }, 16 },
	{ { 16, { 0xfe, 0x80 } }, 10 },
};

static const struct addr_prefix privates[] = {
	{ { 4, { 10 } }, 8 },
	{ { 4, { 172, 16 } }, 12 },
	{ { 4, { 192, 168 } }, 16 },
	{ { 4, { 100, 64 } }, 10 },
	{ { 16, { 0xfc } }, 7 },
};

static const struct addr_prefix mapped = {
	{ 16, { [10] = 0xff, [11] = 0xff } }, 96
};

static bool
bits_eq(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned n = bits / 8, rest = bits % 8;

	if (memcmp(a, b, n) != 0)
		return false;
	return rest == 0 || (a[n] ^ b[n]) >> (8 - rest) == 0;
}

/* ::ffff:10.0.0.1 reaches the same host as 10.0.0.1. */
static struct addr
unmap(const struct addr *a)
{
	struct addr v4 = { 4, { 0 } };

	if (!addr_in(a, &mapped))
		return *a;
	memcpy(v4.b, a->b + 12, 4);
	return v4;
}

static bool
in_any(const struct addr *a, const struct addr_prefix *set, size_t n)
{
	struct addr plain = unmap(a);

	for (size_t i = 0; i < n; i++)
		if (addr_in(&plain, &set[i]))
			return true;
	return false;
}

bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return addr_cmp(a, b) == 0;
}

int
addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->b, b->b, a->len);
}

bool
addr_in(const struct addr *a, const struct addr_prefix *p)
{
	return a->len != 0 && a->len == p->addr.len &&
	    p->bits <= 8 * a->len && bits_eq(a->b, p->addr.b, p->bits);
}

bool
addr_prefix_overlap(const struct addr_prefix *a, const struct addr_prefix *b)
{
	return a->bits < b->bits ? addr_in(&b->addr, a) : addr_in(&a->addr, b);
}

struct addr_prefix
addr_prefix_net(const struct addr_prefix *p)
{
	struct addr_prefix net = *p;
	unsigned n = p->bits / 8;

	if (n < sizeof(net.addr.b)) {
		net.addr.b[n] &= (uint8_t)(0xff00 >> p->bits % 8);
		memset(net.addr.b + n + 1, 0, sizeof(net.addr.b) - n - 1);
	}
	return net;
}

static bool
bit(const struct addr *a, unsigned i)
{
	return (a->b[i / 8] & 0x80 >> i % 8) != 0;
}

bool
addr_renumber(const struct addr *a, const struct addr_prefix *from, const struct addr_prefix *to, struct addr *out)
{
	unsigned i, ones = 0, n = 8u * a->len;

	if (!addr_in(a, from) || to->addr.len != a->len || to->bits > n)
		return false;
	*out = addr_prefix_net(to).addr;
	for (i = from->bits; i < n; i++) {
		if (!bit(a, i))
			continue;
		if (i < to->bits)
			return false;
		out->b[i / 8] = (uint8_t)(out->b[i / 8] | 0x80 >> i % 8);
		ones++;
	}
	return ones > 0 && ones < n - to->bits;
}

bool
addr_prefix_eq(const struct addr_prefix *a, const struct addr_prefix *b)
{
	return a->bits == b->bits && addr_eq(&a->addr, &b->addr);
}

bool
addr_prefix_is_net(const struct addr_prefix *p)
{
	struct addr_prefix net = addr_prefix_net(p);

	return addr_eq(&net.addr, &p->addr);
}

bool
addr_is_loopback(const struct addr *a)
{
	return in_any(a, loopbacks, sizeof(loopbacks) / sizeof(loopbacks[0]));
}

bool
addr_is_linklocal(const struct addr *a)
{
	return in_any(a, linklocals,
	    sizeof(linklocals) / sizeof(linklocals[0]));
}

bool
addr_is_private(const struct addr *a)
{
	return addr_is_linklocal(a) ||
	    in_any(a, privates, sizeof(privates) / sizeof(privates[0]));
}

struct addr
addr_limit_key(const struct addr *a)
{
	struct addr key = unmap(a);

	if (key.len == 16)
		memset(key.b + 8, 0, 8);
	return key;
}

static void
from_in6(const struct sockaddr_in6 *in6, struct addr_port *out)
{
	struct addr a = { 16, { 0 } };

	memcpy(a.b, &in6->sin6_addr, 16);
	out->addr = unmap(&a);
	out->port = ntohs(in6->sin6_port);
	/* The kernel gives a scope for other addresses too, where it would
	 * only make equal peers look different. */
	if (out->addr.len == 16 && addr_is_linklocal(&out->addr))
		out->scope = in6->sin6_scope_id;
}

bool
addr_from_sockaddr(const struct sockaddr_storage *ss, struct addr_port *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	memset(out, 0, sizeof(*out));
	if (ss->ss_family == AF_INET) {
		memcpy(&in, ss, sizeof(in));
		out->addr.len = 4;
		memcpy(out->addr.b, &in.sin_addr, 4);
		out->port = ntohs(in.sin_port);
		return true;
	}
	if (ss->ss_family != AF_INET6)
		return false;
	memcpy(&in6, ss, sizeof(in6));
	from_in6(&in6, out);
	return true;
}

size_t
addr_to_sockaddr(const struct addr_port *a, struct sockaddr_storage *ss)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memset(ss, 0, sizeof(*ss));
	if (a->addr.len == 4) {
		memcpy(&in.sin_addr, a->addr.b, 4);
		in.sin_port = htons(a->port);
		memcpy(ss, &in, sizeof(in));
		return sizeof(in);
	}
	if (a->addr.len != 16)
		return 0;
	memcpy(&in6.sin6_addr, a->addr.b, 16);
	in6.sin6_port = htons(a->port);
	in6.sin6_scope_id = a->scope;
	memcpy(ss, &in6, sizeof(in6));
	return sizeof(in6);
}

/* Decimal without a leading zero, which some readers take for octal. */
static bool
number_read(struct str s, uint64_t max, uint64_t *out)
{
	return (s.n <= 1 || s.p[0] != '0') && str_u64(s, max, out);
}

static bool
v4_read(struct str s, uint8_t b[4])
{
	struct str part;
	uint64_t v;

	for (size_t i = 0; i < 4; i++) {
		/* The last part has no dot behind it, the others must. */
		bool dot = s.n > 0 && memchr(s.p, '.', s.n) != NULL;

		if (dot != (i < 3) || !str_cut(&s, '.', &part) ||
		    !number_read(part, 255, &v))
			return false;
		b[i] = (uint8_t)v;
	}
	return true;
}

static bool
group_read(struct str s, uint8_t b[2])
{
	unsigned v = 0;

	if (s.n == 0 || s.n > 4)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (unsigned)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | (unsigned)((c | 32) - 'a' + 10);
		else
			return false;
	}
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
	return true;
}

/* Groups without "::" into b, at most max of them; the last two may be a
 * dotted quad where last is set. Their count, or -1. */
static int
groups_read(struct str s, bool last, int max, uint8_t *b)
{
	struct str part;
	int n = 0;

	while (s.n > 0) {
		bool colon = memchr(s.p, ':', s.n) != NULL;

		if (last && !colon && n + 2 <= max && v4_read(s, b + 2 * n))
			return n + 2;
		if (n == max || !str_cut(&s, ':', &part) ||
		    !group_read(part, b + 2 * n) || (colon && s.n == 0))
			return -1;
		n++;
	}
	return n;
}

static bool
v6_read(struct str s, uint8_t b[16])
{
	uint8_t tail[16];
	struct str head = s, rest;
	const char *gap = s.n < 2 ? NULL : memmem(s.p, s.n, "::", 2);
	int n, m;

	if (gap == NULL)
		return groups_read(s, true, GROUPS, b) == GROUPS;

	head.n = (size_t)(gap - s.p);
	rest = (struct str){ gap + 2, s.n - head.n - 2 };
	/* "::" stands for one group at least. */
	n = groups_read(head, false, GROUPS - 1, b);
	if (n < 0)
		return false;
	m = groups_read(rest, true, GROUPS - 1 - n, tail);
	if (m < 0)
		return false;
	memset(b + 2 * n, 0, (size_t)(16 - 2 * n));
	memcpy(b + 16 - 2 * m, tail, (size_t)(2 * m));
	return true;
}

bool
addr_read(struct str s, struct addr *out)
{
	struct addr a = { 0, { 0 } };

	if (v4_read(s, a.b))
		a.len = 4;
	else if (v6_read(s, a.b))
		a.len = 16;
	else
		return false;
	*out = a;
	return true;
}

bool
addr_prefix_read(struct str s, struct addr_prefix *out)
{
	struct addr_prefix p;
	struct str text;
	uint64_t bits;

	if (!str_cut(&s, '/', &text) || !addr_read(text, &p.addr) ||
	    !number_read(s, p.addr.len * 8U, &bits))
		return false;
	p.bits = (uint8_t)bits;
	*out = p;
	return true;
}

bool
addr_port_read(struct str s, struct addr_port *out)
{
	struct addr_port p = { .scope = 0 };
	bool v6 = s.n > 0 && s.p[0] == '[';
	struct str text;
	uint64_t port;

	if (v6) {
		s = (struct str){ s.p + 1, s.n - 1 };
		if (!str_cut(&s, ']', &text) || s.n == 0 || s.p[0] != ':')
			return false;
		s = (struct str){ s.p + 1, s.n - 1 };
	} else if (!str_cut(&s, ':', &text)) {
		return false;
	}
	if (!addr_read(text, &p.addr) || (p.addr.len == 16) != v6 ||
	    !number_read(s, UINT16_MAX, &port))
		return false;
	p.port = (uint16_t)port;
	*out = p;
	return true;
}

/* The longest run of zero groups, of two at least, the first of equals
 * (RFC 5952 4.2). */
static void
longest_gap(const uint8_t b[16], int *at, int *len)
{
	int run = 0;

	*at = -1;
	*len = 1;
	for (int i = 0; i < GROUPS; i++) {
		run = b[2 * i] == 0 && b[2 * i + 1] == 0 ? run + 1 : 0;
		if (run > *len) {
			*len = run;
			*at = i - run + 1;
		}
	}
}

static void
v4_write(struct wr *w, const uint8_t b[4])
{
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0)
			wr_u8(w, '.');
		wr_decimal(w, b[i]);
	}
}

static void
v6_write(struct wr *w, const uint8_t b[16])
{
	int gap, len;

	if (bits_eq(b, mapped.addr.b, mapped.bits)) {
		wr_text(w, "::ffff:");
		v4_write(w, b + 12);
		return;
	}
	longest_gap(b, &gap, &len);
	for (int i = 0; i < GROUPS; i++) {
		if (i == gap) {
			wr_text(w, "::");
			i += len - 1;
			continue;
		}
		if (i > 0 && i != gap + len)
			wr_u8(w, ':');
		wr_printf(w, "%x", b[2 * i] << 8 | b[2 * i + 1]);
	}
}

static void
addr_write(struct wr *w, const struct addr *a)
{
	if (a->len == 4)
		v4_write(w, a->b);
	else if (a->len == 16)
		v6_write(w, a->b);
}

/* The longest form, "[…]:65535" around 39 characters, is far below
 * ADDR_TEXT_MAX, so w cannot have failed. */
static const char *
finish(struct wr *w)
{
	wr_u8(w, '\0');
	return (const char *)w->start;
}

const char *
addr_text(const struct addr *a, char buf[ADDR_TEXT_MAX])
{
	struct wr w;

	wr_init(&w, buf, ADDR_TEXT_MAX);
	addr_write(&w, a);
	return finish(&w);
}

const char *
addr_prefix_text(const struct addr_prefix *p, char buf[ADDR_TEXT_MAX])
{
	struct wr w;

	wr_init(&w, buf, ADDR_TEXT_MAX);
	addr_write(&w, &p->addr);
	if (p->addr.len != 0)
		wr_printf(&w, "/%u", p->bits);
	return finish(&w);
}

const char *
addr_port_text(const struct addr_port *p, char buf[ADDR_TEXT_MAX])
{
	struct wr w;

	wr_init(&w, buf, ADDR_TEXT_MAX);
	if (p->addr.len == 16)
		wr_u8(&w, '[');
	addr_write(&w, &p->addr);
	if (p->addr.len == 16)
		wr_u8(&w, ']');
	if (p->addr.len != 0)
		wr_printf(&w, ":%u", p->port);
	return finish(&w);
}

bool
addr_reverse(const struct addr *a, char *buf, size_t size)
{
	struct wr w;

	wr_init(&w, buf, size);
	for (size_t i = a->len; a->len == 4 && i-- > 0;)
		wr_printf(&w, "%u.", a->b[i]);
	for (size_t i = a->len; a->len == 16 && i-- > 0;)
		wr_printf(&w, "%x.%x.", a->b[i] & 15, a->b[i] >> 4);
	wr_text(&w, a->len == 4 ? "in-addr.arpa" : "ip6.arpa");
	wr_u8(&w, '\0');
	if (a->len == 0 || !wr_ok(&w)) {
		if (size > 0)
			buf[0] = '\0';
		return false;
	}
	return true;
}
