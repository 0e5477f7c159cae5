/* DNS cookies; see cookie.h. Version 1 of RFC 9018 4: version, three reserved
 * octets, time stamp, SipHash-2-4 of all before and the client's address. */
#include "dns/cookie.h"

#include <string.h>

#include "base/addr.h"
#include "dns/name.h"
#include "dns/wire.h"

enum { AT_VERSION = DNS_COOKIE_CLIENT, AT_TIME = 12, AT_HASH = 16, HASH = 8, VERSION = 1, ADDR_MAX = 16 };

static void
put_le(uint8_t *p, uint64_t v)
{
	int i;

	for (i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t
get_le(const uint8_t *p)
{
	uint64_t v = 0;
	int i;

	for (i = 8; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static void
hash(uint8_t out[HASH], const uint8_t key[DNS_COOKIE_KEY], const uint8_t *cookie, const struct addr *client)
{
	const uint64_t k[2] = { get_le(key), get_le(key + 8) };
	uint8_t in[AT_HASH + ADDR_MAX];

	memcpy(in, cookie, AT_HASH);
	memcpy(in + AT_HASH, client->b, client->len);
	put_le(out, dns_name_sip(k, in, AT_HASH + (size_t)client->len));
}

/* In a time that does not depend on where they differ. */
static bool
is_hash(const uint8_t key[DNS_COOKIE_KEY], const uint8_t *cookie, const struct addr *client)
{
	uint8_t want[HASH], diff = 0;
	size_t i;

	hash(want, key, cookie, client);
	for (i = 0; i < HASH; i++)
		diff |= want[i] ^ cookie[AT_HASH + i];
	return diff == 0;
}

/* Seconds since it was made; negative: it comes from the future. */
static int32_t
age(const uint8_t *cookie, uint32_t now_s)
{
	return (int32_t)(now_s - dns_get32(cookie + AT_TIME));
}

bool
dns_cookie_good(const struct dns_cookie_keys *k, const uint8_t cookie[DNS_COOKIE_FULL],
    const struct addr *client, uint32_t now_s)
{
	int32_t old = age(cookie, now_s);

	if (cookie[AT_VERSION] != VERSION || old > DNS_COOKIE_AGE_S || old < -DNS_COOKIE_AHEAD_S)
		return false;
	return is_hash(k->now, cookie, client) || is_hash(k->before, cookie, client);
}

bool
dns_cookie_renew(const struct dns_cookie_keys *k, uint8_t cookie[DNS_COOKIE_FULL], bool full,
    const struct addr *client, uint32_t now_s)
{
	bool good = full && dns_cookie_good(k, cookie, client, now_s);

	if (good && age(cookie, now_s) <= DNS_COOKIE_FRESH_S)
		return true;
	memset(cookie + AT_VERSION, 0, AT_TIME - AT_VERSION);
	cookie[AT_VERSION] = VERSION;
	dns_put32(cookie + AT_TIME, now_s);
	hash(cookie + AT_HASH, k->now, cookie, client);
	return good;
}
