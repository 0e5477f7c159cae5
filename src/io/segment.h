/* Answers of one batch that go to the same socket and are equally long can
 * leave as one send, which the kernel cuts into datagrams again (UDP_SEGMENT,
 * Linux 4.18): one walk through the network stack in place of many. This finds
 * them; it does not send. */
#ifndef IO_SEGMENT_H
#define IO_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include "io/udp.h"

enum {
	IO_SEGMENT_END = 0xff,
	IO_SEGMENT_SIZE = 1232		/* of a datagram at most: fits every path unfragmented */
};

/* A group of messages of the batch: first, then next[] of each up to the end. */
struct io_segment {
	uint8_t first, last, count;
};

struct io_segments {
	size_t n;
	struct io_segment groups[IO_UDP_BATCH];
	uint8_t next[IO_UDP_BATCH];
};

/* Group the n messages that have an answer, in order of the first of each
 * group. single: every message for itself. */
void io_segments_find(struct io_segments *s, const struct io_udp_msg *msgs, size_t n, int single);

#endif /* IO_SEGMENT_H */
