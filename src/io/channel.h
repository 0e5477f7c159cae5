/* Typed messages between core and a role over a socketpair (SOCK_SEQPACKET):
 * a 16-bit type, a payload of at most IO_CHANNEL_MAX bytes and at most
 * IO_CHANNEL_FDS descriptors. The receiver validates everything (PRC-5); an
 * unknown or oversize message ends the channel. */
#ifndef IO_CHANNEL_H
#define IO_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

struct io_loop;
struct io_channel;

enum { IO_CHANNEL_MAX = 8192, IO_CHANNEL_FDS = 16, IO_CHANNEL_QUEUE = 1024 };

struct io_channel_msg {
	uint16_t type;
	const uint8_t *p;
	size_t n;
	int fds[IO_CHANNEL_FDS];	/* taken by setting the entry to -1; the rest is closed after the callback */
	size_t nfds;
};

/* msg NULL: the other side is gone (or broke the rules: error is -EPROTO). */
typedef void io_channel_cb(void *arg, struct io_channel_msg *msg, int error);

/* fd is owned on success. */
struct io_channel *io_channel_new(struct io_loop *l, int fd, io_channel_cb *cb, void *arg);
void io_channel_free(struct io_channel *c);

/* fds are duplicated into the message, the caller keeps its own. -ENOBUFS when IO_CHANNEL_QUEUE
 * messages wait already: droppable facts are then dropped and counted by the caller. */
int io_channel_send(struct io_channel *c, uint16_t type, const void *p, size_t n, const int *fds, size_t nfds);

int io_channel_pair(int fds[2]);	/* 0 or -errno; both close-on-exec, non-blocking */

#endif /* IO_CHANNEL_H */
