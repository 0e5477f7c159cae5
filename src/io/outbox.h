/* A batch of datagrams on its way out: one sendmmsg, where equally long ones to
 * the same socket are one send (segment.h). For io/udp.c. */
#ifndef IO_OUTBOX_H
#define IO_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "io/segment.h"

struct io_udp_msg;

/* Octets that the outbox needs behind the control data of each head. */
#define IO_OUTBOX_CONTROL CMSG_SPACE(sizeof(uint16_t))

struct io_outbox {
	int fd;
	bool single;		/* this way out cannot cut a send into datagrams */
	struct mmsghdr out[IO_UDP_BATCH];
	struct iovec iov[IO_UDP_BATCH];
	struct io_segments segments;
};

/* Send those of the batch's messages (IO_UDP_BATCH at most) that have an
 * answer: msgs[i].out to the name, with the control data, of heads[i]. What
 * cannot go is dropped: datagrams are asked for again. */
void io_outbox_send(struct io_outbox *o, const struct io_udp_msg *msgs, const struct mmsghdr *heads, size_t batch);

#endif /* IO_OUTBOX_H */
