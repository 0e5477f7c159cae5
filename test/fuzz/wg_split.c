/* What a TUN device might say, head and packet: whatever it is, segments stay in their places, there are as many as the
 * octets allow, and together they carry the payload unchanged. The first octet is the room for each. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wg/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t room = size > 0 ? data[0] * 8u : 0, n = size > 1 + WG_VNET ? size - 1 - WG_VNET : 0;
	const uint8_t *packet = data + 1 + WG_VNET;
	size_t len, done = 0;
	struct wg_split s;
	uint8_t *out;

	if (size < 1 + WG_VNET || !wg_split_start(&s, data + 1, packet, n, room))
		return 0;
	out = malloc(room);
	assert(out != NULL);
	while ((len = wg_split_peek(&s)) > 0) {
		const size_t got = wg_split_next(&s, out);

		assert(got == len && len <= room);
		if (!wg_split_is_cut(&s)) {
			assert(len == n);
			done = n;
			continue;
		}
		assert(memcmp(out + s.heads.payload, packet + s.heads.payload + done, len - s.heads.payload) == 0);
		done += len - s.heads.payload;
	}
	assert(done == (wg_split_is_cut(&s) ? n - s.heads.payload : n));
	free(out);
	return 0;
}
