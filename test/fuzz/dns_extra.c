/* Zone texts: whatever they say, they end as an error that names a line, or as
 * a table that can be asked for every name in it, and records that go out whole. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rd.h"
#include "dns/blob.h"
#include "dns/compile.h"
#include "dns/extra.h"
#include "dns/outgoing.h"
#include "dns/table.h"
#include "dns/wire.h"
#include "dns/zones.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every name that others do not answer for is found, and says so with AA. */
static void
ask_all(const struct dns_zones *z, const struct dns_table *t)
{
	uint8_t lower[DNS_NAME_ROOM];
	const struct dns_owner *o;
	const struct dns_answer *a;

	for (o = z->owners; o != NULL; o = o->next) {
		struct dns_key k = { .name = lower, .len = o->len, .labels = o->labels };

		k.hash = dns_name_lower(lower, o->name, o->len);
		a = dns_table_find(t, 0, &k, o->first == NULL ? DNS_TXT : o->first->type);
		assert(a != NULL && a->kind < DNS_ANSWER_REFUSED);
		assert(o->cut || o->hidden || (a->flags & DNS_AA) != 0);
	}
}

/* Every record that goes out is one of the zone, and every owner with records is among them. */
static void
send_all(const struct dns_zones *z)
{
	const struct dns_owner *o, *last = NULL;
	struct dns_outgoing out;
	unsigned labels;
	size_t owners = 0, n;
	struct rd r;

	assert(dns_outgoing_make(&out, z, z->zones, UINT64_MAX, DNS_EXTRA_TABLE_MAX) == 0);
	for (rd_init(&r, out.p, out.n); rd_left(&r) > 0; last = o) {
		n = dns_name_scan(r.p, rd_left(&r), &labels);
		o = dns_zones_owner(z, r.p, n);
		assert(o != NULL && o->first != NULL);
		owners += o != last;
		rd_skip(&r, n);
		assert(dns_owner_first(o, rd_be16(&r), UINT64_MAX) != NULL);
		rd_skip(&r, DNS_RR_FIXED - 4);
		rd_skip(&r, rd_be16(&r));
		assert(rd_ok(&r) && (last != NULL || rd_pos(&r) == out.soalen));
	}
	for (o = z->owners; o != NULL; o = o->next)
		owners -= o->first != NULL;
	assert(owners == 0);
	dns_outgoing_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t apex[] = { 1, 'x', 4, 't', 'e', 's', 't', 0 };
	struct dns_zones *z;
	struct dns_blob *b;
	struct dns_table t;
	struct err e = { 0 };

	if (dns_extra_zones(&z, apex, sizeof(apex), (struct str){ (const char *)data, size }, &e) < 0) {
		assert(z == NULL && e.nfields == 1 && strncmp(e.fields[0].message, "line ", 5) == 0);
		return 0;
	}
	send_all(z);
	b = malloc(sizeof(*b));
	assert(b != NULL);
	dns_blob_init(b, DNS_EXTRA_TABLE_MAX);
	if (dns_compile(b, z, NULL) == 0) {
		assert(dns_table_open(&t, b->p, b->len) && dns_table_check(&t));
		ask_all(z, &t);
	}
	dns_blob_free(b);
	free(b);
	dns_zones_free(z);
	return 0;
}
