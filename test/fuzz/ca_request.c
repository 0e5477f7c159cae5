/* Requests for certificates (TLS-9): what is taken names only what a
 * certificate may name, from within the request, and a certificate can be made of it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"
#include "ca/request.h"
#include "ca/scope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ca_request q;
	const char *begin = (const char *)data;
	struct rd r;
	size_t i;

	if (size > CA_REQUEST_MAX)
		return 0;
	rd_init(&r, data, size);
	if (ca_request_read(&r, &q, NULL) < 0)
		return 0;
	assert(q.nnames + q.naddrs <= CA_CERT_NAMES_MAX && q.key.n > q.key.nbits && q.key.n <= size);
	for (i = 0; i < q.nnames; i++)
		assert(ca_dns_name(q.names[i]) && q.names[i].p >= begin && q.names[i].p + q.names[i].n <= begin + size);
	for (i = 0; i < q.naddrs; i++)
		assert(q.addrs[i].len == 4 || q.addrs[i].len == 16);
	return 0;
}
