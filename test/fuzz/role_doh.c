/* Requests for /dns-query (RFC 8484 4.1): a message that is taken is written again as it came. */
#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "role/doh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t msg[DOH_MESSAGE_MAX], again[DOH_MESSAGE_MAX];
	static char text[4 + 2 * DOH_MESSAGE_MAX] = "dns=";
	size_t n, k;

	if (!doh_query_read((struct str){ (const char *)data, size }, msg, &n))
		return 0;
	assert(n <= sizeof(msg));
	assert(sodium_bin2base64(text + 4, sizeof(text) - 4, msg, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != NULL);
	assert(doh_query_read(str_of(text), again, &k));
	assert(k == n && memcmp(msg, again, n) == 0);
	return 0;
}
