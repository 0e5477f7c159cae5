/* Extra zones; see extra.h. */
#include "dns/extra.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "dns/blob.h"
#include "dns/compile.h"
#include "dns/master.h"
#include "dns/snapshot.h"
#include "dns/wire.h"
#include "dns/zones.h"
#include "sys/sealed.h"

struct dns_extras {
	struct dns_extra *v[DNS_EXTRAS_MAX];
	size_t n;
};

/* --- records --------------------------------------------------------------------- */

static const struct dns_zone *
zone_of(const struct dns_zones *z)
{
	return z->zones;
}

static bool
is_wildcard(const struct dns_master_record *r)
{
	return r->owner[0] == 1 && r->owner[1] == '*';
}

static const struct dns_record *
first_of(const struct dns_zones *z, const struct dns_master_record *r, uint16_t type)
{
	const struct dns_owner *o = dns_zones_owner(z, r->owner, r->ownerlen);

	return o == NULL ? NULL : dns_owner_first(o, type, UINT64_MAX);
}

/* What may not stand where it does; NULL: nothing against it. */
static const char *
judge(const struct dns_zones *z, const struct dns_master_record *r)
{
	bool apex = r->ownerlen == zone_of(z)->len;

	if (zone_of(z)->nrecords == DNS_EXTRA_RECORDS_MAX)
		return "the zone has more than 100000 records";
	if (!dns_name_under(r->owner, r->ownerlen, zone_of(z)->name, zone_of(z)->len))
		return "the name is not in the zone";
	if (r->type == DNS_SOA && !apex)
		return "SOA stands at the zone's own name only";
	if (r->type == DNS_SOA && first_of(z, r, DNS_SOA) != NULL)
		return "there is a SOA already";
	if ((r->type == DNS_NS || r->type == DNS_DNAME) && is_wildcard(r))
		return "a wildcard has no NS and no DNAME";
	if (r->type == DNS_DNAME && first_of(z, r, DNS_DNAME) != NULL)
		return "there is a DNAME already";
	if (!apex && ((r->type == DNS_DNAME && first_of(z, r, DNS_NS) != NULL) ||
	    (r->type == DNS_NS && first_of(z, r, DNS_DNAME) != NULL)))
		return "a name is either delegated or has a DNAME";
	return NULL;
}

static const char *
refusal(int error)
{
	switch (error) {
	case -EEXIST: return "an alias stands alone at its name";
	case -EMSGSIZE: return "the data is too long";
	case -ENOSPC: return "the name has more than 2048 records";
	default: return NULL;
	}
}

static int
put_record(struct dns_zones *z, const struct dns_master_record *r, struct err *e)
{
	const struct dns_record rec = {
		.type = r->type, .rdlen = r->rdlen, .ttl = r->ttl, .line = r->line, .views = UINT64_MAX,
		.rdata = r->rdata
	};
	const char *why = judge(z, r);
	int error = why != NULL ? -EINVAL : dns_zones_put(z, r->owner, r->ownerlen, &rec);

	if (why == NULL)
		why = refusal(error);
	if (why != NULL)
		return dns_master_bad(e, r->line, why);
	return error < 0 ? err_sys(e, error, "read a zone") : 0;
}

static int
put_all(struct dns_zones *z, struct dns_master *m, struct err *e)
{
	struct dns_master_record r;
	int n;

	while ((n = dns_master_next(m, &r, e)) > 0) {
		n = put_record(z, &r, e);
		if (n < 0)
			return n;
	}
	return n;
}

/* --- the zone as a whole ----------------------------------------------------------- */

static int
check_apex(const struct dns_zones *z, struct err *e)
{
	const struct dns_owner *apex = zone_of(z)->apex;

	if (dns_owner_first(apex, DNS_SOA, UINT64_MAX) == NULL)
		return dns_master_bad(e, 1, "the zone has no SOA");
	if (dns_owner_first(apex, DNS_NS, UINT64_MAX) == NULL)
		return dns_master_bad(e, 1, "the zone has no NS at its own name");
	return 0;
}

/* Below a cut there may be glue; below a DNAME nothing (RFC 6672 2.4). */
static int
check_hidden(const struct dns_zones *z, struct err *e)
{
	const struct dns_owner *o, *up;
	size_t at;

	for (o = z->owners; o != NULL; o = o->next) {
		if (!o->hidden || o->first == NULL)
			continue;
		for (at = (size_t)o->name[0] + 1, up = NULL; up == NULL || up->hidden; at += (size_t)o->name[at] + 1)
			up = dns_zones_owner(z, o->name + at, o->len - at);
		if (!up->cut && dns_owner_first(up, DNS_DNAME, UINT64_MAX) != NULL)
			return dns_master_bad(e, o->first->line, "there is a DNAME above this name");
	}
	return 0;
}

static int
start_zone(struct dns_zones *z, const uint8_t *name, size_t len)
{
	const struct dns_zone like = { .kind = DNS_KIND_EXTRA, .route = -1 };

	z->views[0] = (struct dns_view){ .zone = CONF_ZONE_LOCAL, .resolves = 1 };
	z->nviews = 1;
	return dns_zones_add(z, name, len, &like);
}

int
dns_extra_zones(struct dns_zones **out, const uint8_t *name, size_t len, struct str text, struct err *e)
{
	struct dns_zones *z = dns_zones_new();
	struct dns_master *m = dns_master_new(text.p, text.n, name, len);
	int error = z == NULL || m == NULL ? -ENOMEM : start_zone(z, name, len);

	if (error < 0)
		(void)err_sys(e, error, "read a zone");	/* error tells */
	else if (text.n > DNS_EXTRA_TEXT_MAX)
		error = err_field(e, ERR_VALIDATION, "zonefile", "is longer than 16 MiB");
	else if ((error = put_all(z, m, e)) == 0 && (error = check_apex(z, e)) == 0) {
		error = dns_zones_close(z);
		error = error < 0 ? err_sys(e, error, "read a zone") : check_hidden(z, e);
	}
	dns_master_free(m);
	if (error < 0) {
		dns_zones_free(z);
		z = NULL;
	}
	*out = z;
	return error;
}

/* --- tables ------------------------------------------------------------------------ */

static int
take_table(struct dns_extra *x, struct dns_blob *b, const struct dns_zones *z, struct err *e)
{
	const struct dns_record *soa = dns_owner_first(zone_of(z)->apex, DNS_SOA, UINT64_MAX);
	struct err why;
	int error;

	err_clear(&why);
	error = dns_compile(b, z, &why);
	if (error == -EMSGSIZE || error == -EFBIG || error == -EINVAL)
		return err_field(e, ERR_VALIDATION, "zonefile", "%s", why.detail);
	if (error == 0)
		error = dns_outgoing_make(&x->outgoing, z, zone_of(z), UINT64_MAX, DNS_EXTRA_TABLE_MAX);
	if (error == -EFBIG || error == -EINVAL)
		return err_field(e, ERR_VALIDATION, "zonefile", error == -EFBIG ? "the zone is too large to be transferred" :
		    "its records came out wrong: a fault of this program");
	x->table = error < 0 ? NULL : realloc(b->p, b->len);	/* the rest of its room is given up */
	if (x->table == NULL)
		return err_sys(e, -ENOMEM, "make the table of a zone");
	b->p = NULL;	/* x has it */
	x->n = b->len;
	x->records = zone_of(z)->nrecords;
	x->serial = dns_get32(soa->rdata + soa->rdlen - 20);
	return 0;
}

int
dns_extra_make(struct dns_extra *x, struct str zone, struct str text, struct err *e)
{
	struct dns_blob *b;
	struct dns_zones *z = NULL;
	int error;

	if (!dns_name_read(zone, NULL, 0, x->name, &x->len))
		return err_field(e, ERR_VALIDATION, "name", "is not the name of a zone");
	b = malloc(sizeof(*b));
	if (b == NULL)
		return err_sys(e, -ENOMEM, "make the table of a zone");
	dns_blob_init(b, DNS_EXTRA_TABLE_MAX);
	error = dns_extra_zones(&z, x->name, x->len, text, e);
	if (error == 0)
		error = take_table(x, b, z, e);
	dns_zones_free(z);
	dns_blob_free(b);
	free(b);
	if (error < 0)
		dns_extra_clear(x);
	return error;
}

static void
drop_table(struct dns_extra *x)
{
	if (x->sealed == NULL)
		free((void *)(uintptr_t)x->table);	/* ours */
	sealed_unref(x->sealed);
	x->sealed = NULL;
	x->table = NULL;
}

void
dns_extra_clear(struct dns_extra *x)
{
	dns_outgoing_free(&x->outgoing);
	drop_table(x);
}

bool
dns_extra_stays(const struct dns_extra *was, const struct dns_extra *now)
{
	return was != NULL && now != NULL && was->table != NULL && now->table != NULL &&
	    strcmp(was->sha256, now->sha256) != 0 && (int32_t)(now->serial - was->serial) <= 0;
}

/* --- those read so far --------------------------------------------------------------- */

struct dns_extras *
dns_extras_new(void)
{
	return calloc(1, sizeof(struct dns_extras));
}

static void
extra_free(struct dns_extra *e)
{
	dns_extra_clear(e);
	free(e);
}

void
dns_extras_free(struct dns_extras *x)
{
	size_t i;

	for (i = 0; x != NULL && i < x->n; i++)
		extra_free(x->v[i]);
	free(x);
}

static struct dns_extra *
find(const struct dns_extras *x, const uint8_t *name, size_t n, const char *sha256)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (strcmp(x->v[i]->sha256, sha256) == 0 && x->v[i]->len == n && memcmp(x->v[i]->name, name, n) == 0)
			return x->v[i];
	return NULL;
}

const struct dns_extra *
dns_extras_find(const struct dns_extras *x, struct str zone, const char *sha256)
{
	uint8_t name[DNS_NAME_MAX];
	size_t n;

	return x != NULL && dns_name_read(zone, NULL, 0, name, &n) ? find(x, name, n, sha256) : NULL;
}

/* So that documents beside which it does not change need no copy of it. Without memory for that they have one. */
static void
seal(struct dns_extra *x)
{
	struct sealed *s;

	if (x->table == NULL || x->n < DNS_SNAPSHOT_LARGE_MIN || sealed_new(&s, "pic-zone", x->table, x->n) < 0)
		return;
	drop_table(x);
	x->sealed = s;
	x->table = s->p;
}

static int
no_room(struct err *e)
{
	(void)err_set(e, ERR_UNAVAILABLE, "too many zones are being changed");	/* told below */
	return -ENOSPC;
}

int
dns_extras_read(struct dns_extras *x, struct str zone, const char *sha256, struct str text,
    bool broken, struct err *e)
{
	struct dns_extra *made;
	int error;

	if (dns_extras_find(x, zone, sha256) != NULL)
		return 0;
	if (x->n == DNS_EXTRAS_MAX)
		return no_room(e);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return err_sys(e, -ENOMEM, "read a zone");
	(void)str_copy(str_of(sha256), made->sha256, sizeof(made->sha256));	/* it fits, or is never found */
	error = dns_extra_make(made, zone, text, e);
	seal(made);
	if (error == 0 || (broken && error == -EINVAL))
		x->v[x->n++] = made;
	else
		extra_free(made);
	return error;
}

int
dns_extras_take(struct dns_extras *all, const char *sha256, struct dns_extra *x, struct err *e)
{
	struct dns_extra *to = find(all, x->name, x->len, sha256);
	bool full = all->n == DNS_EXTRAS_MAX;

	if (to != NULL && to->table != NULL) {
		dns_extra_clear(x);
		return 0;
	}
	if (to == NULL && !full && (to = calloc(1, sizeof(*to))) != NULL)
		all->v[all->n++] = to;
	if (to == NULL) {
		dns_extra_clear(x);
		return full ? no_room(e) : err_sys(e, -ENOMEM, "read a zone");
	}
	*to = *x;
	seal(to);
	(void)str_copy(str_of(sha256), to->sha256, sizeof(to->sha256));	/* as above */
	x->table = NULL;
	x->outgoing = (struct dns_outgoing){ .p = NULL };
	return 0;
}

void
dns_extras_sweep(struct dns_extras *x, bool (*keep)(void *arg, const struct dns_extra *e), void *arg)
{
	size_t i, n = 0;

	for (i = 0; i < x->n; i++)
		if (keep(arg, x->v[i]))
			x->v[n++] = x->v[i];
		else
			extra_free(x->v[i]);
	x->n = n;
}
