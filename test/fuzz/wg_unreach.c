/* Packets that cannot go on: silence, or a message of the same family to whoever sent it, which quotes it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wg/unreach.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[WG_UNREACH_MAX], none[1];
	const size_t n = wg_unreach(data, size, out), head = size > 0 && data[0] >> 4 == 4 ? 28 : 48;

	if (n == 0)
		return 0;
	assert(n >= head && n <= sizeof(out) && n - head <= size && out[0] >> 4 == data[0] >> 4);
	assert(memcmp(out + head, data, n - head) == 0);
	assert(head == 28 ? memcmp(out + 16, data + 12, 4) == 0 : memcmp(out + 24, data + 8, 16) == 0);
	assert(wg_unreach(out, n, none) == 0);		/* none about it */
	return 0;
}
