/* How long an answer may be kept: what does not parse is not kept, and no TTL in the answer section is lower. */
#include <assert.h>

#include "base/rd.h"
#include "dns/fresh.h"
#include "dns/rr.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t age = dns_fresh_s(data, size);
	uint8_t name[DNS_NAME_MAX];
	struct dns_rr rr;
	struct rd r;
	size_t n;
	unsigned i;

	if (age == 0)
		return 0;
	assert(size >= DNS_HEADER && (data[2] & DNS_TC) == 0);
	rd_init(&r, data, size);
	rd_skip(&r, DNS_HEADER);
	assert(dns_rr_name(&r, name, &n));
	rd_skip(&r, 4);
	for (i = dns_get16(data + 6); i > 0; i--)
		assert(dns_rr_read(&r, &rr) && rr.ttl >= age);
	return 0;
}
