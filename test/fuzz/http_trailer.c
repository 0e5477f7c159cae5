/* Trailers of any bytes: what is read is fields that cannot end a line, and comes back from what is written. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/wr.h"
#include "http/trailer.h"

enum { MAX = 8192 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char buf[2 * MAX];
	struct http_trailers t, again;
	struct wr w;
	size_t i;

	(void)http_trailers_read((struct str){ (const char *)data, len < MAX ? len : MAX }, &t);
	assert(t.n <= HTTP_TRAILERS);
	for (i = 0; i < t.n; i++)
		assert(t.v[i].name.n > 0 && memchr(t.v[i].name.p, ':', t.v[i].name.n) == NULL && str_printable(t.v[i].value));
	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, &t);
	assert(wr_ok(&w));
	assert(http_trailers_read((struct str){ buf + 3, wr_len(&w) - 5 }, &again) && again.n == t.n);
	for (i = 0; i < t.n; i++)
		assert(str_eq(t.v[i].name, again.v[i].name) && str_eq(t.v[i].value, again.v[i].value));
	return 0;
}
