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

/* Handshakes have a share of the time, while data come a smaller one: each read is of IO_BUNDLE_BATCH messages, a forged one of
 * which takes up to 6 us. More of them wait in their queue, and at last are lost there; so a flood does not wake the tunnel
 * for each of its messages either, which would keep those from running whose data it is to have. */
enum { HELLOS_PER_MS = 4, HELLOS_BESIDE_DATA = 2, DATA_MS = 2 };

static void
hear_hellos(struct tunnel *t, bool hear)
{
	t->resting = !hear;
	if (t->four.hello.poll != NULL)
		io_poll_set(t->four.hello.poll, hear ? IO_READABLE : 0);
	if (t->six.hello.poll != NULL)
		io_poll_set(t->six.hello.poll, hear ? IO_READABLE : 0);
}

void
tunnel_hear_hellos(struct tunnel *t)
{
	t->hellos = 0;
	if (t->resting)
		hear_hellos(t, true);
}

static void
count_read(struct tunnel *t, const struct tunnel_ear *e)
{
	if (e == &t->four.data || e == &t->six.data)
		t->data_ms = t->now_ms;
	else if (++t->hellos >= (t->now_ms - t->data_ms < DATA_MS ? HELLOS_BESIDE_DATA : HELLOS_PER_MS))
		hear_hellos(t, false);
}

static void
on_socket(void *arg, int events)
{
	struct tunnel_ear *e = arg;

	tunnel_turn(e->of);
	if ((events & IO_WRITABLE) != 0)
		tunnel_flush(e->of);
	if (events != IO_WRITABLE) {
		tunnel_read_socket(e);
		count_read(e->of, e);
	}
	tunnel_turned(e->of);
}

static void
ear_close(struct tunnel_ear *e)
{
	io_poll_free(e->poll);
	if (e->fd >= 0)
		(void)close(e->fd);	/* it has nothing to say */
	free(e->room);
	e->poll = NULL;
	e->fd = -1;
	e->room = NULL;
}

void
tunnel_way_close(struct tunnel_way *w)
{
	ear_close(&w->data);
	ear_close(&w->hello);
	if (w->bytes != NULL)
		sodium_memzero(w->bytes, w->used);	/* sealed, but for what was just being sealed */
	free(w->bytes);
	w->bytes = NULL;
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
bound(uint8_t family, uint16_t port, bool joins)
{
	const struct addr_port at = { .addr = { .len = family }, .port = port };
	int fd = io_udp_open(&at, joins), r = fd < 0 ? fd : io_bundle_prepare(fd);

	if (r < 0 && fd >= 0)
		(void)close(fd);	/* unused */
	return r < 0 ? r : fd;
}

static int
ear_open(struct tunnel *t, struct tunnel_ear *e, int fd)
{
	e->of = t;
	e->fd = fd;
	e->room = malloc((size_t)IO_BUNDLE_BATCH * IO_BUNDLE_ROOM);
	e->poll = io_poll_new(t->loop, fd, IO_READABLE, on_socket, e);
	if (e->room == NULL || e->poll == NULL)
		return -ENOMEM;
	io_bundle_in_init(&e->in, fd, e->room);
	return 0;
}

/* The first socket stands alone until it is bound, so that a port that somebody has is refused; the second joins it. Where
 * that is not possible all is heard by the first. */
static int
hello_open(struct tunnel *t, struct tunnel_way *w, uint8_t family, uint16_t port)
{
	int fd = io_udp_share(w->data.fd);

	if (fd == 0)
		fd = bound(family, port, true);
	if (fd < 0)
		return 0;
	if (io_udp_by_octet(fd, WG_MESSAGE_DATA) == 0)
		return ear_open(t, &w->hello, fd);
	(void)close(fd);		/* before anybody knows the port */
	return 0;
}

static int
way_open(struct tunnel *t, struct tunnel_way *w, int fd, uint8_t family)
{
	int r = ear_open(t, &w->data, fd);

	w->bytes = malloc(TUNNEL_BYTES);
	if (r == 0)
		r = w->bytes == NULL ? -ENOMEM : hello_open(t, w, family, port_of(fd));
	if (r < 0)
		tunnel_way_close(w);
	else
		io_bundle_out_init(&w->out, fd);
	return r;
}

/* A host without IPv6 has one socket. */
int
tunnel_listen(struct tunnel *t, uint16_t port)
{
	const bool was_full = t->four.full || t->six.full;
	int four = bound(4, port, false), six, r;

	if (four < 0)
		return four;
	port = port_of(four);
	six = bound(16, port, false);
	if (six < 0 && six != -EAFNOSUPPORT) {
		(void)close(four);	/* unused */
		return six;
	}
	tunnel_way_close(&t->four);
	tunnel_way_close(&t->six);
	r = way_open(t, &t->four, four, 4);
	if (r == 0 && six >= 0)
		r = way_open(t, &t->six, six, 16);
	if (was_full)
		tunnel_hear_device(t, true);
	t->uapi.port = port;
	return r;
}
