/* Writing one answer; see draft.h. */
#include "dns/draft.h"

#include <string.h>

#include "base/rd.h"
#include "dns/blob.h"
#include "dns/chain.h"
#include "dns/zones.h"

enum {
	TO_QUESTION = DNS_POINTER << 8 | DNS_HEADER,	/* pointer to the question's name */
	SOA_NUMBERS = 20,
	QUESTION_TAIL = 4	/* type and class */
};

void
dns_draft_begin(struct dns_draft *d, unsigned kind, const struct dns_draft_base *base)
{
	memset(&d->head, 0, sizeof(d->head));
	d->head.kind = (uint8_t)kind;
	d->head.base = base->len;
	d->exact = base->exact;
	d->start = DNS_HEADER + (size_t)base->len + QUESTION_TAIL;
	memset(d->msg, 0, d->start);
	memcpy(d->msg + DNS_HEADER, base->name, base->len);
	wr_init(&d->w, d->msg, d->start + DNS_DRAFT_MAX);
	(void)wr_room(&d->w, d->start);		/* steps over it */
	dns_pack_init(&d->pack, &d->w, true);
	d->pack.fix = d->fix;
	d->pack.fixmax = DNS_DRAFT_FIXES;
	dns_pack_known(&d->pack, DNS_HEADER);
}

size_t
dns_draft_len(const struct dns_draft *d)
{
	return wr_len(&d->w) - d->start;
}

/* Where in the body the data begins. */
static size_t
put(struct dns_draft *d, const uint8_t *owner, size_t len, const struct dns_record *r,
    enum dns_section section)
{
	uint8_t *count = d->head.counts + 2 * (size_t)section;
	struct rd data;
	size_t at;

	if (owner == NULL) {
		wr_be16(&d->w, TO_QUESTION);
		wr_be16(&d->w, r->type);
		wr_be16(&d->w, DNS_IN);
		wr_be32(&d->w, r->ttl);
	} else {
		(void)dns_pack_head(&d->pack, owner, len, r->type, r->ttl);	/* this TTL stays */
	}
	at = dns_draft_len(d) + sizeof(r->rdlen);
	rd_init(&data, r->rdata, r->rdlen);
	if (!dns_pack_rdata(&d->pack, &data, r->type, 0, r->rdlen))
		(void)wr_fail(&d->w);		/* sticky: told at the end */
	dns_put16(count, dns_get16(count) + 1);
	return at;
}

void
dns_draft_record(struct dns_draft *d, const uint8_t *owner, size_t len,
    const struct dns_record *r, enum dns_section section)
{
	(void)put(d, owner, len, r, section);
}

size_t
dns_draft_plain(struct dns_draft *d, const uint8_t *owner, size_t len, const struct dns_record *r)
{
	size_t at;

	d->pack.compress = false;
	at = put(d, owner, len, r, DNS_SECTION_ANSWER);
	d->pack.compress = true;
	return at;
}

static bool
is_in(const struct dns_record *r, const struct dns_draft_set *set)
{
	return r->type == set->type && (r->views & set->views) != 0;
}

void
dns_draft_rrset(struct dns_draft *d, const struct dns_owner *o, const struct dns_draft_set *set)
{
	uint32_t ttl = UINT32_MAX;
	const struct dns_record *r;
	struct dns_record copy;

	for (r = o->first; r != NULL; r = r->next)
		if (is_in(r, set) && r->ttl < ttl)
			ttl = r->ttl;
	for (r = o->first; r != NULL; r = r->next) {
		if (!is_in(r, set))
			continue;
		copy = *r;
		copy.ttl = ttl;
		dns_draft_record(d, set->owner, set->len, &copy, set->section);
	}
}

/* --- hosts ------------------------------------------------------------------------- */

/* The host that a record names (RFC 1035 3.3, 2782, 9460); NULL: none. */
static const uint8_t *
host_of(const struct dns_record *r, size_t *len)
{
	size_t at = r->type == DNS_NS ? 0 : r->type == DNS_SRV ? 6 : 2;
	unsigned labels;

	if (!dns_draft_has_hosts(r->type) || r->rdlen < at)
		return NULL;
	*len = dns_name_scan(r->rdata + at, r->rdlen - at, &labels);
	return *len == 0 ? NULL : r->rdata + at;
}

bool
dns_draft_has_hosts(uint16_t type)
{
	return type == DNS_NS || type == DNS_MX || type == DNS_SRV || type == DNS_SVCB || type == DNS_HTTPS;
}

/* Was it named before, by an earlier record of the same set? */
static bool
is_repeated(const struct dns_owner *o, const struct dns_record *until, const uint8_t *host, size_t len)
{
	const struct dns_record *r;
	const uint8_t *other;
	size_t n;

	for (r = o->first; r != until; r = r->next)
		if (r->type == until->type && (other = host_of(r, &n)) != NULL && dns_name_eq(other, n, host, len))
			return true;
	return false;
}

static void
put_host(struct dns_draft *d, const struct dns_owner *o, uint16_t type, const uint8_t *host, size_t len, uint64_t view)
{
	struct dns_draft_set set = { DNS_A, view, host, len, DNS_SECTION_ADDITIONAL };
	struct dns_place_in p;

	if (dns_zones_enclosing(d->z, host, len) != o->zone)
		return;
	dns_chain_place(d->z, o->zone, host, len, view, &p);
	if (p.stop != NULL)
		p.owner = dns_zones_owner(d->z, host, len);	/* glue */
	if (p.owner == NULL)
		return;
	dns_draft_rrset(d, p.owner, &set);
	set.type = DNS_AAAA;
	dns_draft_rrset(d, p.owner, &set);
	set.type = type;
	if ((type == DNS_SVCB || type == DNS_HTTPS) && p.owner != o)
		dns_draft_rrset(d, p.owner, &set);	/* a service may lead to a further one */
}

void
dns_draft_hosts(struct dns_draft *d, const struct dns_owner *o, uint16_t type, uint64_t view)
{
	const struct dns_record *r;
	const uint8_t *host;
	size_t len;

	if (!dns_draft_has_hosts(type))
		return;
	for (r = o->first; r != NULL; r = r->next)
		if (r->type == type && (r->views & view) != 0 && (host = host_of(r, &len)) != NULL &&
		    !is_repeated(o, r, host, len))
			put_host(d, o, type, host, len, view);
}

void
dns_draft_referral(struct dns_draft *d, const struct dns_owner *cut, uint64_t view)
{
	dns_draft_rrset(d, cut, &(struct dns_draft_set){ DNS_NS, view, cut->name, cut->len, DNS_SECTION_AUTHORITY });
	dns_draft_hosts(d, cut, DNS_NS, view);
}

void
dns_draft_soa(struct dns_draft *d, const struct dns_zone *zone)
{
	const struct dns_record *soa = dns_owner_first(zone->apex, DNS_SOA, UINT64_MAX);
	struct dns_record copy;
	uint32_t least;

	if (soa == NULL || soa->rdlen < SOA_NUMBERS)
		return;
	copy = *soa;
	least = dns_get32(soa->rdata + soa->rdlen - 4);
	if (least < copy.ttl)
		copy.ttl = least;
	dns_draft_record(d, zone->name, zone->len, &copy, DNS_SECTION_AUTHORITY);
}

/* --- the end ----------------------------------------------------------------------- */

uint32_t
dns_draft_end(struct dns_draft *d)
{
	size_t i, len = dns_draft_len(d), n = len;
	uint8_t *body = d->msg + d->start;
	uint16_t at;

	if (!wr_ok(&d->w)) {
		d->overflow = true;
		return 0;
	}
	d->head.len = (uint16_t)len;
	d->head.nfix = d->exact ? 0 : (uint16_t)d->pack.nfix;
	if (d->head.nfix == 0 && d->head.kind != DNS_ANSWER_DNAME && d->head.kind != DNS_ANSWER_EXTRA)
		d->head.base = 0;	/* more answers are equal */
	if (d->head.nfix > 0 && n % 2 != 0)
		body[n++] = 0;
	for (i = 0; i < d->head.nfix; i++, n += sizeof(at)) {
		at = (uint16_t)(d->fix[i] - d->start);
		memcpy(body + n, &at, sizeof(at));
	}
	return dns_blob_answer(d->b, &d->head, body, n);
}
