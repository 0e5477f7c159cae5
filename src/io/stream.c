/* Byte streams, plain or TLS; see stream.h. turn() is the one driver: it is
 * run when the descriptor is ready and when something was put off, does what
 * can be done in either direction, tells the owner, and arms what it waits
 * for. Nothing else calls the owner. */
#include "io/stream_set.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/sock.h"
#include "io/tls_client.h"
#include "io/tls_engine.h"
#include "io/tls_server.h"

static void turn(struct io_stream *s);

void
io_stream_cut(struct io_stream *s, int error)
{
	if (!s->hears_out || s->connecting || (s->tls != NULL && !s->opened))
		io_stream_fail(s, error);
	else if (s->cut == 0)
		s->cut = error;
}

/* --- telling ----------------------------------------------------------------------- */

bool
io_stream_tell(struct io_stream *s, enum io_stream_event ev)
{
	s->ops->on_event(s->arg, ev);
	return !io_stream_is_closing(s);
}

/* What the engine's state says about the stream: a proper good-bye is an end,
 * everything else that stops it is a failure, also a cut without good-bye. */
static void
judge_tls(struct io_stream *s)
{
	if (s->error < 0)
		return;
	if (io_tls_is_over(s->tls)) {
		if (io_tls_error(s->tls) < 0)
			io_stream_fail(s, io_tls_error(s->tls));
		s->eof = true;
		io_stream_drop_rest(s);
	} else if (s->eof && !s->finish && s->cut == 0) {
		io_stream_fail(s, -ECONNRESET);
	}
}

/* Nobody watches the descriptor of one that was cut. */
static void
judge_cut(struct io_stream *s, bool unread)
{
	if (s->cut == 0 || s->error < 0)
		return;
	if (s->eof && !unread)
		io_stream_fail(s, s->cut);
	else if (!s->paused)
		io_later_call(&s->later, s->loop);
}

static bool
has_drained(const struct io_stream *s)
{
	return s->full && s->out.n < IO_STREAM_LOW_WATER;
}

static void
tell_rest(struct io_stream *s)
{
	const uint8_t *p;
	bool unread = s->rest != NULL || (s->tls != NULL && io_tls_text_in(s->tls, &p) > 0);

	judge_cut(s, unread);
	if (s->error < 0) {
		if (!s->error_told) {
			s->error_told = true;
			(void)io_stream_tell(s, IO_STREAM_ERROR);		/* the last thing done here */
		}
		return;
	}
	if (has_drained(s)) {
		s->full = false;
		if (!io_stream_tell(s, IO_STREAM_DRAINED))
			return;
	}
	if (s->eof && !unread && !s->eof_told) {
		s->eof_told = true;
		(void)io_stream_tell(s, IO_STREAM_EOF);			/* the same */
	}
}

/* --- the driver ----------------------------------------------------------------------- */

static int
wanted(struct io_stream *s)
{
	const uint8_t *p;

	if (io_stream_is_cut(s))
		return 0;
	if (s->connecting)
		return UV_WRITABLE;
	if (s->tls != NULL)
		return (io_stream_wants_records(s) ? UV_READABLE : 0) | (io_tls_record_out(s->tls, &p) > 0 ? UV_WRITABLE : 0);
	return (!s->paused && !s->eof ? UV_READABLE : 0) | (s->out.n > 0 && !s->held ? UV_WRITABLE : 0);
}

static void
on_ready(uv_poll_t *h, int status, int events)
{
	struct io_stream *s = h->data;
	int error;

	s->unwanted = (events & ~wanted(s) & UV_READABLE) != 0;
	if (status < 0) {
		s->armed = 0;	/* libuv has stopped watching */
		error = io_sock_error(s->fd);
		if (error < 0)
			io_stream_cut(s, error);
	}
	turn(s);
}

/* Owners often pause for less than a turn: reading is no longer watched only when something came that nobody wanted. */
static void
arm(struct io_stream *s)
{
	const int want = wanted(s);

	if (want == s->armed || (!s->unwanted && s->armed == (want | UV_READABLE)))
		return;
	s->armed = want;
	if (want == 0)
		(void)uv_poll_stop(&s->poll);	/* cannot fail */
	else
		(void)uv_poll_start(&s->poll, want, on_ready);	/* fails only on a closing handle */
}

/* What is found here is told on the next turn, never inside the call. */
void
io_stream_settle(struct io_stream *s)
{
	if (io_stream_is_cut(s) || has_drained(s))
		io_later_call(&s->later, s->loop);
	else
		arm(s);
}

/* The answer to connect() came. False when the stream is gone. */
static bool
connected(struct io_stream *s)
{
	int error;

	if (s->error < 0)
		return true;
	error = io_sock_error(s->fd);
	if (error < 0) {
		io_stream_fail(s, error);
		return true;
	}
	s->connecting = false;
	if (s->tls != NULL)
		return true;	/* the handshake begins */
	s->opened = true;
	return io_stream_tell(s, IO_STREAM_OPEN);
}

static void
turn(struct io_stream *s)
{
	if (s->connecting && !connected(s))
		return;
	io_stream_send_all(s);
	if (s->error == 0 && !s->connecting) {
		do {
			io_stream_read(s);
			if (io_stream_is_closing(s))
				return;
			io_stream_send_all(s);	/* handshake records, and what the owner wrote behind a full engine */
		} while (s->tls != NULL && s->rest != NULL && io_stream_wants_records(s));
	}
	if (s->tls != NULL) {
		if (!io_stream_tell_open(s))
			return;
		judge_tls(s);
	}
	tell_rest(s);
	if (!io_stream_is_closing(s))
		arm(s);
}

static void
on_later(void *arg)
{
	turn(arg);
}

static void
on_release(void *arg)
{
	io_stream_push(arg);
}

/* --- life ----------------------------------------------------------------------------- */

static struct io_stream *
stream_new(struct io_loop *l, int fd, const struct io_stream_ops *ops, void *arg)
{
	struct io_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->loop = l;
	s->fd = fd;
	s->ops = ops;
	s->arg = arg;
	io_queue_init(&s->out, IO_STREAM_QUEUE_MAX);
	io_later_init(&s->later, on_later, s);
	io_later_init(&s->release, on_release, s);
	if (uv_poll_init(io_loop_uv(l), &s->poll, fd) < 0) {
		free(s);
		return NULL;
	}
	s->poll.data = s;
	return s;
}

struct io_stream *
io_stream_new(struct io_loop *l, int fd, const struct io_tls_config *tls,
    const struct io_stream_ops *ops, void *arg)
{
	struct io_tls_engine *t = NULL;
	struct io_stream *s;

	if (tls != NULL) {
		t = io_tls_server_new(tls);
		if (t == NULL)
			return NULL;
	}
	s = stream_new(l, fd, ops, arg);
	if (s == NULL) {
		io_tls_engine_free(t);
		return NULL;
	}
	s->tls = t;
	arm(s);
	return s;
}

struct io_stream *
io_stream_connect_tls(struct io_loop *l, const struct addr_port *to,
    struct io_tls_client *tls, const char *name, const struct io_stream_ops *ops, void *arg)
{
	struct io_tls_engine *t = io_tls_client_engine(tls, name);
	struct io_stream *s = t == NULL ? NULL : io_stream_connect(l, to, ops, arg);

	if (s == NULL) {
		io_tls_engine_free(t);
		return NULL;
	}
	s->tls = t;
	return s;
}

struct io_stream *
io_stream_connect(struct io_loop *l, const struct addr_port *to,
    const struct io_stream_ops *ops, void *arg)
{
	const int fd = io_sock_connect(to);
	struct io_stream *s;

	if (fd < 0)
		return NULL;
	s = stream_new(l, fd, ops, arg);
	if (s == NULL) {
		(void)close(fd);	/* nothing was sent */
		return NULL;
	}
	s->connecting = true;
	arm(s);
	return s;
}

static void
on_closed(uv_handle_t *h)
{
	struct io_stream *s = h->data;

	io_tls_engine_free(s->tls);
	io_queue_clear(&s->out);
	free(s->rest);
	free(s);
}

void
io_stream_free(struct io_stream *s)
{
	if (s == NULL)
		return;
	io_later_cancel(&s->later);
	io_later_cancel(&s->release);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	(void)close(s->fd);	/* the caller drops what is unsent */
	s->fd = -1;
}

void
io_stream_finish(struct io_stream *s)
{
	s->finish = true;
	io_later_call(&s->later, s->loop);
}

/* --- pausing, asking --------------------------------------------------------------------- */

void
io_stream_pause(struct io_stream *s)
{
	s->paused = true;
	arm(s);
}

void
io_stream_hear_out(struct io_stream *s)
{
	s->hears_out = true;
}

void
io_stream_rest(struct io_stream *s)
{
	if (s->out.n > 0)
		return;
	io_queue_clear(&s->out);
	if (s->tls != NULL)
		io_tls_rest(s->tls);
}

void
io_stream_resume(struct io_stream *s)
{
	if (!s->paused)
		return;
	s->paused = false;
	io_later_call(&s->later, s->loop);
}

size_t
io_stream_queued(const struct io_stream *s)
{
	const uint8_t *p;

	return s->out.n + (s->tls != NULL ? io_tls_record_out(s->tls, &p) + io_tls_text_held(s->tls) : 0);
}

bool
io_stream_is_full(const struct io_stream *s)
{
	return s->full;
}

int
io_stream_error(const struct io_stream *s)
{
	return s->error;
}

const char *
io_stream_server_name(const struct io_stream *s)
{
	return s->tls != NULL ? io_tls_server_name(s->tls) : NULL;
}

const char *
io_stream_protocol(const struct io_stream *s)
{
	return s->tls != NULL ? io_tls_protocol(s->tls) : "";
}
