/* Text forms of addresses: our own reader, because libc's differ from one
 * another in what they let pass, and RFC 5952's one way of writing. */
#include "base/addr.h"

#include <stdio.h>
#include <string.h>

#include "base/wr.h"

enum { GROUPS = 8 };

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
	struct str head = s, rest = { s.p, 0 };
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
	wr_printf(w, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

static void
v6_write(struct wr *w, const uint8_t b[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	int gap, len;

	if (memcmp(b, mapped, sizeof(mapped)) == 0) {
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
