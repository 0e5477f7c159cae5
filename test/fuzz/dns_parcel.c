/* Parcels of zones (DNS-7, fail closed): one that is accepted has a table that opens and records of its zone. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dns/extra.h"
#include "dns/parcel.h"
#include "dns/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_extra x = { .name = { 1, 'x', 4, 't', 'e', 's', 't', 0 }, .len = 8 };
	struct dns_table t;

	if (!dns_parcel_read(&x, data, size)) {
		assert(x.table == NULL && x.outgoing.p == NULL);
		return 0;
	}
	assert(dns_table_open(&t, x.table, x.n) && dns_table_check(&t) && t.nviews == 1);
	assert(dns_outgoing_check(&x.outgoing, x.name, x.len));
	assert(x.n + x.outgoing.n < size && x.records <= DNS_EXTRA_RECORDS_MAX);
	dns_extra_clear(&x);
	return 0;
}
