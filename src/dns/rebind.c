/* Rebinding protection; see rebind.h. */
#include "dns/rebind.h"

#include <string.h>

#include "base/addr.h"
#include "base/rd.h"
#include "base/str.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/wire.h"

enum { SVCB = 64, HTTPS = 65, IPV4HINT = 4, IPV6HINT = 6 };

void
dns_rebind_plan(struct dns_rebind *out, const struct conf_dns *d)
{
	uint8_t name[DNS_NAME_MAX];
	size_t i, n;

	out->on = d->rebind_protection;
	for (i = 0; i < d->rebind_allow.n && i < DNS_REBIND_NAMES; i++) {
		if (!dns_name_read(str_of(d->rebind_allow.v[i]), NULL, 0, name, &n))
			continue;	/* the configuration's rules forbid it */
		out->names[out->len] = (uint8_t)n;
		memcpy(out->names + out->len + 1, name, n);
		out->len += 1 + (uint32_t)n;
	}
}

bool
dns_rebind_check(const struct dns_rebind *r)
{
	unsigned labels;
	size_t at = 0, n;

	if (r->on > 1 || r->len > sizeof(r->names))
		return false;
	while (at < r->len) {
		n = r->names[at++];
		if (n == 0 || n > r->len - at || dns_name_scan(r->names + at, n, &labels) != n)
			return false;
		at += n;
	}
	return true;
}

bool
dns_rebind_allows(const struct dns_rebind *r, const uint8_t *name, size_t n)
{
	size_t at = 0;

	if (r->on == 0)
		return true;
	while (at < r->len) {
		if (dns_name_under(name, n, r->names + at + 1, r->names[at]))
			return true;
		at += 1 + (size_t)r->names[at];
	}
	return false;
}

/* 0.0.0.0 leads to this host, too. */
static bool
is_private4(const uint8_t *p)
{
	struct addr a = { .len = 4 };

	memcpy(a.b, p, 4);
	return p[0] == 0 || addr_is_loopback(&a) || addr_is_private(&a) || addr_is_linklocal(&a);
}

static bool
is_private6(const uint8_t *p)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };	/* RFC 6052 2.1 */
	static const uint8_t none[12] = { 0 };				/* ::, ::1, and what RFC 4291 has given up */
	struct addr a = { .len = 16 };

	if (memcmp(p, mapped, 12) == 0 || memcmp(p, nat64, 12) == 0 || memcmp(p, none, 12) == 0)
		return is_private4(p + 12);
	memcpy(a.b, p, 16);
	return addr_is_loopback(&a) || addr_is_private(&a) || addr_is_linklocal(&a);
}

static bool
has_private(const uint8_t *p, size_t n, size_t each)
{
	for (; n >= each; p += each, n -= each)
		if (each == 4 ? is_private4(p) : is_private6(p))
			return true;
	return false;
}

/* Priority, target, parameters. What is malformed is not judged here. */
static bool
hints_private(const uint8_t *rdata, size_t n)
{
	const uint8_t *p;
	unsigned labels, key;
	size_t name, len;
	struct rd r;

	rd_init(&r, rdata, n);
	rd_skip(&r, 2);
	name = dns_name_scan(r.p, rd_left(&r), &labels);
	if (name == 0)
		return false;
	rd_skip(&r, name);
	while (rd_left(&r) > 0) {
		key = rd_be16(&r);
		len = rd_be16(&r);
		p = rd_bytes(&r, len);
		if (p != NULL && ((key == IPV4HINT && has_private(p, len, 4)) || (key == IPV6HINT && has_private(p, len, 16))))
			return true;
	}
	return false;
}

bool
dns_rebind_is_private(unsigned type, const uint8_t *rdata, size_t n)
{
	switch (type) {
	case DNS_A:
		return n == 4 && is_private4(rdata);
	case DNS_AAAA:
		return n == 16 && is_private6(rdata);
	case SVCB:
	case HTTPS:
		return hints_private(rdata, n);
	default:
		return false;
	}
}
