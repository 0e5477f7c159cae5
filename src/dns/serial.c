/* SOA serials; see serial.h. */
#include "dns/serial.h"

#include <string.h>

#include "base/wr.h"
#include "conf/conf.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum { SOA_TAIL = 20 /* serial and the four times at the end of its data */ };

/* Nobody but the administrator chooses the data, so the keys are no secret. */
static const uint64_t keys[2][2] = { { 0x7069632d7a6f6e65, 1 }, { 0x7069632d7a6f6e65, 2 } };

/* Zones of askers that see a record, as far as the host's addresses have no say in it. */
static unsigned
seen_by(const struct dns_zones *z, const struct dns_record *r)
{
	static const unsigned host = CONF_ZONE_LAN | CONF_ZONE_CONTAINER;
	unsigned set = dns_zones_askers(z, r->views) & ~host;

	return set | r->zones | ((r->views & DNS_VIEW_PUBLIC) != 0 ? CONF_ZONE_PUBLIC : 0);
}

/* Is it there only because the host has such an address? */
static bool
is_of_host(const struct dns_owner *o, const struct dns_record *r, unsigned seen)
{
	return seen == 0 && r->id == NULL && (r->type == DNS_A || r->type == DNS_AAAA) &&
	    (o->zone->kind == DNS_KIND_OWN || o->zone->kind == DNS_KIND_INTERNAL);
}

/* The order of records says nothing, so their hashes are summed up. */
static void
add_record(uint64_t digest[2], const struct dns_zones *z, const struct dns_owner *o, const struct dns_record *r)
{
	uint8_t head[DNS_NAME_MAX + 16];
	unsigned seen = seen_by(z, r);
	struct wr w;
	size_t i, n = r->rdlen, skip = 0;

	if (is_of_host(o, r, seen))
		return;
	if (r->type == DNS_SOA && n > SOA_TAIL)
		skip = SOA_TAIL;
	wr_init(&w, head, sizeof(head));
	wr_bytes(&w, o->name, o->len);
	wr_be16(&w, r->type);
	wr_be32(&w, r->ttl);
	wr_be32(&w, seen);
	for (i = 0; i < 2; i++) {
		const uint64_t inner[2] = { dns_name_sip(keys[i], head, wr_len(&w)), keys[i][1] };
		uint64_t sum = dns_name_sip(inner, r->rdata, n - skip);

		if (skip > 0)	/* all but the serial */
			sum ^= dns_name_sip(inner, r->rdata + n - SOA_TAIL + 4, SOA_TAIL - 4);
		digest[i] += sum;
	}
}

static void
make_digests(struct dns_zones *z)
{
	const struct dns_record *r;
	const struct dns_owner *o;

	for (o = z->owners; o != NULL; o = o->next)
		for (r = o->zone->kind == DNS_KIND_LOCAL ? NULL : o->first; r != NULL; r = r->next)
			add_record(o->zone->digest, z, o, r);
}

static uint32_t
serial_of(const struct dns_serials *before, const struct dns_zone *zone, uint64_t generation)
{
	uint32_t serial = generation > before->least ? (uint32_t)generation : before->least > 0 ? before->least : 1;
	size_t i;

	for (i = 0; i < before->n; i++) {
		const struct dns_serial *b = &before->v[i];

		if (b->namelen != zone->len || memcmp(b->name, zone->name, zone->len) != 0)
			continue;
		if (b->digest[0] == zone->digest[0] && b->digest[1] == zone->digest[1])
			return b->serial;
		return b->serial < serial ? serial : b->serial + 1;	/* changed without a generation, or after one was lost */
	}
	return serial;
}

/* The zone's records live in the arena of z, whose we are. */
static void
set_serial(struct dns_zone *zone, uint32_t serial)
{
	const struct dns_record *soa = dns_owner_first(zone->apex, DNS_SOA, UINT64_MAX);

	zone->serial = serial;
	if (soa != NULL && soa->rdlen > SOA_TAIL)
		dns_put32((uint8_t *)(uintptr_t)soa->rdata + soa->rdlen - SOA_TAIL, serial);
}

static void
remember(struct dns_serial *s, const struct dns_zone *zone)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->digest, zone->digest, sizeof(s->digest));
	s->serial = zone->serial;
	s->namelen = zone->len;
	memcpy(s->name, zone->name, zone->len);
}

void
dns_serials_apply(struct dns_zones *z, const struct dns_serials *before, uint64_t generation,
    struct dns_serials *next)
{
	struct dns_zone *zone;
	size_t n = 0;

	make_digests(z);
	for (zone = z->zones; zone != NULL; zone = zone->next) {
		if (zone->route >= 0 || zone->extra != 0 || zone->kind == DNS_KIND_LOCAL)
			continue;
		set_serial(zone, serial_of(before, zone, generation));
		if (next != NULL && n < DNS_SERIALS_MAX)
			remember(&next->v[n++], zone);
	}
	if (next != NULL)
		next->n = n;
}
