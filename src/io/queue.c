/* Bytes that wait to be sent; see queue.h. */
#include "io/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MIN = 4 << 10, KEEP_MAX = 16 << 10 };

void
io_queue_init(struct io_queue *q, size_t max)
{
	memset(q, 0, sizeof(*q));
	q->max = max;
}

/* What waits here may be a session's cookie or a private page. */
void
io_queue_clear(struct io_queue *q)
{
	if (q->buf != NULL)
		explicit_bzero(q->buf, q->size);
	free(q->buf);
	io_queue_init(q, q->max);
}

/* Room for n more behind what waits. A new buffer instead of realloc(), which
 * would leave the old bytes behind in freed memory. */
static bool
grow(struct io_queue *q, size_t n)
{
	size_t size = q->size < SIZE_MIN ? SIZE_MIN : q->size;
	uint8_t *buf;

	while (size < q->n + n)
		size *= 2;
	buf = malloc(size);
	if (buf == NULL)
		return false;
	if (q->n > 0)
		memcpy(buf, q->buf + q->head, q->n);
	if (q->buf != NULL)
		explicit_bzero(q->buf, q->size);
	free(q->buf);
	q->buf = buf;
	q->size = size;
	q->head = 0;
	return true;
}

bool
io_queue_put(struct io_queue *q, const void *p, size_t n)
{
	if (n > q->max - q->n)
		return false;
	if (n == 0)
		return true;
	if (q->n + n > q->size) {
		if (!grow(q, n))
			return false;
	} else if (q->head + q->n + n > q->size) {
		memmove(q->buf, q->buf + q->head, q->n);
		q->head = 0;
	}
	memcpy(q->buf + q->head + q->n, p, n);
	q->n += n;
	return true;
}

const uint8_t *
io_queue_front(const struct io_queue *q)
{
	return q->buf + q->head;
}

void
io_queue_drop(struct io_queue *q, size_t n)
{
	assert(n <= q->n);
	q->n -= n;
	q->head = q->n == 0 ? 0 : q->head + n;
	if (q->n == 0 && q->size > KEEP_MAX)
		io_queue_clear(q);
}
