/* The name servers of the public view; see public.h. */
#include "dns/public.h"

#include <errno.h>
#include <string.h>

#include "conf/conf.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

static bool
is_known(const struct dns_zones *z, const uint8_t *name, size_t n)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA, DNS_CNAME };
	const struct dns_owner *o = dns_zones_owner(z, name, n);
	size_t i;

	for (i = 0; o != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (dns_owner_first(o, types[i], DNS_VIEW_PUBLIC) != NULL)
			return true;
	return false;
}

static int
put_address(struct dns_zones *z, const uint8_t *name, size_t n, const struct addr *a)
{
	if (a->len == 0 || addr_is_private(a) || addr_is_loopback(a) || is_known(z, name, n))
		return 0;
	return dns_zones_put(z, name, n, &(struct dns_record){
	    .type = a->len == 4 ? DNS_A : DNS_AAAA, .ttl = DNS_SOA_TTL, .views = DNS_VIEW_PUBLIC,
	    .rdata = a->b, .rdlen = a->len });
}

static int
put_server(struct dns_zones *z, const struct conf_secondary *s, const uint8_t *own, size_t ownlen)
{
	bool below = strchr(s->name, '.') == NULL;
	uint8_t name[DNS_NAME_MAX];
	size_t n;
	int error;

	if (!dns_name_read(str_of(s->name), below ? own : NULL, below ? ownlen : 0, name, &n))
		return 0;	/* too long, with a domain that became longer: it is not told */
	error = dns_zones_put(z, own, ownlen, &(struct dns_record){
	    .type = DNS_NS, .ttl = DNS_SOA_TTL, .views = DNS_VIEW_PUBLIC, .rdata = name, .rdlen = (uint16_t)n });
	if (error == 0 && dns_name_under(name, n, own, ownlen))
		error = put_address(z, name, n, &s->at.addr);
	return error == -EXDEV || error == -EEXIST ? 0 : error;	/* below a forward, or an alias: known otherwise */
}

int
dns_public_plan(struct dns_zones *z, const struct conf *c, const uint8_t *own, size_t ownlen)
{
	size_t i;
	int error = 0;

	for (i = 0; i < c->dns.nsecondaries && error == 0; i++)
		error = put_server(z, &c->dns.secondaries[i], own, ownlen);
	return error;
}
