/* Replies of strangers' web servers (INP-9): what the reader makes of one does
 * not depend on how its octets arrive, and never is the body longer than they. */
#include <assert.h>
#include <string.h>

#include "io/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct body { size_t n; uint64_t sum; char location[64], etag[16]; };

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

static enum io_reply_step
read_in_steps(const uint8_t *p, size_t n, size_t step, struct io_reply *r, struct body *b)
{
	enum io_reply_step s = IO_REPLY_MORE;
	struct io_wanted wanted[] = { { "Location", b->location, sizeof(b->location) }, { "ETag", b->etag, sizeof(b->etag) } };
	size_t at;

	memset(b, 0, sizeof(*b));
	io_reply_init(r, on_body, b);
	r->wanted = wanted;
	r->nwanted = 2;
	r->to_head = n > 0 && p[n - 1] == 'H';
	for (at = 0; at < n && s == IO_REPLY_MORE; at += step)
		s = io_reply_feed(r, p + at, step < n - at ? step : n - at);
	r->wanted = NULL;	/* it ends here, r does not */
	assert(b->n <= n);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct io_reply whole, pieces;
	struct body one, other;
	enum io_reply_step s = read_in_steps(data, size, size + 1, &whole, &one);

	assert(read_in_steps(data, size, 1, &pieces, &other) == s);
	if (s == IO_REPLY_BAD)
		return 0;
	assert(one.n == other.n && one.sum == other.sum && whole.status == pieces.status);
	assert(strcmp(one.location, other.location) == 0 && strcmp(one.etag, other.etag) == 0);
	assert(io_reply_is_whole(&whole) || s == IO_REPLY_MORE);
	return 0;
}
