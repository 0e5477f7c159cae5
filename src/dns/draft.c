/* Writing one answer; see draft.h. */
#include "dns/draft.h"

#include <string.h>

#include "dns/blob.h"
#include "dns/zones.h"

enum {
	TO_QUESTION = DNS_POINTER << 8 | DNS_HEADER,	/* pointer to the question's name */
	SOA_NUMBERS = 20
};

void
dns_draft_begin(struct dns_draft *d, unsigned kind)
{
	memset(&d->head, 0, sizeof(d->head));
	d->head.kind = (uint8_t)kind;
	wr_init(&d->w, d->body, sizeof(d->body));
}

size_t
dns_draft_len(const struct dns_draft *d)
{
	return wr_len(&d->w);
}

void
dns_draft_record(struct dns_draft *d, const uint8_t *owner, size_t len,
    const struct dns_record *r, enum dns_draft_section section)
{
	uint8_t *count = d->head.counts + 2 * (size_t)section;

	if (owner == NULL)
		wr_be16(&d->w, TO_QUESTION);
	else
		wr_bytes(&d->w, owner, len);
	wr_be16(&d->w, r->type);
	wr_be16(&d->w, DNS_IN);
	wr_be32(&d->w, r->ttl);
	wr_be16(&d->w, r->rdlen);
	wr_bytes(&d->w, r->rdata, r->rdlen);
	dns_put16(count, dns_get16(count) + 1);
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
		dns_draft_record(d, set->owner, set->len, &copy, DNS_DRAFT_ANSWER);
	}
}

void
dns_draft_soa(struct dns_draft *d, const struct dns_zone *zone, bool point)
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
	dns_draft_record(d, point ? NULL : zone->name, zone->len, &copy, DNS_DRAFT_AUTHORITY);
}

uint32_t
dns_draft_end(struct dns_draft *d)
{
	if (!wr_ok(&d->w)) {
		d->overflow = true;
		return 0;
	}
	d->head.len = (uint16_t)wr_len(&d->w);
	return dns_blob_answer(d->b, &d->head, d->body);
}
