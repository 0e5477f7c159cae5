/* Key files (TLS-9): what is taken is a scalar of P-256, or fits where RSA keys are kept. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/p256.h"
#include "ca/key_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t key[CA_KEY_FILE_MAX], point[P256_POINT];
	size_t n;

	if (ca_key_file_read((struct str){ (const char *)data, size }, key, &n, NULL) < 0)
		return 0;
	assert(n == P256_KEY ? p256_public(key, point) : n > P256_KEY && n <= CA_KEY_FILE_MAX);
	return 0;
}
