/* Answers of the configuration protocol: read in one piece or octet by octet, they say the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wg/uapi_ask.h"

struct heard { size_t n; uint64_t rx; };

static void
hear(void *arg, const struct wg_uapi_news *news)
{
	struct heard *h = arg;

	assert(news->handshake_at >= 0);
	h->n++;
	h->rx += news->rx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wg_uapi_answer a = { 0 }, b = { 0 };
	struct heard x = { 0 }, y = { 0 };
	enum wg_uapi_read one, many = WG_UAPI_MORE;
	size_t used, one_octet, i;

	one = wg_uapi_read(&a, data, size, &used, hear, &x);
	for (i = 0; i < size && many == WG_UAPI_MORE; i++)
		many = wg_uapi_read(&b, data + i, 1, &one_octet, hear, &y);
	assert(one == many && used == i && x.n == y.n && x.rx == y.rx);
	assert(one != WG_UAPI_WHOLE || (a.has_code && a.code <= 0 && a.code == b.code));
	return 0;
}
