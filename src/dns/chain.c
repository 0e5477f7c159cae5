/* Aliases followed; see chain.h. */
#include "dns/chain.h"

#include <stdbool.h>
#include <string.h>

#include "dns/draft.h"
#include "dns/ingest.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

static bool
is_stop(const struct dns_owner *o, size_t at)
{
	return o->cut || (at > 0 && dns_owner_first(o, DNS_DNAME, UINT64_MAX) != NULL);
}

void
dns_chain_place(const struct dns_zones *z, const struct dns_zone *zone,
    const uint8_t *name, size_t len, uint64_t view, struct dns_place_in *out)
{
	uint8_t wild[DNS_NAME_MAX + 2] = { 1, '*' };
	const struct dns_owner *o = dns_zones_owner(z, name, len);
	size_t at = 0;

	out->stop = NULL;
	while ((o == NULL || o->hidden || (o->seen & view) == 0) && len - at > zone->len) {
		at += (size_t)name[at] + 1;
		o = dns_zones_owner(z, name + at, len - at);
	}
	out->owner = o;
	if (o != NULL && is_stop(o, at))
		out->stop = o;
	if (at == 0 || o == NULL || out->stop != NULL)
		return;
	memcpy(wild + 2, name + at, len - at);
	o = dns_zones_owner(z, wild, len - at + 2);
	out->owner = o != NULL && (o->seen & view) != 0 ? o : NULL;
}

/* Judge the target that c has now. */
static void
look(const struct dns_zones *z, struct dns_chain *c, uint64_t view)
{
	struct dns_place_in p;

	c->zone = dns_zones_enclosing(z, c->name, c->len);
	c->end = NULL;
	if (c->zone == NULL || c->zone->route >= 0 || c->zone->extra != 0) {
		c->status = DNS_CHAIN_OUTSIDE;
		return;
	}
	if ((c->zone->refused & view) != 0) {
		c->status = DNS_CHAIN_HIDDEN;
		return;
	}
	dns_chain_place(z, c->zone, c->name, c->len, view, &p);
	c->end = p.stop == NULL ? p.owner : NULL;
	c->status = c->end == NULL ? DNS_CHAIN_OUTSIDE : DNS_CHAIN_END;
}

/* Does the name own one of the first n aliases of the chain? */
static bool
is_visited(const struct dns_record *const *chain, unsigned n, const struct dns_owner *o, const struct dns_chain *c)
{
	unsigned i;

	if (dns_name_eq(o->name, o->len, c->name, c->len))
		return true;
	for (i = 0; i + 1 < n; i++)
		if (dns_name_eq(chain[i]->rdata, chain[i]->rdlen, c->name, c->len))
			return true;
	return false;
}

void
dns_chain_put(struct dns_draft *d, struct dns_chain *c, const struct dns_owner *o, uint64_t view)
{
	const struct dns_record *cname = dns_owner_first(o, DNS_CNAME, view);
	const struct dns_record *chain[DNS_CHAIN_MAX];
	const uint8_t *owner = NULL;
	size_t len = 0;
	unsigned n;

	memset(c, 0, sizeof(*c));
	for (n = 0; n < DNS_CHAIN_MAX; n++) {
		chain[n] = cname;
		c->name = cname->rdata;
		c->len = cname->rdlen;
		look(d->z, c, view);
		if (c->status == DNS_CHAIN_OUTSIDE)
			c->pos = dns_draft_plain(d, owner, len, cname);
		else
			dns_draft_record(d, owner, len, cname, DNS_SECTION_ANSWER);
		if (c->status != DNS_CHAIN_END)
			return;
		owner = cname->rdata;
		len = cname->rdlen;
		cname = dns_owner_first(c->end, DNS_CNAME, view);
		if (cname == NULL)
			return;
		if (is_visited(chain, n + 1, o, c))
			break;
	}
	c->status = DNS_CHAIN_LOOP;
}
