/* Which address the world reaches us by; see public.h. */
#include "ddns/public.h"

#include <string.h>

struct net { uint8_t b[16]; uint8_t bits; };

/* RFC 6890 and IANA's registries of special addresses, as far as addr_is_private() and addr_is_loopback() do not know
 * them. */
static const struct net not4[] = {
	{ { 0 }, 8 }, { { 192, 0, 0 }, 24 }, { { 192, 0, 2 }, 24 }, { { 192, 88, 99 }, 24 }, { { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 }, { { 224 }, 4 }, { { 240 }, 4 }
};
static const struct net not6[] = {
	{ { 0x20, 0x01, 0, 0 }, 23 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02 }, 16 }, { { 0x3f, 0xff, 0 }, 20 }
};
static const struct addr_prefix global6 = { { 16, { 0x20 } }, 3 };

static bool
is_in(const struct addr *a, const struct net *v, size_t n)
{
	struct addr_prefix p = { .addr.len = a->len };
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy(p.addr.b, v[i].b, sizeof(p.addr.b));
		p.bits = v[i].bits;
		if (addr_in(a, &p))
			return true;
	}
	return false;
}

bool
ddns_is_public(const struct addr *a)
{
	if (a->len == 0 || addr_is_private(a) || addr_is_loopback(a))
		return false;
	if (a->len == 4)
		return !is_in(a, not4, sizeof(not4) / sizeof(not4[0]));
	return addr_in(a, &global6) && !is_in(a, not6, sizeof(not6) / sizeof(not6[0]));
}

bool
ddns_source_read(struct str body, uint8_t len, struct addr *out)
{
	while (body.n > 0 && (body.p[body.n - 1] == '\n' || body.p[body.n - 1] == '\r'))
		body.n--;
	return addr_read(str_trim(body), out) && out->len == len && ddns_is_public(out);
}

bool
ddns_votes_add(struct ddns_votes *v, const char *host, const struct addr *said)
{
	size_t i, same = 1;

	if (v->n == DDNS_VOTES)
		return false;
	for (i = 0; i < v->n; i++) {
		if (str_ieq(str_of(v->v[i].host), str_of(host)))
			return false;
		same += addr_eq(&v->v[i].said, said);
	}
	if (!str_copy(str_of(host), v->v[v->n].host, sizeof(v->v[v->n].host)))
		return false;
	v->v[v->n++].said = *said;
	return same >= DDNS_AGREE;
}
