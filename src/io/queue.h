/* Bytes that wait to be sent: a buffer that grows to a limit and starts
 * again from its beginning when it has run empty. */
#ifndef IO_QUEUE_H
#define IO_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct io_queue {
	uint8_t *buf;
	size_t head, n, size;	/* n bytes wait from buf[head] on */
	size_t max;
};

void io_queue_init(struct io_queue *q, size_t max);
void io_queue_clear(struct io_queue *q);	/* drops and wipes everything */

/* False when they do not fit below max or memory is out: then nothing was taken. */
bool io_queue_put(struct io_queue *q, const void *p, size_t n);

const uint8_t *io_queue_front(const struct io_queue *q);	/* q->n bytes */
void io_queue_drop(struct io_queue *q, size_t n);		/* the first n were sent */

#endif /* IO_QUEUE_H */
