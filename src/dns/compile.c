/* Finishing answers; see compile.h. */
#include "dns/compile.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "dns/blob.h"
#include "dns/chain.h"
#include "dns/draft.h"
#include "dns/name.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum {
	SLOTS_MIN = 64, ZONES_KNOWN = 8,
	NAME_GUESS = 100,	/* what a name with an address takes */
	NEGATIVE_MAX = 1024	/* a SOA record and its three names */
};

/* What a zone says of names and types that are not there. */
struct negative {
	const struct dns_zone *zone;
	uint32_t nodata, below;
};

/* One name at work: the answer of each type and view. */
struct work {
	struct dns_blob *b;
	const struct dns_zones *z;
	struct dns_draft d;
	uint32_t refused;
	struct negative known[ZONES_KNOWN];	/* of those that were met lately */
	uint32_t nodata[DNS_VIEWS_MAX], below[DNS_VIEWS_MAX];
	uint16_t types[DNS_TYPES_MAX];
	uint32_t at[DNS_TYPES_MAX][DNS_VIEWS_MAX];
	size_t ntypes;
	uint16_t guard;		/* of the answers being made */
	bool overflow;		/* more types than that at one name */
};

/* What the answers of one name are for: the name; with a wildcard, whatever stands in its place. */
static struct dns_draft_base
base_of(const struct dns_owner *o)
{
	bool wild = o->len > 2 && o->name[0] == 1 && o->name[1] == '*';

	return (struct dns_draft_base){ wild ? o->name + 2 : o->name, (uint8_t)(o->len - (wild ? 2 : 0)), !wild };
}

static uint32_t
end(struct work *k)
{
	if (k->d.head.kind == DNS_ANSWER_FINAL)
		k->d.head.aux = k->guard;
	return dns_draft_end(&k->d);
}

/* "No such type" or "no such name": for the whole zone. */
static uint32_t
negative_answer(struct work *k, const struct dns_zone *zone, uint8_t rcode)
{
	dns_draft_begin(&k->d, DNS_ANSWER_FINAL, &(struct dns_draft_base){ zone->name, zone->len, false });
	k->d.head.flags = DNS_AA;
	k->d.head.rcode = rcode;
	dns_draft_soa(&k->d, zone);
	return end(k);
}

/* The zone's answers stand elsewhere. */
static uint32_t
elsewhere(struct work *k, const struct dns_zone *zone)
{
	dns_draft_begin(&k->d, zone->route >= 0 ? DNS_ANSWER_CUT : DNS_ANSWER_EXTRA,
	    &(struct dns_draft_base){ zone->name, zone->len, false });
	k->d.head.aux = (uint16_t)(zone->route >= 0 ? zone->route : zone->extra - 1);
	return dns_draft_end(&k->d);
}

static uint32_t
referral_answer(struct work *k, const struct dns_owner *cut, unsigned view)
{
	dns_draft_begin(&k->d, DNS_ANSWER_REFERRAL, &(struct dns_draft_base){ cut->name, cut->len, false });
	dns_draft_referral(&k->d, cut, DNS_VIEW_BIT(view));
	return dns_draft_end(&k->d);
}

static uint32_t
dname_answer(struct work *k, const struct dns_owner *o, const struct dns_record *r)
{
	size_t at;

	dns_draft_begin(&k->d, DNS_ANSWER_DNAME, &(struct dns_draft_base){ o->name, o->len, false });
	k->d.head.flags = DNS_AA;
	at = dns_draft_plain(&k->d, o->name, o->len, r);
	k->d.head.aux = (uint16_t)at;
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

/* The RRset that is asked for at o, in the draft, and who is named in it. */
static uint32_t
rrset_answer(struct work *k, const struct dns_owner *o, uint16_t type, uint64_t views)
{
	const struct dns_draft_base base = base_of(o);

	dns_draft_begin(&k->d, DNS_ANSWER_FINAL, &base);
	k->d.head.flags = DNS_AA;
	dns_draft_rrset(&k->d, o, &(struct dns_draft_set){ type, views, NULL, 0, DNS_SECTION_ANSWER });
	dns_draft_hosts(&k->d, o, type, views);
	return end(k);
}

static void
plain_types(struct work *k, const struct dns_owner *o, uint64_t views)
{
	const struct dns_record *r;
	unsigned v;

	for (r = o->first; r != NULL; r = r->next) {
		if ((r->views & views) == 0 || dns_owner_first(o, r->type, views) != r)
			continue;
		if (!dns_draft_has_hosts(r->type)) {	/* those may have other addresses in each view */
			set_type(k, r->type, views, rrset_answer(k, o, r->type, views));
			continue;
		}
		for (v = 0; v < k->z->nviews; v++)
			if ((views & DNS_VIEW_BIT(v)) != 0)
				set_type(k, r->type, DNS_VIEW_BIT(v), rrset_answer(k, o, r->type, DNS_VIEW_BIT(v)));
	}
}

static void
begin_alias(struct work *k, struct dns_chain *c, const struct dns_owner *o, unsigned v)
{
	const struct dns_draft_base base = base_of(o);

	dns_draft_begin(&k->d, DNS_ANSWER_FINAL, &base);
	k->d.head.flags = DNS_AA;
	dns_chain_put(&k->d, c, o, DNS_VIEW_BIT(v));
	if (c->status != DNS_CHAIN_LOOP || base.exact)
		return;
	/* whether a name stands twice in the ring depends on the question: one alias, and the rest when it is asked */
	dns_draft_begin(&k->d, DNS_ANSWER_FINAL, &base);
	k->d.head.flags = DNS_AA;
	c->pos = dns_draft_plain(&k->d, NULL, 0, dns_owner_first(o, DNS_CNAME, DNS_VIEW_BIT(v)));
	c->status = DNS_CHAIN_OUTSIDE;
}

/* What an alias answers to types that its end does not have. */
static uint32_t
alias_rest(struct work *k, struct dns_chain *c, const struct dns_owner *o, unsigned v)
{
	begin_alias(k, c, o, v);
	switch (c->status) {
	case DNS_CHAIN_OUTSIDE:
		k->d.head.kind = DNS_ANSWER_CHASE;
		k->d.head.aux = (uint16_t)c->pos;
		break;
	case DNS_CHAIN_END:
		dns_draft_soa(&k->d, c->zone);
		break;
	case DNS_CHAIN_HIDDEN:
	case DNS_CHAIN_LOOP:
		break;
	}
	return dns_draft_end(&k->d);
}

static void
alias_type(struct work *k, struct dns_chain *c, const struct dns_owner *o, uint16_t type, unsigned v)
{
	uint64_t view = DNS_VIEW_BIT(v);

	begin_alias(k, c, o, v);
	dns_draft_rrset(&k->d, c->end, &(struct dns_draft_set){ type, view, c->name, c->len, DNS_SECTION_ANSWER });
	dns_draft_hosts(&k->d, c->end, type, view);
	set_type(k, type, view, dns_draft_end(&k->d));
}

/* Types that stand beside the alias itself, and those of its end. */
static void
alias_types(struct work *k, const struct dns_owner *o, unsigned v)
{
	uint64_t view = DNS_VIEW_BIT(v);
	const struct dns_record *r;
	struct dns_chain c, end;

	k->nodata[v] = alias_rest(k, &end, o, v);
	plain_types(k, o, view);
	if (end.status != DNS_CHAIN_END)
		return;
	for (r = end.end->first; r != NULL; r = r->next)
		if ((r->views & view) != 0 && dns_owner_first(end.end, r->type, view) == r &&
		    dns_owner_first(o, r->type, view) == NULL)
			alias_type(k, &c, o, r->type, v);
}

/* Of a zone. Names of two zones come in turns. */
static const struct negative *
negative_of(struct work *k, const struct dns_zone *zone)
{
	struct negative *n = &k->known[(uintptr_t)zone / sizeof(*zone) % ZONES_KNOWN];

	if (n->zone == zone)
		return n;
	n->zone = zone;
	if (zone->route < 0 && zone->extra == 0) {
		n->nodata = negative_answer(k, zone, DNS_NOERROR);
		n->below = negative_answer(k, zone, DNS_NXDOMAIN);
	} else {
		n->nodata = n->below = elsewhere(k, zone);
	}
	return n;
}

/* Answers that do not depend on records at the name. */
static void
zone_rows(struct work *k, const struct dns_owner *o)
{
	const struct negative *n = NULL;
	unsigned v;

	for (v = 0; v < k->z->nviews; v++) {
		k->nodata[v] = k->below[v] = 0;
		if ((o->seen & DNS_VIEW_BIT(v)) == 0)
			continue;
		if ((o->zone->refused & DNS_VIEW_BIT(v)) != 0) {
			k->nodata[v] = k->below[v] = k->refused;
			continue;
		}
		if (n == NULL)
			n = negative_of(k, o->zone);
		k->nodata[v] = n->nodata;
		k->below[v] = n->below;
	}
}

/* An answer again, for whom the guard of the name lets have it. */
static uint32_t
guarded_answer(struct work *k, uint32_t at, uint16_t guard)
{
	const struct dns_answer *a = (const void *)(k->b->p + at);
	const size_t n = a->nfix == 0 ? a->len : ((a->len + 1u) & ~1u) + a->nfix * sizeof(uint16_t);
	struct dns_answer head = *a;
	uint8_t body[NEGATIVE_MAX];

	assert(n <= sizeof(body));
	memcpy(body, dns_answer_body(a), n);	/* it may move when there is more */
	head.aux = guard;
	return dns_blob_answer(k->b, &head, body, n);
}

/* That a guarded name has no record of a type is not for everybody either. */
static void
guard_rows(struct work *k, const struct dns_owner *o, uint64_t guarded)
{
	uint32_t nodata = negative_of(k, o->zone)->nodata;
	unsigned v;

	if (k->b->error < 0 || k->d.overflow)	/* there may be no such answer then */
		return;
	nodata = guarded_answer(k, nodata, o->guard);
	for (v = 0; v < k->z->nviews; v++)
		if ((guarded & o->seen & ~o->zone->refused & DNS_VIEW_BIT(v)) != 0)
			k->nodata[v] = nodata;
}

/* At a cut only the DS set is ours (RFC 4035 3.1.4.1). */
static void
cut_rows(struct work *k, const struct dns_owner *o, uint64_t views)
{
	unsigned v;

	for (v = 0; v < k->z->nviews; v++) {
		uint64_t view = DNS_VIEW_BIT(v);

		if ((views & view) == 0)
			continue;
		set_type(k, DNS_DS, view, dns_owner_first(o, DNS_DS, view) != NULL ?
		    rrset_answer(k, o, DNS_DS, view) : k->nodata[v]);
		k->nodata[v] = k->below[v] = referral_answer(k, o, v);
	}
}

static void
dname_rows(struct work *k, const struct dns_owner *o, uint64_t views)
{
	const struct dns_record *r;
	unsigned v;

	for (v = 0; v < k->z->nviews; v++)
		if ((views & DNS_VIEW_BIT(v)) != 0 && (r = dns_owner_first(o, DNS_DNAME, DNS_VIEW_BIT(v))) != NULL)
			k->below[v] = dname_answer(k, o, r);
}

static void
class_rows(struct work *k, const struct dns_owner *o, uint64_t views)
{
	uint64_t classes[DNS_VIEWS_MAX];
	size_t i, n = views == 0 ? 0 : classes_of(o, views, classes);
	unsigned v;

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

static void
record_rows(struct work *k, const struct dns_owner *o)
{
	const uint64_t views = o->seen & ~o->zone->refused;
	const uint64_t guarded = o->guard == 0 ? 0 : dns_zones_views(k->z, CONF_ZONE_VPN);

	k->ntypes = 0;
	if (o->cut) {
		cut_rows(k, o, views);
		return;
	}
	dname_rows(k, o, views);
	if (guarded != 0)
		guard_rows(k, o, guarded);
	k->guard = o->guard;
	class_rows(k, o, views & guarded);
	k->guard = 0;
	class_rows(k, o, views & ~guarded);
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
		if (o->hidden || (o != o->zone->apex && (o->zone->route >= 0 || o->zone->extra != 0)))
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
	static const uint8_t root[1];
	const struct dns_record r = { .type = DNS_HINFO, .ttl = DNS_HINFO_TTL, .rdlen = sizeof(hinfo), .rdata = hinfo };
	const struct dns_draft_base any = { root, sizeof(root), true };

	dns_draft_begin(&k->d, DNS_ANSWER_FINAL, &any);
	k->d.head.flags = DNS_AA;
	dns_draft_record(&k->d, NULL, 0, &r, DNS_SECTION_ANSWER);
	h->any = dns_draft_end(&k->d);
	dns_draft_begin(&k->d, DNS_ANSWER_REFUSED, &any);
	k->d.head.rcode = DNS_REFUSED;
	k->refused = dns_draft_end(&k->d);
}

static void
put_sections(struct dns_blob *b, const struct dns_zones *z, struct dns_table_head *h)
{
	dns_blob_expect(b, z->nowners * NAME_GUESS);
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

/* Whoever serves the table looks at none of this again. */
static int
check_table(const struct dns_blob *b)
{
	struct dns_table t;

	return dns_table_open(&t, b->p, b->len) && dns_table_check(&t) ? 0 : -EINVAL;
}

/* In words; the number that callers judge by stays what it was. */
static int
describe(struct err *e, int error)
{
	if (error == -ENOMEM)
		return err_sys(e, error, "DNS table");
	if (error == -EINVAL)
		(void)err_set(e, ERR_INTERNAL, "the table of names came out wrong: a fault of this program");	/* words only */
	else if (error == -EFBIG)
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
	k->z = k->d.z = z;
	put_sections(b, z, &h);
	put_fixed(k, &h);
	error = b->error < 0 ? b->error : put_owners(k, &h);
	free(k);
	if (error == 0) {
		close_table(b, &h);
		error = b->error < 0 ? b->error : check_table(b);
	}
	return error < 0 ? describe(e, error) : 0;
}
