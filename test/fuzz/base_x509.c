/* Certificates of strangers: what is read lies within the bytes, and is the same when it is read again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
within(struct x509_bytes b, const uint8_t *data, size_t size)
{
	assert(b.n == 0 || (b.p >= data && b.p + b.n <= data + size));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct x509 c, again;
	struct x509_bytes n, e;
	size_t i;

	if (!x509_read(data, size, &c))
		return 0;
	assert(c.nnames + c.naddrs <= X509_NAMES_MAX && c.serial.n > 0 && c.tbs.n < size);
	within(c.tbs, data, size);
	within(c.public_key, data, size);
	within(c.key_bits, data, size);
	within(c.signature, data, size);
	within(c.key_id, data, size);
	within(c.authority_key_id, data, size);
	for (i = 0; i < c.nnames; i++)
		within((struct x509_bytes){ (const uint8_t *)c.names[i].p, c.names[i].n }, data, size);
	if (x509_rsa_read(c.key_bits, &n, &e)) {
		within(n, data, size);
		within(e, data, size);
	}
	assert(x509_read(data, size, &again) && again.nnames == c.nnames && again.not_after == c.not_after &&
	    x509_bytes_eq(again.public_key, c.public_key));
	assert(!x509_read(data, size - 1, &again));
	return 0;
}
