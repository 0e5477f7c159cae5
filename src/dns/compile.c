/* Finishing answers; see compile.h. */
#include "dns/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "dns/blob.h"
#include "dns/draft.h"
#include "dns/ingest.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum { SLOTS_MIN = 64 };

/* One name at work: the answer of each type and view. */
struct work {
	struct dns_blob *b;
	const struct dns_zones *z;
	struct dns_draft d;
	uint32_t refused;
	uint32_t nodata[DNS_VIEWS_MAX], below[DNS_VIEWS_MAX];
	uint16_t types[DNS_TYPES_MAX];
	uint32_t at[DNS_TYPES_MAX][DNS_VIEWS_MAX];
	size_t ntypes;
	bool overflow;		/* more types than that at one name */
};

/* "No such type", "no such name", or REFUSED, or the cut: for the whole zone. */
static uint32_t
zone_answer(struct work *k, const struct dns_zone *zone, unsigned view, uint8_t rcode)
{
	if ((zone->refused & DNS_VIEW_BIT(view)) != 0)
		return k->refused;
	if (zone->route >= 0) {
		dns_draft_begin(&k->d, DNS_ANSWER_CUT);
		k->d.head.aux = (uint16_t)zone->route;
		return dns_draft_end(&k->d);
	}
	dns_draft_begin(&k->d, DNS_ANSWER_SOA);
	k->d.head.flags = DNS_AA;
	k->d.head.rcode = rcode;
	k->d.head.apexlen = zone->len;
	dns_draft_soa(&k->d, zone, true);
	if (dns_draft_len(&k->d) == 0)
		k->d.head.kind = DNS_ANSWER_FINAL;
	return dns_draft_end(&k->d);
}

static void
set_type(struct work *k, uint16_t type, uint64_t views, uint32_t at)
{
	size_t i, v;

	for (i = 0; i < k->ntypes && k->types[i] != type; i++)
		;
	if (i == DNS_TYPES_MAX) {
		k->overflow = true;
		return;
	}
	if (i == k->ntypes) {
		k->types[k->ntypes++] = type;
		memset(k->at[i], 0, sizeof(k->at[i]));
	}
	for (v = 0; v < k->z->nviews; v++)
		if ((views & DNS_VIEW_BIT(v)) != 0)
			k->at[i][v] = at;
}

/* Split the views of o into classes that see the same of it. */
static size_t
classes_of(const struct dns_owner *o, uint64_t views, uint64_t out[DNS_VIEWS_MAX])
{
	const struct dns_record *r;
	size_t i, n = 1, have;

	out[0] = views;
	for (r = o->first; r != NULL; r = r->next)
		for (i = 0, have = n; i < have; i++) {
			uint64_t in = out[i] & r->views;

			if (in == 0 || in == out[i])
				continue;
			out[n++] = out[i] & ~in;
			out[i] = in;
		}
	return n;
}

static void
plain_types(struct work *k, const struct dns_owner *o, uint64_t views)
{
	const struct dns_record *r;

	for (r = o->first; r != NULL; r = r->next) {
		if ((r->views & views) == 0 || dns_owner_first(o, r->type, views) != r)
			continue;
		dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
		k->d.head.flags = DNS_AA;
		dns_draft_rrset(&k->d, o, &(struct dns_draft_set){ r->type, views, NULL, 0 });
		set_type(k, r->type, views, dns_draft_end(&k->d));
	}
}

/* Where name leads in a view: its owner, the wildcard above it, or NULL when
 * it does not exist (RFC 4592 3.3). */
static const struct dns_owner *
resolve(const struct dns_zones *z, const struct dns_zone *zone,
    const uint8_t *name, size_t len, uint64_t view)
{
	uint8_t wild[DNS_NAME_MAX + 2] = { 1, '*' };
	const struct dns_owner *o = dns_zones_owner(z, name, len);
	size_t at = 0;

	while ((o == NULL || (o->seen & view) == 0) && len - at > zone->len) {
		at += (size_t)name[at] + 1;
		o = dns_zones_owner(z, name + at, len - at);
	}
	if (at == 0 || o == NULL)
		return o;
	memcpy(wild + 2, name + at, len - at);
	o = dns_zones_owner(z, wild, len - at + 2);
	return o != NULL && (o->seen & view) != 0 ? o : NULL;
}

/* An alias chain being followed in one view. */
struct chain {
	const struct dns_owner *end;	/* what it leads to; NULL: see status */
	const uint8_t *name;		/* target of the last alias */
	size_t len, pos;		/* and where it stands in the body */
	const struct dns_zone *zone;
	enum { CHAIN_END, CHAIN_ABSENT, CHAIN_OUTSIDE, CHAIN_HIDDEN, CHAIN_LOOP } status;
};

static void
put_alias(struct work *k, struct chain *c, const struct dns_record *cname)
{
	dns_draft_record(&k->d, c->name, c->len, cname, DNS_DRAFT_ANSWER);
	c->name = cname->rdata;
	c->len = cname->rdlen;
	c->pos = dns_draft_len(&k->d) - cname->rdlen;
	c->zone = dns_zones_enclosing(k->z, c->name, c->len);
}

/* Write the aliases from o on. */
static void
put_chain(struct work *k, struct chain *c, const struct dns_owner *o, uint64_t view)
{
	const struct dns_record *cname = dns_owner_first(o, DNS_CNAME, view);
	unsigned n;

	memset(c, 0, sizeof(*c));
	for (n = 0; n < DNS_CHAIN_MAX; n++) {
		put_alias(k, c, cname);
		if (c->zone == NULL || c->zone->route >= 0) {
			c->status = CHAIN_OUTSIDE;
			return;
		}
		c->status = CHAIN_HIDDEN;
		if ((c->zone->refused & view) != 0)
			return;
		c->status = CHAIN_ABSENT;
		c->end = resolve(k->z, c->zone, c->name, c->len, view);
		if (c->end == NULL)
			return;
		c->status = CHAIN_END;
		cname = dns_owner_first(c->end, DNS_CNAME, view);
		if (cname == NULL)
			return;
	}
	c->status = CHAIN_LOOP;
}

/* What an alias answers to types that its end does not have. */
static uint32_t
alias_rest(struct work *k, const struct dns_owner *o, unsigned v)
{
	struct chain c;

	dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
	k->d.head.flags = DNS_AA;
	put_chain(k, &c, o, DNS_VIEW_BIT(v));
	switch (c.status) {
	case CHAIN_OUTSIDE:
		if (k->z->views[v].resolves) {
			k->d.head.kind = DNS_ANSWER_CHASE;
			k->d.head.aux = (uint16_t)c.pos;
		}
		break;
	case CHAIN_ABSENT:
		k->d.head.rcode = DNS_NXDOMAIN;
		dns_draft_soa(&k->d, c.zone, false);
		break;
	case CHAIN_END:
		dns_draft_soa(&k->d, c.zone, false);
		break;
	case CHAIN_LOOP:
		dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
		k->d.head.rcode = DNS_SERVFAIL;
		break;
	case CHAIN_HIDDEN:
		break;
	}
	return dns_draft_end(&k->d);
}

static void
alias_types(struct work *k, const struct dns_owner *o, unsigned v)
{
	uint64_t view = DNS_VIEW_BIT(v);
	const struct dns_record *r;
	struct chain c;

	k->nodata[v] = alias_rest(k, o, v);
	dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
	k->d.head.flags = DNS_AA;
	dns_draft_record(&k->d, NULL, 0, dns_owner_first(o, DNS_CNAME, view), DNS_DRAFT_ANSWER);
	set_type(k, DNS_CNAME, view, dns_draft_end(&k->d));
	dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
	put_chain(k, &c, o, view);
	if (c.status != CHAIN_END)
		return;
	for (r = c.end->first; r != NULL; r = r->next) {
		if ((r->views & view) == 0 || dns_owner_first(c.end, r->type, view) != r)
			continue;
		dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
		k->d.head.flags = DNS_AA;
		put_chain(k, &c, o, view);
		dns_draft_rrset(&k->d, c.end, &(struct dns_draft_set){ r->type, view, c.name, c.len });
		set_type(k, r->type, view, dns_draft_end(&k->d));
	}
}

/* Answers that do not depend on records at the name. */
static void
zone_rows(struct work *k, const struct dns_owner *o)
{
	uint32_t nodata = 0, below = 0;
	unsigned v;

	for (v = 0; v < k->z->nviews; v++) {
		bool refused = (o->zone->refused & DNS_VIEW_BIT(v)) != 0;

		k->nodata[v] = k->below[v] = 0;
		if ((o->seen & DNS_VIEW_BIT(v)) == 0)
			continue;
		if (refused) {
			k->nodata[v] = k->below[v] = k->refused;
			continue;
		}
		if (nodata == 0) {
			nodata = zone_answer(k, o->zone, v, DNS_NOERROR);
			below = zone_answer(k, o->zone, v, DNS_NXDOMAIN);
		}
		k->nodata[v] = nodata;
		k->below[v] = below;
	}
}

static void
record_rows(struct work *k, const struct dns_owner *o)
{
	uint64_t views = o->seen & ~o->zone->refused, classes[DNS_VIEWS_MAX];
	size_t i, n = classes_of(o, views, classes);
	unsigned v;

	k->ntypes = 0;
	for (i = 0; i < n; i++) {
		if (dns_owner_first(o, DNS_CNAME, classes[i]) == NULL) {
			plain_types(k, o, classes[i]);
			continue;
		}
		for (v = 0; v < k->z->nviews; v++)
			if ((classes[i] & DNS_VIEW_BIT(v)) != 0)
				alias_types(k, o, v);
	}
}

static bool
has_wildcard(const struct work *k, const struct dns_owner *o)
{
	uint8_t wild[DNS_NAME_MAX + 2] = { 1, '*' };

	memcpy(wild + 2, o->name, o->len);
	return o->len + 2 <= DNS_NAME_MAX && dns_zones_owner(k->z, wild, (size_t)o->len + 2) != NULL;
}

static uint32_t
put_node(struct work *k, const struct dns_owner *o)
{
	struct dns_row rows[DNS_ROW_TYPES + DNS_TYPES_MAX];
	uint8_t node[sizeof(struct dns_node) + DNS_NAME_ROOM + sizeof(rows)] = { 0 };
	size_t i, head = sizeof(struct dns_node) + ((o->len + 3u) & ~3u);
	struct dns_node n = { .len = o->len, .nrows = (uint8_t)(DNS_ROW_TYPES + k->ntypes) };

	if (has_wildcard(k, o))
		n.flags = DNS_NODE_WILD;
	rows[DNS_ROW_NODATA] = dns_blob_row(k->b, 0, k->nodata);
	rows[DNS_ROW_BELOW] = dns_blob_row(k->b, 0, k->below);
	for (i = 0; i < k->ntypes; i++)
		rows[DNS_ROW_TYPES + i] = dns_blob_row(k->b, k->types[i], k->at[i]);
	memcpy(node, &n, sizeof(n));
	memcpy(node + sizeof(n), o->name, o->len);
	memcpy(node + head, rows, n.nrows * sizeof(rows[0]));
	return dns_blob_put(k->b, node, head + n.nrows * sizeof(rows[0]));
}

static void
put_slot(struct dns_blob *b, const struct dns_table_head *h, const struct dns_owner *o, uint32_t node)
{
	struct dns_slot *slots = (void *)(b->p + h->slots);
	uint64_t hash = dns_name_hash(o->name, o->len);
	uint64_t i = hash & (h->nslots - 1);

	while (slots[i].node != 0)
		i = (i + 1) & (h->nslots - 1);
	slots[i].tag = (uint32_t)(hash >> 32);
	slots[i].node = node;
}

static int
put_owners(struct work *k, struct dns_table_head *h)
{
	const struct dns_owner *o;
	uint32_t node;

	for (o = k->z->owners; o != NULL; o = o->next) {
		if (o->zone->route >= 0 && o != o->zone->apex)
			continue;
		zone_rows(k, o);
		record_rows(k, o);
		node = put_node(k, o);
		if (k->overflow || k->d.overflow)
			return -EMSGSIZE;
		if (k->b->error < 0)
			return k->b->error;
		put_slot(k->b, h, o, node);
		if (o->labels > h->maxlabels)
			h->maxlabels = o->labels;
	}
	return 0;
}

/* The answers that every table has. */
static void
put_fixed(struct work *k, struct dns_table_head *h)
{
	static const uint8_t hinfo[] = { 7, 'R', 'F', 'C', '8', '4', '8', '2', 0 };
	const struct dns_record r = { .type = DNS_HINFO, .ttl = DNS_HINFO_TTL, .rdlen = sizeof(hinfo), .rdata = hinfo };

	dns_draft_begin(&k->d, DNS_ANSWER_FINAL);
	k->d.head.flags = DNS_AA;
	dns_draft_record(&k->d, NULL, 0, &r, DNS_DRAFT_ANSWER);
	h->any = dns_draft_end(&k->d);
	dns_draft_begin(&k->d, DNS_ANSWER_REFUSED);
	k->d.head.rcode = DNS_REFUSED;
	k->refused = dns_draft_end(&k->d);
}

static void
put_sections(struct dns_blob *b, const struct dns_zones *z, struct dns_table_head *h)
{
	memcpy(h->magic, dns_table_magic, sizeof(h->magic));
	(void)dns_blob_put(b, h, sizeof(*h));		/* filled at the end; failure is sticky */
	h->nviews = (uint32_t)z->nviews;
	h->views = dns_blob_put(b, z->views, z->nviews * sizeof(z->views[0]));
	h->nplaces = (uint32_t)z->nplaces;
	h->places = dns_blob_put(b, z->places, z->nplaces * sizeof(z->places[0]));
	h->nslots = SLOTS_MIN;
	while (h->nslots < 2 * z->nowners)
		h->nslots *= 2;
	h->slots = dns_blob_put(b, NULL, h->nslots * sizeof(struct dns_slot));
}

static void
close_table(struct dns_blob *b, struct dns_table_head *h)
{
	h->nparts = (uint32_t)b->nparts;
	h->parts = dns_blob_put(b, b->parts, b->nparts * sizeof(b->parts[0]));
	(void)dns_blob_put(b, NULL, DNS_TABLE_PAD);	/* failure is sticky */
	h->size = (uint32_t)b->len;
	if (b->error == 0)
		memcpy(b->p, h, sizeof(*h));
}

/* In words; the number that callers judge by stays what it was. */
static int
describe(struct err *e, int error)
{
	if (error == -ENOMEM)
		return err_sys(e, error, "DNS table");
	if (error == -EFBIG)
		(void)err_set(e, ERR_CONFLICT, "the zones are too large for one table");	/* words only */
	else
		(void)err_set(e, ERR_CONFLICT, "one name has more records than fit into a DNS message");	/* likewise */
	return error;
}

int
dns_compile(struct dns_blob *b, const struct dns_zones *z, struct err *e)
{
	struct dns_table_head h = { 0 };
	struct work *k = calloc(1, sizeof(*k));
	int error;

	if (k == NULL)
		return describe(e, -ENOMEM);
	k->b = k->d.b = b;
	k->z = z;
	put_sections(b, z, &h);
	put_fixed(k, &h);
	error = b->error < 0 ? b->error : put_owners(k, &h);
	free(k);
	if (error == 0) {
		close_table(b, &h);
		error = b->error;
	}
	return error < 0 ? describe(e, error) : 0;
}
