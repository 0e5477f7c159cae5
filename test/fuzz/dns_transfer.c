/* Transfer parts (DNS-18, fail closed): one that is accepted can be walked, each
 * record inside its zone, and every secondary is found by its own key only. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "dns/outgoing.h"
#include "dns/transfer.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(const struct dns_transfers *t, const struct dns_transfer_zone *z)
{
	unsigned labels, soas = 0;
	struct rd r;

	assert(z->soalen <= z->len);
	rd_init(&r, dns_transfer_records(t, z), z->len);
	while (rd_left(&r) > 0) {
		size_t n = dns_name_scan(r.p, rd_left(&r), &labels);

		assert(n > 0 && dns_name_under(r.p, n, z->name, z->namelen));
		rd_skip(&r, n);
		soas += rd_be16(&r) == DNS_SOA;
		rd_skip(&r, DNS_RR_FIXED - 4);
		rd_skip(&r, rd_be16(&r));
		assert(rd_ok(&r));
	}
	assert(soas == 1);
}

static bool
is_sound(const struct dns_transfers *t, const struct dns_transfer_zone *z)
{
	const struct dns_outgoing o = { (uint8_t *)(uintptr_t)dns_transfer_records(t, z), z->len, z->soalen };

	return dns_outgoing_check(&o, z->name, z->namelen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t *copy = malloc(size + sizeof(*copy));	/* malloc's alignment is enough */
	struct dns_transfers t;
	size_t i;

	memcpy(copy, data, size);
	if (dns_transfer_open(&t, copy, size)) {
		for (i = 0; i < t.nzones; i++)
			if (is_sound(&t, &t.zones[i]))
				walk(&t, &t.zones[i]);
		for (i = 0; i < t.nsecondaries; i++)
			assert(t.secondaries[i].key.secretlen >= DNS_TSIG_SECRET_MIN);
	}
	free(copy);
	return 0;
}
