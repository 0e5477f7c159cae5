/* The transfer part; see transfer.h. Head, secondaries, zones, records. */
#include "dns/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rd.h"
#include "base/wr.h"
#include "dns/extra.h"
#include "dns/outgoing.h"
#include "dns/wire.h"
#include "dns/zones.h"

static const char magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', 'X', '1' };

struct head {
	char magic[8];
	uint32_t size, nsecondaries, nzones, zero;
};

_Static_assert(sizeof(struct head) % DNS_TRANSFER_ALIGN == 0, "what follows is aligned");
_Static_assert(sizeof(struct dns_secondary) % _Alignof(struct dns_transfer_zone) == 0, "likewise");

/* What is to go out, and to whom. */
struct draft {
	const struct dns_zone *zones[DNS_TRANSFER_ZONES_MAX];
	struct dns_outgoing records[DNS_TRANSFER_ZONES_MAX];
	size_t nzones, size;		/* octets of all records */
	struct dns_secondary secondaries[CONF_SECONDARIES_MAX];
	size_t nsecondaries;
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

/* --- building --------------------------------------------------------------------- */

static bool
goes_out(const struct dns_zone *zone)
{
	return zone->route < 0 && (zone->kind == DNS_KIND_OWN || zone->kind == DNS_KIND_EXTRA) &&
	    (zone->refused & DNS_VIEW_PUBLIC) == 0 &&
	    (zone->extra != 0 || dns_owner_first(zone->apex, DNS_SOA, DNS_VIEW_PUBLIC) != NULL);
}

static int
add_zone(struct draft *d, const struct dns_zones *z, const struct dns_zone *zone, size_t max)
{
	struct dns_outgoing *o = &d->records[d->nzones];
	int error = 0;

	if (d->nzones == DNS_TRANSFER_ZONES_MAX)
		return -EFBIG;
	if (zone->extra != 0)
		*o = z->extras[zone->extra - 1]->outgoing;	/* borrowed */
	else
		error = dns_outgoing_make(o, z, zone, DNS_VIEW_PUBLIC, max);
	if (error < 0)
		return error;
	d->zones[d->nzones++] = zone;
	d->size += o->n;
	return d->size > max ? -EFBIG : 0;
}

static int
add_zones(struct draft *d, const struct dns_zones *z, size_t max)
{
	const struct dns_zone *zone;
	int error = 0;

	for (zone = z->zones; zone != NULL && error == 0; zone = zone->next)
		if (goes_out(zone))
			error = add_zone(d, z, zone, max);
	return error;
}

static void
draft_free(struct draft *d)
{
	size_t i;

	for (i = 0; d != NULL && i < d->nzones; i++)
		if (d->zones[i]->extra == 0)
			dns_outgoing_free(&d->records[i]);
	if (d != NULL)
		dns_tsig_wipe(d, sizeof(*d));
	free(d);
}

static void
write_zone(struct wr *w, struct dns_transfer_zone *out, const struct dns_zone *zone, const struct dns_outgoing *o)
{
	out->serial = zone->serial;
	out->at = (uint32_t)wr_len(w);
	out->len = o->n;
	out->soalen = o->soalen;
	out->namelen = zone->len;
	memcpy(out->name, zone->name, zone->len);
	wr_bytes(w, o->p, o->n);
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

static void
add_secondaries(struct draft *d, const struct conf_dns *conf, const struct dns_secrets *secrets)
{
	size_t i;

	for (i = 0; i < conf->nsecondaries && i < CONF_SECONDARIES_MAX; i++)
		d->nsecondaries += secondary_fill(&d->secondaries[d->nsecondaries], &conf->secondaries[i], &secrets->v[i]);
}

static int
join(uint8_t **out, size_t *n, size_t max, const struct draft *d)
{
	struct head h = { .nsecondaries = (uint32_t)d->nsecondaries, .nzones = (uint32_t)d->nzones };
	struct dns_transfer_zone *zones;
	size_t i, size = records_at(&h) + d->size;
	struct wr w;

	size = (size + DNS_TRANSFER_ALIGN - 1) & ~(size_t)(DNS_TRANSFER_ALIGN - 1);
	if (size > max)
		return -EFBIG;
	*out = calloc(1, size);
	if (*out == NULL)
		return -ENOMEM;
	memcpy(h.magic, magic, sizeof(magic));
	h.size = (uint32_t)size;
	memcpy(*out, &h, sizeof(h));
	memcpy(*out + sizeof(h), d->secondaries, d->nsecondaries * sizeof(d->secondaries[0]));
	zones = (void *)(uintptr_t)zones_at(*out, &h);
	wr_init(&w, *out, size);
	(void)wr_room(&w, records_at(&h));	/* it is there */
	for (i = 0; i < d->nzones; i++)
		write_zone(&w, &zones[i], d->zones[i], &d->records[i]);
	*n = size;
	return 0;
}

int
dns_transfer_build(uint8_t **out, size_t *n, const struct dns_transfer_in *in, struct err *e)
{
	struct draft *d;
	int error = -ENOMEM;

	*out = NULL;
	*n = 0;
	if (in->secrets == NULL || in->conf->nsecondaries == 0)
		return 0;
	d = calloc(1, sizeof(*d));
	if (d != NULL)
		error = add_zones(d, in->zones, in->max);
	if (error == 0) {
		add_secondaries(d, in->conf, in->secrets);
		error = join(out, n, in->max, d);
	}
	draft_free(d);
	if (error == -EFBIG)
		return err_set(e, ERR_CONFLICT, "the zones that go out to secondaries are too large together");
	return error < 0 ? err_sys(e, error, "zones for the secondaries") : 0;
}

/* --- opening ----------------------------------------------------------------------- */

static bool
check_zone(size_t n, const struct dns_transfer_zone *z)
{
	unsigned labels;

	return dns_name_scan(z->name, sizeof(z->name), &labels) == z->namelen &&
	    z->at <= n && z->len <= n - z->at && z->soalen <= z->len && z->soalen > (uint32_t)z->namelen + DNS_RR_FIXED;
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
		if (!check_zone(n, &t->zones[i]))
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
