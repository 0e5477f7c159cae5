/* Typed messages with descriptors; see channel.h. On the wire: the type in
 * two bytes, big-endian, then the payload; one datagram each. */
#include "io/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rd.h"
#include "base/wr.h"
#include "io/uv.h"

enum { TYPE = 2, FRAME_MAX = TYPE + IO_CHANNEL_MAX, READS_MAX = 64 };

/* A message that waits; frees with its descriptors. */
struct waiting {
	struct waiting *next;
	int fds[IO_CHANNEL_FDS];
	size_t nfds, n;
	uint8_t frame[];
};

struct io_channel {
	uv_poll_t poll;
	int fd;
	int armed;
	io_channel_cb *cb;
	void *arg;
	struct waiting *queue, **queue_end;
	size_t nqueue;
	bool over;	/* the owner has been told */
};

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(IO_CHANNEL_FDS * sizeof(int))];
};

static void on_ready(uv_poll_t *h, int status, int events);

static bool
is_closing(const struct io_channel *c)
{
	return uv_is_closing((const uv_handle_t *)&c->poll) != 0;
}

static void
close_all(int *fds, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);	/* a copy that nobody wanted */
}

static void
arm(struct io_channel *c)
{
	int want = c->over ? 0 : UV_READABLE | (c->queue != NULL ? UV_WRITABLE : 0);

	if (want == c->armed)
		return;
	c->armed = want;
	if (want == 0)
		(void)uv_poll_stop(&c->poll);	/* cannot fail */
	else
		(void)uv_poll_start(&c->poll, want, on_ready);	/* fails only on a closing handle */
}

/* --- sending -------------------------------------------------------------------- */

/* 0, -EAGAIN when the socket is full, or the failure. */
static int
send_frame(int fd, const uint8_t *frame, size_t n, const int *fds, size_t nfds)
{
	struct iovec iov = { (void *)(uintptr_t)frame, n };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;
	struct cmsghdr *c;

	if (nfds > 0) {
		memset(&control, 0, sizeof(control));
		h.msg_control = &control;
		h.msg_controllen = (socklen_t)CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (socklen_t)CMSG_LEN(nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nfds * sizeof(int));
	}
	while (sendmsg(fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		if (errno == EINTR)
			continue;
		return errno == EWOULDBLOCK || errno == ETOOMANYREFS ? -EAGAIN : -errno;
	}
	return 0;
}

static void
waiting_free(struct waiting *w)
{
	close_all(w->fds, w->nfds);
	free(w);
}

static struct waiting *
waiting_new(const uint8_t *frame, size_t n, const int *fds, size_t nfds)
{
	struct waiting *w = calloc(1, sizeof(*w) + n);

	if (w == NULL)
		return NULL;
	memcpy(w->frame, frame, n);
	w->n = n;
	for (; w->nfds < nfds; w->nfds++) {
		w->fds[w->nfds] = fcntl(fds[w->nfds], F_DUPFD_CLOEXEC, 0);
		if (w->fds[w->nfds] < 0) {
			waiting_free(w);
			return NULL;
		}
	}
	return w;
}

/* A failure here means that the other side is gone: reading will say so. */
static void
send_waiting(struct io_channel *c)
{
	struct waiting *w;

	while ((w = c->queue) != NULL) {
		if (send_frame(c->fd, w->frame, w->n, w->fds, w->nfds) == -EAGAIN)
			return;
		c->queue = w->next;
		if (c->queue == NULL)
			c->queue_end = &c->queue;
		c->nqueue--;
		waiting_free(w);
	}
}

static int
put_off(struct io_channel *c, const uint8_t *frame, size_t n, const int *fds, size_t nfds)
{
	struct waiting *w;

	if (c->nqueue == IO_CHANNEL_QUEUE)
		return -ENOBUFS;
	w = waiting_new(frame, n, fds, nfds);
	if (w == NULL)
		return -ENOMEM;
	*c->queue_end = w;
	c->queue_end = &w->next;
	c->nqueue++;
	arm(c);
	return 0;
}

int
io_channel_send(struct io_channel *c, uint16_t type, const void *p, size_t n,
    const int *fds, size_t nfds)
{
	uint8_t frame[FRAME_MAX];
	struct wr w;
	int error = -EAGAIN;

	if (n > IO_CHANNEL_MAX || nfds > IO_CHANNEL_FDS)
		return -EMSGSIZE;
	if (c->over)
		return -EPIPE;
	wr_init(&w, frame, sizeof(frame));
	wr_be16(&w, type);
	wr_bytes(&w, p, n);
	if (c->queue == NULL)
		error = send_frame(c->fd, frame, wr_len(&w), fds, nfds);
	return error == -EAGAIN ? put_off(c, frame, wr_len(&w), fds, nfds) : error;
}

/* --- receiving --------------------------------------------------------------------- */

/* Descriptors that came with a message. The kernel gives them to us whatever the
 * message is worth, so they are collected first; it puts all of them into one control message. */
static void
take_fds(struct msghdr *h, struct io_channel_msg *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);

	m->nfds = 0;
	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	m->nfds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (m->nfds > IO_CHANNEL_FDS)
		m->nfds = IO_CHANNEL_FDS;	/* control has no room for more */
	memcpy(m->fds, CMSG_DATA(c), m->nfds * sizeof(int));
}

/* The owner hears once that it is over, then never again. */
static void
end(struct io_channel *c, int error)
{
	c->over = true;
	c->cb(c->arg, NULL, error);
}

/* 1: one message was handed on; 0: none is there; or the failure, -EPIPE for the proper end. */
static int
receive(struct io_channel *c)
{
	uint8_t frame[FRAME_MAX + 1];
	struct iovec iov = { frame, sizeof(frame) };
	union control control;
	struct msghdr h = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct io_channel_msg m;
	struct rd r;
	ssize_t n = recvmsg(c->fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
	take_fds(&h, &m);
	if (n == 0 && m.nfds == 0)
		return -EPIPE;
	rd_init(&r, frame, (size_t)n);
	m.type = rd_be16(&r);
	m.n = rd_left(&r);
	m.p = rd_bytes(&r, m.n);
	if (!rd_ok(&r) || m.n > IO_CHANNEL_MAX || (h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		close_all(m.fds, m.nfds);
		return -EPROTO;
	}
	c->cb(c->arg, &m, 0);
	close_all(m.fds, m.nfds);
	return 1;
}

static void
on_ready(uv_poll_t *h, int status, int events)
{
	struct io_channel *c = h->data;
	int i, n = 1;

	(void)events;
	if (status < 0)
		c->armed = 0;		/* libuv has stopped watching */
	send_waiting(c);
	for (i = 0; i < READS_MAX && n > 0; i++) {
		n = receive(c);
		if (is_closing(c))
			return;
	}
	if (n < 0) {
		end(c, n == -EPIPE || n == -ECONNRESET ? 0 : n);
		if (is_closing(c))
			return;
	}
	arm(c);
}

/* --- life ------------------------------------------------------------------------------ */

struct io_channel *
io_channel_new(struct io_loop *l, int fd, io_channel_cb *cb, void *arg)
{
	struct io_channel *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->cb = cb;
	c->arg = arg;
	c->queue_end = &c->queue;
	if (uv_poll_init(io_loop_uv(l), &c->poll, fd) < 0) {
		free(c);
		return NULL;
	}
	c->poll.data = c;
	arm(c);
	return c;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
io_channel_free(struct io_channel *c)
{
	struct waiting *w, *next;

	if (c == NULL)
		return;
	for (w = c->queue; w != NULL; w = next) {
		next = w->next;
		waiting_free(w);
	}
	c->queue = NULL;
	uv_close((uv_handle_t *)&c->poll, on_closed);
	(void)close(c->fd);	/* the owner gives up what is unsent */
	c->fd = -1;
}

int
io_channel_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0 ? -errno : 0;
}
