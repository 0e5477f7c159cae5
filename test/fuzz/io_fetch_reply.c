/* Replies of strangers' web servers (INP-9): what the reader makes of one does
 * not depend on how its octets arrive, and never is the body longer than they. */
#include <assert.h>
#include <string.h>

#include "io/fetch_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct body { size_t n; uint64_t sum; };

static bool
on_body(void *arg, const uint8_t *p, size_t n)
{
	struct body *b = arg;
	size_t i;

	for (i = 0; i < n; i++)
		b->sum = b->sum * 31 + p[i];
	b->n += n;
	return true;
}

static enum fetch_step
read_in_steps(const uint8_t *p, size_t n, size_t step, struct fetch_reply *r, struct body *b)
{
	enum fetch_step s = FETCH_MORE;
	size_t at;

	memset(b, 0, sizeof(*b));
	fetch_reply_init(r, on_body, b);
	for (at = 0; at < n && s == FETCH_MORE; at += step)
		s = fetch_reply_feed(r, p + at, step < n - at ? step : n - at);
	assert(b->n <= n);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fetch_reply whole, pieces;
	struct body one, other;
	enum fetch_step s = read_in_steps(data, size, size + 1, &whole, &one);

	assert(read_in_steps(data, size, 1, &pieces, &other) == s);
	if (s == FETCH_BAD)
		return 0;
	assert(one.n == other.n && one.sum == other.sum && whole.status == pieces.status);
	assert(strcmp(whole.location, pieces.location) == 0 && strcmp(whole.etag, pieces.etag) == 0);
	assert(fetch_reply_is_whole(&whole) || s == FETCH_MORE);
	return 0;
}
