/* What goes out of a stream; see stream_set.h. */
#include "io/stream_set.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "io/sock.h"
#include "io/tls_engine.h"

enum { HOLD_MAX = 16 << 10 };		/* a record's worth is not held back */

/* --- sending ------------------------------------------------------------------- */

/* The count that went out, 0 when the socket is full or the stream failed. */
static size_t
send_some(struct io_stream *s, const uint8_t *p, size_t n)
{
	ssize_t k = io_sock_send(s->fd, p, n);

	if (k >= 0)
		return (size_t)k;
	if (k != -EAGAIN)
		io_stream_cut(s, (int)k);
	return 0;
}

static void
send_plain(struct io_stream *s)
{
	size_t k;

	while (s->error == 0 && s->out.n > 0) {
		k = send_some(s, io_queue_front(&s->out), s->out.n);
		if (k == 0)
			return;
		io_queue_drop(&s->out, k);
	}
}

static void
send_records(struct io_stream *s)
{
	const uint8_t *p;
	size_t k, n;

	while (s->error == 0 && (n = io_tls_record_out(s->tls, &p)) > 0) {
		k = send_some(s, p, n);
		if (k == 0)
			return;
		io_tls_record_sent(s->tls, k);
	}
}

/* Hand the engine what fits of n bytes; how many those were. */
static size_t
seal_some(struct io_stream *s, const void *p, size_t n)
{
	uint8_t *to;
	size_t room = io_tls_text_room(s->tls, &to);

	if (n > room)
		n = room;
	if (n == 0)
		return 0;
	memcpy(to, p, n);
	io_tls_text_put(s->tls, n);
	return n;
}

static void
send_tls(struct io_stream *s)
{
	size_t k;

	if (s->out.n == 0)
		io_tls_flush(s->tls);	/* what was held */
	send_records(s);
	while (s->error == 0 && s->out.n > 0) {
		k = seal_some(s, io_queue_front(&s->out), s->out.n);
		if (k == 0)
			return;
		io_queue_drop(&s->out, k);
		if (s->out.n == 0)
			io_tls_flush(s->tls);
		send_records(s);
	}
}

/* Everything is out: end our direction. */
static void
send_end(struct io_stream *s)
{
	const uint8_t *p;

	if (!s->finish || s->finished || s->out.n > 0 || s->error < 0)
		return;
	if (s->tls != NULL) {
		io_tls_finish(s->tls);
		send_records(s);
		if (io_tls_record_out(s->tls, &p) > 0)
			return;
	}
	s->finished = true;
	(void)shutdown(s->fd, SHUT_WR);	/* fails only when the peer is gone, which reading will tell */
}

void
io_stream_send_all(struct io_stream *s)
{
	if (s->connecting || s->held || io_stream_is_cut(s))
		return;
	if (s->tls != NULL)
		send_tls(s);
	else
		send_plain(s);
	send_end(s);
}

/* --- writing --------------------------------------------------------------------------- */

/* What can go at once without a copy into the queue. TLS collects what is held in the record it will be part of. */
static size_t
write_through(struct io_stream *s, const uint8_t *p, size_t n)
{
	size_t k, done = 0;

	if (s->connecting || s->out.n > 0 || (s->held && s->tls == NULL))
		return 0;
	if (s->tls == NULL)
		return send_some(s, p, n);
	while (s->error == 0 && done < n && (k = seal_some(s, p + done, n - done)) > 0) {
		done += k;
		if (done == n && !s->held)
			io_tls_flush(s->tls);
		send_records(s);
	}
	return done;
}

int
io_stream_write(struct io_stream *s, const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t done;

	if (io_stream_is_cut(s) || s->finish || (s->tls != NULL && s->eof))
		return -EPIPE;
	if (n > IO_STREAM_QUEUE_MAX - s->out.n) {
		s->full = true;
		return -ENOSPC;
	}
	done = write_through(s, b, n);
	if (s->error == 0 && !io_queue_put(&s->out, b + done, n - done))
		io_stream_fail(s, -ENOMEM);
	if (!s->held)
		io_stream_settle(s);
	else if (s->out.n >= HOLD_MAX)
		io_stream_push(s);	/* which settles; else the release does */
	if (io_stream_is_cut(s))
		return -EPIPE;
	if (s->out.n <= IO_STREAM_LOW_WATER)
		return 0;
	s->full = true;
	return 1;
}

void
io_stream_hold(struct io_stream *s)
{
	s->held = true;
	io_later_call(&s->release, s->loop);
}

void
io_stream_push(struct io_stream *s)
{
	if (!s->held)
		return;
	s->held = false;
	io_later_cancel(&s->release);
	io_stream_send_all(s);
	io_stream_settle(s);
}
