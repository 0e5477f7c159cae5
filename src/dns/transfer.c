/* The transfer part; see transfer.h. Head, secondaries, zones, records. */
#include "dns/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rd.h"
#include "base/wr.h"
#include "dns/wire.h"
#include "dns/zones.h"

static const char magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', 'X', '1' };

struct head {
	char magic[8];
	uint32_t size, nsecondaries, nzones, zero;
};

_Static_assert(sizeof(struct head) % DNS_TRANSFER_ALIGN == 0, "what follows is aligned");
_Static_assert(sizeof(struct dns_secondary) % _Alignof(struct dns_transfer_zone) == 0, "likewise");

/* One record to go out. */
struct item {
	const struct dns_owner *o;
	const struct dns_record *r;
};

struct items {
	const struct item *v;
	size_t n;
};

static const uint8_t *
zones_at(const uint8_t *p, const struct head *h)
{
	return p + sizeof(*h) + h->nsecondaries * sizeof(struct dns_secondary);
}

static size_t
records_at(const struct head *h)
{
	return sizeof(*h) + h->nsecondaries * sizeof(struct dns_secondary) +
	    h->nzones * sizeof(struct dns_transfer_zone);
}

/* --- order ------------------------------------------------------------------------ */

static size_t
label_offsets(const uint8_t *name, uint8_t at[DNS_NAME_MAX / 2 + 1])
{
	size_t n = 0, i;

	for (i = 0; name[i] != 0; i += (size_t)name[i] + 1)
		at[n++] = (uint8_t)i;
	return n;
}

/* RFC 4034 6.1, names in lower case: label by label from the root. */
static int
compare_names(const uint8_t *a, const uint8_t *b)
{
	uint8_t aa[DNS_NAME_MAX / 2 + 1], bb[DNS_NAME_MAX / 2 + 1];
	size_t an = label_offsets(a, aa), bn = label_offsets(b, bb);

	while (an > 0 && bn > 0) {
		const uint8_t *x = a + aa[--an], *y = b + bb[--bn];
		int d = memcmp(x + 1, y + 1, *x < *y ? *x : *y);

		if (d == 0)
			d = *x - *y;
		if (d != 0)
			return d;
	}
	return (an > 0) - (bn > 0);
}

static int
compare_data(const struct dns_record *a, const struct dns_record *b)
{
	int d = (b->type == DNS_SOA) - (a->type == DNS_SOA);	/* of one owner, and only apexes have it */

	if (d == 0)
		d = (a->type > b->type) - (a->type < b->type);
	if (d == 0)
		d = memcmp(a->rdata, b->rdata, a->rdlen < b->rdlen ? a->rdlen : b->rdlen);
	return d != 0 ? d : (a->rdlen > b->rdlen) - (a->rdlen < b->rdlen);
}

/* Zone by zone; in each by name, type, data. The apex is the least of its names. */
static int
compare_items(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;
	int d = 0;

	if (a->o->zone != b->o->zone)
		d = compare_names(a->o->zone->name, b->o->zone->name);
	if (d == 0 && a->o != b->o)
		d = compare_names(a->o->name, b->o->name);
	return d != 0 ? d : compare_data(a->r, b->r);
}

/* --- building --------------------------------------------------------------------- */

static bool
goes_out(const struct dns_zone *zone)
{
	return zone->route < 0 && (zone->kind == DNS_KIND_OWN || zone->kind == DNS_KIND_EXTRA) &&
	    (zone->refused & DNS_VIEW_PUBLIC) == 0 &&
	    dns_owner_first(zone->apex, DNS_SOA, DNS_VIEW_PUBLIC) != NULL;
}

static size_t
gather(const struct dns_zones *z, struct item *v)
{
	const struct dns_owner *o;
	const struct dns_record *r;
	const struct dns_zone *last = NULL;
	bool out = false;
	size_t n = 0;

	for (o = z->owners; o != NULL; o = o->next) {
		if (o->zone != last)
			out = goes_out(o->zone);
		last = o->zone;
		for (r = out ? o->first : NULL; r != NULL; r = r->next) {
			if ((r->views & DNS_VIEW_PUBLIC) == 0)
				continue;
			if (v != NULL)
				v[n] = (struct item){ o, r };
			n++;
		}
	}
	return n;
}

static bool
is_same_set(const struct item *a, const struct item *b)
{
	return a->o == b->o && a->r->type == b->r->type;
}

/* The records of a set, which begins at v, have one TTL, the least (RFC 2181 5.2). */
static uint32_t
least_ttl(const struct item *v, size_t n)
{
	uint32_t ttl = v->r->ttl;
	size_t i;

	for (i = 1; i < n && is_same_set(v, &v[i]); i++)
		if (v[i].r->ttl < ttl)
			ttl = v[i].r->ttl;
	return ttl;
}

static void
write_record(struct wr *w, const struct item *i, uint32_t ttl)
{
	wr_bytes(w, i->o->name, i->o->len);
	wr_be16(w, i->r->type);
	wr_be16(w, DNS_IN);
	wr_be32(w, ttl);
	wr_be16(w, i->r->rdlen);
	wr_bytes(w, i->r->rdata, i->r->rdlen);
}

static void
write_zones(struct wr *w, struct dns_transfer_zone *zones, const struct item *v, size_t n)
{
	struct dns_transfer_zone *zone = NULL;
	uint32_t ttl = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct dns_zone *from = v[i].o->zone;

		if (i == 0 || from != v[i - 1].o->zone) {
			zone = i == 0 ? zones : zone + 1;
			zone->serial = from->serial;
			zone->at = (uint32_t)wr_len(w);
			zone->namelen = from->len;
			memcpy(zone->name, from->name, from->len);
		}
		if (i == 0 || !is_same_set(&v[i], &v[i - 1]))
			ttl = least_ttl(&v[i], n - i);
		write_record(w, &v[i], ttl);
		zone->len = (uint32_t)wr_len(w) - zone->at;
		if (zone->soalen == 0)
			zone->soalen = zone->len;
	}
}

static bool
secondary_fill(struct dns_secondary *s, const struct conf_secondary *c, const struct dns_secret *secret)
{
	size_t n;

	if (secret->n < DNS_TSIG_SECRET_MIN ||
	    !dns_name_read(str_of(c->key_name), NULL, 0, s->key.name, &n))
		return false;
	s->at.addr = c->at.addr;
	s->at.port = c->at.port;
	(void)snprintf(s->id, sizeof(s->id), "%s", c->id);	/* a uuid fits */
	s->key.namelen = (uint8_t)n;
	s->key.algorithm = c->algorithm == CONF_TSIG_SHA512 ? DNS_TSIG_SHA512 : DNS_TSIG_SHA256;
	s->key.secretlen = secret->n;
	memcpy(s->key.secret, secret->b, secret->n);
	return true;
}

static size_t
fill_secondaries(struct dns_secondary *v, const struct conf_dns *d, const struct dns_secrets *secrets)
{
	size_t i, n = 0;

	for (i = 0; i < d->nsecondaries && i < CONF_SECONDARIES_MAX; i++)
		n += secondary_fill(&v[n], &d->secondaries[i], &secrets->v[i]);
	return n;
}

static size_t
count_zones(const struct item *v, size_t n)
{
	size_t i, zones = 0;

	for (i = 0; i < n; i++)
		zones += i == 0 || v[i].o->zone != v[i - 1].o->zone;
	return zones;
}

static size_t
size_of(const struct item *v, size_t n)
{
	size_t i, size = 0;

	for (i = 0; i < n; i++)
		size += v[i].o->len + (size_t)DNS_RR_FIXED + v[i].r->rdlen;
	return size;
}

static int
join(uint8_t **out, size_t *n, size_t max, const struct items *all, const struct head *like)
{
	struct head h = *like;
	size_t size;
	struct wr w;

	h.nzones = (uint32_t)count_zones(all->v, all->n);
	size = records_at(&h) + size_of(all->v, all->n);
	size = (size + DNS_TRANSFER_ALIGN - 1) & ~(size_t)(DNS_TRANSFER_ALIGN - 1);
	if (size > max || h.nzones > DNS_TRANSFER_ZONES_MAX)
		return -EFBIG;
	*out = calloc(1, size);
	if (*out == NULL)
		return -ENOMEM;
	h.size = (uint32_t)size;
	memcpy(*out, &h, sizeof(h));
	wr_init(&w, *out, size);
	(void)wr_room(&w, records_at(&h));	/* it is there */
	write_zones(&w, (void *)(uintptr_t)zones_at(*out, &h), all->v, all->n);
	*n = size;
	return 0;
}

int
dns_transfer_build(uint8_t **out, size_t *n, const struct dns_transfer_in *in, struct err *e)
{
	struct dns_secondary *v;
	struct item *items;
	struct head h = { .size = 0 };
	size_t nitems;
	int error = -ENOMEM;

	*out = NULL;
	*n = 0;
	if (in->secrets == NULL || in->conf->nsecondaries == 0)
		return 0;
	nitems = gather(in->zones, NULL);
	items = calloc(nitems + 1, sizeof(*items));
	v = calloc(CONF_SECONDARIES_MAX, sizeof(*v));
	if (items != NULL && v != NULL) {
		memcpy(h.magic, magic, sizeof(magic));
		h.nsecondaries = (uint32_t)fill_secondaries(v, in->conf, in->secrets);
		(void)gather(in->zones, items);	/* nitems again */
		qsort(items, nitems, sizeof(*items), compare_items);
		error = join(out, n, in->max, &(struct items){ items, nitems }, &h);
	}
	if (error == 0)
		memcpy(*out + sizeof(h), v, h.nsecondaries * sizeof(*v));
	if (v != NULL)
		dns_tsig_wipe(v, CONF_SECONDARIES_MAX * sizeof(*v));
	free(v);
	free(items);
	return error < 0 ? err_sys(e, error, "zones for the secondaries") : 0;
}

/* --- opening ----------------------------------------------------------------------- */

static bool
check_record(struct rd *r, const struct dns_transfer_zone *z, bool first)
{
	unsigned labels, type;
	const uint8_t *name = r->p;
	size_t n = dns_name_scan(name, rd_left(r), &labels);

	if (n == 0 || !dns_name_under(name, n, z->name, z->namelen))
		return false;
	rd_skip(r, n);
	type = rd_be16(r);
	rd_skip(r, DNS_RR_FIXED - 4);
	rd_skip(r, rd_be16(r));
	return rd_ok(r) && first == (type == DNS_SOA) && (!first || n == z->namelen);
}

static bool
check_zone(const uint8_t *p, size_t n, const struct dns_transfer_zone *z)
{
	unsigned labels;
	struct rd r;

	if (dns_name_scan(z->name, sizeof(z->name), &labels) != z->namelen ||
	    z->at > n || z->len > n - z->at || z->len == 0)
		return false;
	rd_init(&r, p + z->at, z->len);
	if (!check_record(&r, z, true) || rd_pos(&r) != z->soalen)
		return false;
	while (rd_left(&r) > 0)
		if (!check_record(&r, z, false))
			return false;
	return true;
}

static bool
check_secondary(const struct dns_secondary *s)
{
	const struct dns_tsig_key *k = &s->key;
	unsigned labels;

	return (s->at.addr.len == 4 || s->at.addr.len == 16) && memchr(s->id, '\0', sizeof(s->id)) != NULL &&
	    dns_name_scan(k->name, sizeof(k->name), &labels) == k->namelen && k->namelen > 0 &&
	    k->algorithm < DNS_TSIG_ALGORITHMS &&
	    k->secretlen >= DNS_TSIG_SECRET_MIN && k->secretlen <= DNS_TSIG_SECRET_MAX;
}

bool
dns_transfer_open(struct dns_transfers *t, const void *p, size_t n)
{
	struct head h;
	size_t i;

	memset(t, 0, sizeof(*t));
	if (n == 0)
		return true;
	if ((uintptr_t)p % DNS_TRANSFER_ALIGN != 0 || n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.size != n || h.nsecondaries > CONF_SECONDARIES_MAX ||
	    h.nzones > DNS_TRANSFER_ZONES_MAX || records_at(&h) > n)
		return false;
	*t = (struct dns_transfers){ p, (const void *)((const uint8_t *)p + sizeof(h)), h.nsecondaries,
	    (const void *)zones_at(p, &h), h.nzones };
	for (i = 0; i < h.nsecondaries; i++)
		if (!check_secondary(&t->secondaries[i]))
			return false;
	for (i = 0; i < h.nzones; i++)
		if (!check_zone(p, n, &t->zones[i]))
			return false;
	return true;
}

/* --- finding ------------------------------------------------------------------------ */

const struct dns_transfer_zone *
dns_transfer_zone(const struct dns_transfers *t, const uint8_t *name, size_t n)
{
	size_t i;

	for (i = 0; i < t->nzones; i++)
		if (t->zones[i].namelen == n && memcmp(t->zones[i].name, name, n) == 0)
			return &t->zones[i];
	return NULL;
}

const struct dns_secondary *
dns_transfer_secondary(const struct dns_transfers *t, const struct dns_tsig *sig)
{
	size_t i;

	for (i = 0; i < t->nsecondaries; i++)
		if (dns_tsig_names(sig, &t->secondaries[i].key))
			return &t->secondaries[i];
	return NULL;
}

bool
dns_secondary_eq(const struct dns_secondary *a, const struct dns_secondary *b)
{
	return addr_eq(&a->at.addr, &b->at.addr) && a->at.port == b->at.port && strcmp(a->id, b->id) == 0 &&
	    memcmp(&a->key, &b->key, sizeof(a->key)) == 0;	/* octets only, zeros where nothing is */
}
