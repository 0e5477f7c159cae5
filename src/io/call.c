/* A connection to a server known by its name; see call.h. */
#include "io/call.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "io/resolve.h"
#include "io/sock.h"
#include "io/tls_call.h"
#include "io/tls_client.h"
#include "io/url.h"
#include "io/wait.h"
#include "sys/clk.h"

struct io_call {
	int fd;
	uint64_t deadline_ms;
	struct io_tls_call *tls;	/* NULL: plain */
};

static int
wait_connected(int fd, uint64_t deadline_ms)
{
	uint64_t until = clk_system.mono_ms(&clk_system) + IO_CALL_CONNECT_MS;
	int error = io_wait(fd, POLLOUT, until < deadline_ms ? until : deadline_ms);

	return error < 0 ? error : io_sock_error(fd);
}

/* A connected socket, or a negative errno. */
static int
dial(const struct addr_port *to, uint64_t deadline_ms)
{
	int fd = io_sock_connect(to), error = fd < 0 ? fd : wait_connected(fd, deadline_ms);

	if (fd < 0 || error == 0)
		return fd;
	(void)close(fd);	/* nothing was sent */
	return error;
}

static int
dial_any(const struct io_call_to *to, struct err *e)
{
	struct addr v[IO_CALL_ADDRESSES];
	int n = io_resolve(&to->resolver, to->at->host, v, IO_CALL_ADDRESSES, to->deadline_ms), i, fd = -EAFNOSUPPORT;

	if (n < 0)
		return err_set(e, ERR_REMOTE, n == -ENOENT ? "there is no host %s" : "the name %s cannot be resolved",
		    to->at->host);
	for (i = 0; i < n && fd < 0; i++)
		if (to->family == 0 || to->family == v[i].len)
			fd = dial(&(struct addr_port){ .addr = v[i], .port = to->at->port }, to->deadline_ms);
	return fd >= 0 ? fd : err_set(e, ERR_REMOTE, "%s cannot be reached: %s", to->at->host, strerror(-fd));
}

int
io_call_open(struct io_call **out, const struct io_call_to *to, struct err *e)
{
	struct io_call *c = calloc(1, sizeof(*c));
	int r = 0;

	*out = NULL;
	if (c == NULL)
		return err_sys(e, -ENOMEM, "connect");
	c->deadline_ms = to->deadline_ms;
	c->fd = dial_any(to, e);
	if (c->fd < 0)
		r = c->fd;
	else if (!to->at->plain && (r = io_tls_call_open(&c->tls, c->fd, to->tls, to->at->host, to->deadline_ms)) < 0)
		r = err_set(e, ERR_REMOTE, r == -ETIMEDOUT ? "%s is too slow" : "%s: %s", to->at->host, io_tls_error_text(r));
	if (r < 0) {
		io_call_close(c);
		return r;
	}
	*out = c;
	return 0;
}

static int
plain_write(struct io_call *c, const uint8_t *p, size_t n)
{
	ssize_t k;
	int r = 0;

	while (n > 0 && r == 0) {
		k = io_sock_send(c->fd, p, n);
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		} else {
			r = k != -EAGAIN ? (int)k : io_wait(c->fd, POLLOUT, c->deadline_ms);
		}
	}
	return r;
}

static ssize_t
plain_read(struct io_call *c, void *p, size_t n)
{
	ssize_t k;
	int r;

	while ((r = io_wait(c->fd, POLLIN, c->deadline_ms)) == 0) {
		k = io_sock_receive(c->fd, p, n);
		if (k != -EAGAIN)
			return k;
	}
	return r;
}

int
io_call_write(struct io_call *c, const void *p, size_t n)
{
	return c->tls != NULL ? io_tls_call_write(c->tls, p, n) : plain_write(c, p, n);
}

ssize_t
io_call_read(struct io_call *c, void *p, size_t n)
{
	return c->tls != NULL ? io_tls_call_read(c->tls, p, n) : plain_read(c, p, n);
}

void
io_call_close(struct io_call *c)
{
	if (c == NULL)
		return;
	io_tls_call_close(c->tls);
	if (c->fd >= 0)
		(void)close(c->fd);	/* all has been read */
	free(c);
}
