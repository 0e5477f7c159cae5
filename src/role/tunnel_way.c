/* The UDP sockets of a tunnel; see tunnel_set.h. */
#include "role/tunnel_set.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <sodium.h>

#include "io/poll.h"
#include "io/udp.h"

static void
on_socket(void *arg, int events)
{
	struct tunnel_way *w = arg;

	tunnel_turn(w->of);
	if ((events & IO_WRITABLE) != 0)
		tunnel_flush(w->of);
	if (events != IO_WRITABLE)
		tunnel_read_socket(w);
	tunnel_turned(w->of);
}

void
tunnel_way_close(struct tunnel_way *w)
{
	io_poll_free(w->poll);
	if (w->fd >= 0)
		(void)close(w->fd);	/* it has nothing to say */
	free(w->room);
	if (w->bytes != NULL)
		sodium_memzero(w->bytes, w->used);	/* sealed, but for what was just being sealed */
	free(w->bytes);
	w->poll = NULL;
	w->fd = -1;
	w->room = w->bytes = NULL;
	w->used = w->nrows = w->nbundles = 0;
	w->full = false;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr_port at;

	return getsockname(fd, (struct sockaddr *)&ss, &len) == 0 && addr_from_sockaddr(&ss, &at) ? at.port : 0;
}

/* A bound socket of that family; the fd or -errno. */
static int
bound(uint8_t family, uint16_t port)
{
	const struct addr_port at = { .addr = { .len = family }, .port = port };
	int fd = io_udp_open(&at, 0), r = fd < 0 ? fd : io_bundle_prepare(fd);

	if (r < 0 && fd >= 0)
		(void)close(fd);	/* unused */
	return r < 0 ? r : fd;
}

static int
way_open(struct tunnel *t, struct tunnel_way *w, int fd)
{
	w->of = t;
	w->fd = fd;
	w->room = malloc((size_t)IO_BUNDLE_BATCH * IO_BUNDLE_ROOM);
	w->bytes = malloc(TUNNEL_BYTES);
	w->poll = io_poll_new(t->loop, fd, IO_READABLE, on_socket, w);
	if (w->room == NULL || w->bytes == NULL || w->poll == NULL) {
		tunnel_way_close(w);
		return -ENOMEM;
	}
	io_bundle_in_init(&w->in, fd, w->room);
	io_bundle_out_init(&w->out, fd);
	return 0;
}

/* A host without IPv6 has one socket. */
int
tunnel_listen(struct tunnel *t, uint16_t port)
{
	const bool was_full = t->four.full || t->six.full;
	int four = bound(4, port), six, r;

	if (four < 0)
		return four;
	port = port_of(four);
	six = bound(16, port);
	if (six < 0 && six != -EAFNOSUPPORT) {
		(void)close(four);	/* unused */
		return six;
	}
	tunnel_way_close(&t->four);
	tunnel_way_close(&t->six);
	r = way_open(t, &t->four, four);
	if (r == 0 && six >= 0)
		r = way_open(t, &t->six, six);
	if (was_full)
		tunnel_hear_device(t, true);
	t->uapi.port = port;
	return r;
}
