/* TLS by calls that wait; see tls_call.h. */
#include "io/tls_call.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "io/tls_client.h"
#include "io/tls_engine.h"
#include "io/wait.h"

struct io_tls_call {
	struct io_tls_engine *tls;
	int fd;
	uint64_t deadline_ms;
};

/* Everything the engine has for the network. */
static int
send_records(struct io_tls_call *t)
{
	const uint8_t *p;
	ssize_t k;
	size_t n;
	int error;

	while ((n = io_tls_record_out(t->tls, &p)) > 0) {
		k = send(t->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (k >= 0)
			io_tls_record_sent(t->tls, (size_t)k);
		else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		else if ((error = io_wait(t->fd, POLLOUT, t->deadline_ms)) < 0)
			return error;
	}
	return 0;
}

/* One read from the network. */
static int
receive_records(struct io_tls_call *t)
{
	int error = io_wait(t->fd, POLLIN, t->deadline_ms);
	uint8_t *p;
	size_t n;
	ssize_t k;

	if (error < 0)
		return error;
	n = io_tls_record_room(t->tls, &p);
	if (n == 0)
		return 0;
	k = recv(t->fd, p, n, MSG_DONTWAIT);
	if (k == 0)
		return -ECONNRESET;	/* no good-bye: somebody may have cut it */
	if (k > 0)
		io_tls_record_came(t->tls, (size_t)k);
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		return -errno;
	return 0;
}

/* Out with what there is, then in with something. 0, or why it is over: the
 * engine's reason, or 1 after a proper end. */
static int
turn(struct io_tls_call *t)
{
	int error = send_records(t);

	if (error == 0 && !io_tls_is_over(t->tls))
		error = receive_records(t);
	if (error == 0 && io_tls_is_over(t->tls))
		error = io_tls_error(t->tls) < 0 ? io_tls_error(t->tls) : 1;
	return error;
}

int
io_tls_call_open(struct io_tls_call **out, int fd, struct io_tls_client *c, const char *name,
    uint64_t deadline_ms)
{
	struct io_tls_call *t = calloc(1, sizeof(*t));
	int error = 0;

	*out = NULL;
	if (t == NULL)
		return -ENOMEM;
	t->fd = fd;
	t->deadline_ms = deadline_ms;
	t->tls = io_tls_client_engine(c, name);
	if (t->tls == NULL)
		error = -EINVAL;
	/* The last words are ours when a session is resumed: nothing more is to be waited for then. */
	while (error == 0 && (error = send_records(t)) == 0 && !io_tls_is_open(t->tls))
		error = turn(t);
	if (error == 0) {
		*out = t;
		return 0;
	}
	io_tls_engine_free(t->tls);
	free(t);
	return error == 1 ? -ECONNRESET : error;
}

void
io_tls_call_until(struct io_tls_call *t, uint64_t deadline_ms)
{
	t->deadline_ms = deadline_ms;
}

int
io_tls_call_write(struct io_tls_call *t, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint8_t *to;
	size_t k;
	int error = 0;

	while (error == 0 && n > 0) {
		if (io_tls_is_over(t->tls))
			return -EPIPE;
		k = io_tls_text_room(t->tls, &to);
		k = k < n ? k : n;
		if (k > 0) {
			memcpy(to, b, k);
			io_tls_text_put(t->tls, k);
			b += k;
			n -= k;
		}
		if (n == 0)
			io_tls_flush(t->tls);
		error = send_records(t);
	}
	return error;
}

ssize_t
io_tls_call_read(struct io_tls_call *t, void *p, size_t n)
{
	const uint8_t *from;
	size_t k;
	int error;

	while ((k = io_tls_text_in(t->tls, &from)) == 0)
		if ((error = turn(t)) != 0)
			return error == 1 ? 0 : error;
	k = k < n ? k : n;
	memcpy(p, from, k);
	io_tls_text_taken(t->tls, k);
	return (ssize_t)k;
}

void
io_tls_call_close(struct io_tls_call *t)
{
	const uint8_t *p;
	size_t n;

	if (t == NULL)
		return;
	io_tls_finish(t->tls);
	n = io_tls_record_out(t->tls, &p);
	if (n > 0)
		(void)send(t->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);	/* a courtesy */
	io_tls_engine_free(t->tls);
	free(t);
}
