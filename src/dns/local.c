/* Local zones; see local.h. */
#include "dns/local.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum { CGN_FIRST = 64, CGN_LAST = 127, CLASS_B_FIRST = 16, CLASS_B_LAST = 31 };

#define ZEROS_15 "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."

static const char unspecified6[] = "0." ZEROS_15 ZEROS_15 "0.ip6.arpa";
static const char loopback6[] = "1." ZEROS_15 ZEROS_15 "0.ip6.arpa";

static const char *const names[] = {
	"localhost", "invalid", "test", "onion", "home.arpa", "internal", "local",
	"resolver.arpa",	/* RFC 9462 6.4 */
	"10.in-addr.arpa", "168.192.in-addr.arpa", "0.in-addr.arpa", "127.in-addr.arpa",
	"254.169.in-addr.arpa", "2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa",
	"113.0.203.in-addr.arpa", "255.255.255.255.in-addr.arpa",
	unspecified6, loopback6,
	"d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa",
	"b.e.f.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"
};

static int
add(struct dns_zones *z, const char *text)
{
	const struct dns_zone like = { .kind = DNS_KIND_LOCAL, .serial = 1, .route = -1 };
	uint8_t name[DNS_NAME_MAX];
	size_t n;
	int error;

	if (!dns_name_read(str_of(text), NULL, 0, name, &n))
		return -EINVAL;
	error = dns_zones_add(z, name, n, &like);
	return error == -EEXIST ? 0 : error;
}

static int
add_numbered(struct dns_zones *z, int first, int last, const char *below)
{
	char text[64];
	int i, error = 0;

	for (i = first; i <= last && error == 0; i++) {
		(void)snprintf(text, sizeof(text), "%d.%s", i, below);	/* fits */
		error = add(z, text);
	}
	return error;
}

int
dns_local_plan(struct dns_zones *z)
{
	int error = 0;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && error == 0; i++)
		error = add(z, names[i]);
	if (error == 0)
		error = add_numbered(z, CLASS_B_FIRST, CLASS_B_LAST, "172.in-addr.arpa");
	if (error == 0)
		error = add_numbered(z, CGN_FIRST, CGN_LAST, "100.in-addr.arpa");
	return error;
}

/* Only while the zone is ours: a forward of it may have taken its place. */
static int
put(struct dns_zones *z, const char *owner, uint16_t type, const void *rdata, size_t rdlen)
{
	const struct dns_record r = {
		.type = type, .ttl = DNS_SOA_TTL, .views = UINT64_MAX, .rdata = rdata, .rdlen = (uint16_t)rdlen
	};
	uint8_t name[DNS_NAME_MAX];
	const struct dns_zone *zone;
	size_t n;

	if (!dns_name_read(str_of(owner), NULL, 0, name, &n))
		return -EINVAL;
	zone = dns_zones_enclosing(z, name, n);
	if (zone == NULL || zone->kind != DNS_KIND_LOCAL || zone->route >= 0)
		return 0;
	return dns_zones_put(z, name, n, &r);
}

int
dns_local_records(struct dns_zones *z)
{
	static const uint8_t a[4] = { 127, 0, 0, 1 };
	static const uint8_t aaaa[16] = { [15] = 1 };
	static const uint8_t localhost[] = { 9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0 };
	int error;

	if ((error = put(z, "localhost", DNS_A, a, sizeof(a))) < 0 ||
	    (error = put(z, "localhost", DNS_AAAA, aaaa, sizeof(aaaa))) < 0 ||
	    (error = put(z, "*.localhost", DNS_A, a, sizeof(a))) < 0 ||
	    (error = put(z, "*.localhost", DNS_AAAA, aaaa, sizeof(aaaa))) < 0 ||
	    (error = put(z, "1.0.0.127.in-addr.arpa", DNS_PTR, localhost, sizeof(localhost))) < 0)
		return error;
	return put(z, loopback6, DNS_PTR, localhost, sizeof(localhost));
}
