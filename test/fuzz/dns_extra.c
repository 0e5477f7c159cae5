/* Zone texts: whatever they say, they end as an error that names a line, or as
 * a table that can be asked for every name in it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "dns/blob.h"
#include "dns/compile.h"
#include "dns/extra.h"
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
	b = malloc(sizeof(*b));
	assert(b != NULL);
	dns_blob_init(b, DNS_EXTRA_TABLE_MAX);
	if (dns_compile(b, z, NULL) == 0) {
		assert(dns_table_open(&t, b->p, b->len));
		ask_all(z, &t);
	}
	dns_blob_free(b);
	free(b);
	dns_zones_free(z);
	return 0;
}
