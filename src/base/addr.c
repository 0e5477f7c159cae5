/* Addresses: sets, order, sockets. Their text forms are in addr_text.c. */
#include "base/addr.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

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
