/* The records of a zone for a transfer; see outgoing.h. */
#include "dns/outgoing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

static int
compare_data(const struct dns_record *a, const struct dns_record *b)
{
	int d = memcmp(a->rdata, b->rdata, a->rdlen < b->rdlen ? a->rdlen : b->rdlen);

	return d != 0 ? d : (a->rdlen > b->rdlen) - (a->rdlen < b->rdlen);
}

static int
compare_records(const void *pa, const void *pb)
{
	const struct dns_record *a = *(const struct dns_record *const *)pa, *b = *(const struct dns_record *const *)pb;
	int d = (b->type == DNS_SOA) - (a->type == DNS_SOA);

	if (d == 0)
		d = (a->type > b->type) - (a->type < b->type);
	return d != 0 ? d : compare_data(a, b);
}

/* Signatures are one set for each type that they cover (RFC 4034 3). */
static bool
is_same_set(const struct dns_record *a, const struct dns_record *b)
{
	return a->type == b->type &&
	    (a->type != DNS_RRSIG || a->rdlen < 2 || b->rdlen < 2 || memcmp(a->rdata, b->rdata, 2) == 0);
}

/* Of the set that begins at v. */
static uint32_t
least_ttl(const struct dns_record *const *v, size_t n)
{
	uint32_t ttl = v[0]->ttl;
	size_t i;

	for (i = 1; i < n && is_same_set(v[0], v[i]); i++)
		if (v[i]->ttl < ttl)
			ttl = v[i]->ttl;
	return ttl;
}

static void
write_record(struct wr *w, const struct dns_owner *o, const struct dns_record *r, uint32_t ttl)
{
	wr_bytes(w, o->name, o->len);
	wr_be16(w, r->type);
	wr_be16(w, DNS_IN);
	wr_be32(w, ttl);
	wr_be16(w, r->rdlen);
	wr_bytes(w, r->rdata, r->rdlen);
}

static void
write_owner(struct wr *w, const struct dns_owner *o, uint64_t views)
{
	const struct dns_record *v[DNS_OWNER_RECORDS_MAX], *r;
	uint32_t ttl = 0;
	size_t i, n = 0;

	for (r = o->first; r != NULL; r = r->next)
		if ((r->views & views) != 0)
			v[n++] = r;
	qsort(v, n, sizeof(v[0]), compare_records);
	for (i = 0; i < n; i++) {
		if (i == 0 || !is_same_set(v[i - 1], v[i]))
			ttl = least_ttl(v + i, n - i);
		else if (compare_data(v[i - 1], v[i]) == 0)
			continue;	/* it stood there twice, with two TTLs */
		write_record(w, o, v[i], ttl);
	}
}

static size_t
size_of(const struct dns_zones *z, const struct dns_zone *zone, uint64_t views)
{
	const struct dns_owner *o;
	const struct dns_record *r;
	size_t size = 0;

	for (o = z->owners; o != NULL; o = o->next)
		for (r = o->zone == zone ? o->first : NULL; r != NULL; r = r->next)
			if ((r->views & views) != 0)
				size += o->len + (size_t)DNS_RR_FIXED + r->rdlen;
	return size;
}

static bool
check_record(struct rd *r, const uint8_t *name, size_t len, bool first)
{
	unsigned labels, type;
	const uint8_t *owner = r->p;
	size_t n = dns_name_scan(owner, rd_left(r), &labels);

	if (n == 0 || !dns_name_under(owner, n, name, len))
		return false;
	rd_skip(r, n);
	type = rd_be16(r);
	rd_skip(r, DNS_RR_FIXED - 4);
	rd_skip(r, rd_be16(r));
	return rd_ok(r) && first == (type == DNS_SOA) && (!first || n == len);
}

bool
dns_outgoing_check(const struct dns_outgoing *o, const uint8_t *name, size_t len)
{
	struct rd r;

	rd_init(&r, o->p, o->n);
	if (!check_record(&r, name, len, true) || rd_pos(&r) != o->soalen)
		return false;
	while (rd_left(&r) > 0)
		if (!check_record(&r, name, len, false))
			return false;
	return true;
}

int
dns_outgoing_make(struct dns_outgoing *out, const struct dns_zones *z, const struct dns_zone *zone,
    uint64_t views, size_t max)
{
	const struct dns_record *soa = dns_owner_first(zone->apex, DNS_SOA, views);
	size_t size = size_of(z, zone, views);
	const struct dns_owner *o;
	struct wr w;

	*out = (struct dns_outgoing){ .p = NULL };
	if (soa == NULL || size == 0)
		return -EINVAL;
	if (size > max || size > UINT32_MAX)
		return -EFBIG;
	out->p = malloc(size);
	if (out->p == NULL)
		return -ENOMEM;
	wr_init(&w, out->p, size);
	write_owner(&w, zone->apex, views);
	for (o = z->owners; o != NULL; o = o->next)
		if (o->zone == zone && o != zone->apex && o->first != NULL)
			write_owner(&w, o, views);
	out->n = (uint32_t)wr_len(&w);
	out->soalen = (uint32_t)zone->len + DNS_RR_FIXED + soa->rdlen;
	if (wr_ok(&w) && dns_outgoing_check(out, zone->name, zone->len))
		return 0;
	dns_outgoing_free(out);
	return -EINVAL;
}

void
dns_outgoing_free(struct dns_outgoing *o)
{
	free(o->p);
	*o = (struct dns_outgoing){ .p = NULL };
}
