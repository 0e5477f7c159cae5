/* Signatures of strangers: what is found stands at the end and is not believed;
 * the same message signed by us is, until one bit of it changes. */
#include <assert.h>
#include <string.h>

#include "dns/tsig.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t msg[DNS_MESSAGE_MAX + DNS_TSIG_ROOM];
	struct dns_tsig_key key = { .algorithm = DNS_TSIG_SHA256, .secretlen = DNS_TSIG_SECRET_MIN };
	struct dns_tsig_session s = { .key = &key }, c = { .key = &key };
	struct dns_tsig t;
	size_t n;

	if (size > DNS_MESSAGE_MAX || dns_tsig_find(&t, data, size) != DNS_TSIG_FOUND)
		return 0;
	assert(t.at >= DNS_HEADER && t.mac + t.maclen <= data + size && t.other + t.otherlen == data + size);
	memcpy(key.name, t.name, t.namelen);
	key.namelen = t.namelen;
	assert(dns_tsig_check(&c, &t, data, (int64_t)t.time_s) != 0);	/* the key is not theirs */
	memcpy(msg, data, t.at);
	dns_put16(msg + 10, dns_get16(msg + 10) - 1);
	n = dns_tsig_sign(&s, msg, t.at, sizeof(msg), 1000);
	assert(n > t.at && dns_tsig_find(&t, msg, n) == DNS_TSIG_FOUND);
	c = (struct dns_tsig_session){ .key = &key };
	assert(dns_tsig_check(&c, &t, msg, 1000) == 0);
	msg[size % t.at < 2 ? 2 : 3] ^= 1;
	c = (struct dns_tsig_session){ .key = &key };
	assert(dns_tsig_check(&c, &t, msg, 1000) == DNS_BADSIG);
	return 0;
}
