/* Byte streams, plain or TLS; see stream.h. turn() is the one driver: it is
 * run when the descriptor is ready and when something was put off, does what
 * can be done in either direction, tells the owner, and arms what it waits
 * for. Nothing else calls the owner. */
#include "io/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/later.h"
#include "io/queue.h"
#include "io/sock.h"
#include "io/tls_client.h"
#include "io/tls_engine.h"
#include "io/tls_server.h"
#include "io/uv.h"

enum {
	READS_MAX = 4,			/* per turn, so that one fast sender does not starve the rest */
	RECORDS_MAX = 32 << 10,		/* octets of records in one read; what a paused owner leaves of them stays in memory */
	HOLD_MAX = 16 << 10		/* a record's worth is not held back */
};

struct io_stream {
	uv_poll_t poll;
	struct io_loop *loop;
	int fd;
	int armed;			/* UV_READABLE | UV_WRITABLE */
	bool unwanted;			/* it was readable, and nobody reads */
	const struct io_stream_ops *ops;
	void *arg;
	struct io_tls_engine *tls;	/* NULL: plain */
	struct io_queue out;		/* plain text that waits */
	uint8_t *rest;			/* plain: what the owner did not take; TLS: what the engine did not, yet */
	size_t nrest;
	struct io_later later, release;	/* a turn; the end of holding back */
	int error, cut;			/* cut: nothing goes out any more, and that is the error once all is read */
	bool hears_out;
	bool connecting, opened;
	bool paused;
	bool eof, eof_told, error_told;
	bool held;			/* writes are collected */
	bool full;			/* the owner waits for IO_STREAM_DRAINED */
	bool finish, finished;		/* wanted; done */
};

static void turn(struct io_stream *s);

static bool
is_closing(const struct io_stream *s)
{
	return uv_is_closing((const uv_handle_t *)&s->poll) != 0;
}

static void
fail(struct io_stream *s, int error)
{
	if (s->error == 0)
		s->error = error;
}

static bool
is_cut(const struct io_stream *s)
{
	return s->error < 0 || s->cut < 0;
}

/* The other side has cut the connection. */
static void
cut(struct io_stream *s, int error)
{
	if (!s->hears_out || s->connecting || (s->tls != NULL && !s->opened))
		fail(s, error);
	else if (s->cut == 0)
		s->cut = error;
}

/* --- sending ------------------------------------------------------------------- */

/* The count that went out, 0 when the socket is full or the stream failed. */
static size_t
send_some(struct io_stream *s, const uint8_t *p, size_t n)
{
	ssize_t k = io_sock_send(s->fd, p, n);

	if (k >= 0)
		return (size_t)k;
	if (k != -EAGAIN)
		cut(s, (int)k);
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

static void
send_all(struct io_stream *s)
{
	if (s->connecting || s->held || is_cut(s))
		return;
	if (s->tls != NULL)
		send_tls(s);
	else
		send_plain(s);
	send_end(s);
}

/* --- receiving ------------------------------------------------------------------ */

/* Keep what was left; it may lie in rest itself. */
static void
keep_rest(struct io_stream *s, const uint8_t *p, size_t n)
{
	if (s->rest == NULL) {
		s->rest = malloc(n);
		if (s->rest == NULL) {
			fail(s, -ENOMEM);
			return;
		}
	}
	memmove(s->rest, p, n);
	s->nrest = n;
}

static void
drop_rest(struct io_stream *s)
{
	free(s->rest);
	s->rest = NULL;
	s->nrest = 0;
}

/* Give the owner n plain bytes. False when it is gone or wants no more now. */
static bool
deliver(struct io_stream *s, const uint8_t *p, size_t n)
{
	size_t took = s->ops->on_data(s->arg, p, n);

	if (is_closing(s))
		return false;
	if (took < n) {
		keep_rest(s, p + took, n - took);
		s->paused = true;
	}
	return took >= n && !s->paused;
}

static bool
deliver_rest(struct io_stream *s)
{
	size_t n = s->nrest;
	bool more;

	if (s->rest == NULL)
		return true;
	s->nrest = 0;
	more = deliver(s, s->rest, n);
	if (is_closing(s))
		return false;
	if (s->nrest == 0)
		drop_rest(s);
	return more;
}

/* One read from the socket. The count; 0 at its end (eof is set), when it is empty, or broken. */
static size_t
receive(struct io_stream *s, uint8_t *p, size_t n)
{
	ssize_t k = io_sock_receive(s->fd, p, n);

	if (k > 0)
		return (size_t)k;
	if (k == 0 || s->cut < 0)
		s->eof = true;		/* all was read of what there is */
	else if (k != -EAGAIN)
		fail(s, (int)k);
	return 0;
}

static void
read_plain(struct io_stream *s)
{
	uint8_t *p = io_loop_scratch(s->loop);
	size_t n;
	int i;

	if (s->paused || !deliver_rest(s))
		return;
	for (i = 0; i < READS_MAX && !s->eof; i++) {
		n = receive(s, p, IO_LOOP_SCRATCH);
		if (n == 0 || !deliver(s, p, n) || n < IO_LOOP_SCRATCH)
			return;
	}
}

/* Each event at most once; false when the owner has freed the stream in it. */
static bool
tell(struct io_stream *s, enum io_stream_event ev)
{
	s->ops->on_event(s->arg, ev);
	return !is_closing(s);
}

static bool
tell_open(struct io_stream *s)
{
	if (s->opened || !io_tls_is_open(s->tls))
		return true;
	s->opened = true;
	return tell(s, IO_STREAM_OPEN);
}

/* Text that the engine holds; what the owner does not take stays there. */
static bool
deliver_text(struct io_stream *s)
{
	const uint8_t *p;
	size_t n, took;

	if (!tell_open(s))
		return false;
	while (!s->paused && (n = io_tls_text_in(s->tls, &p)) > 0) {
		took = s->ops->on_data(s->arg, p, n);
		if (is_closing(s))
			return false;
		io_tls_text_taken(s->tls, took);
		if (took < n)
			s->paused = true;
	}
	return true;
}

/* The handshake goes on however long the owner pauses; but each of its answers
 * is out before the next record is looked at. Browsers send their request right
 * behind their Finished (RFC 7918), and the engine refuses data before it
 * has sent its own. */
static bool
wants_records(struct io_stream *s)
{
	const uint8_t *out;
	uint8_t *p;
	bool open = io_tls_is_open(s->tls);

	if (s->eof || s->error < 0 || (open && s->paused))
		return false;
	return (open || io_tls_record_out(s->tls, &out) == 0) && io_tls_record_room(s->tls, &p) > 0;
}

/* Hand the engine what it takes of n bytes, and the owner their text; how many those were. SIZE_MAX: the stream is gone. */
static size_t
feed(struct io_stream *s, const uint8_t *p, size_t n)
{
	size_t room, done = 0;
	uint8_t *to;

	if (s->held)
		io_tls_flush(s->tls);	/* a record that comes may have to be answered by one of another kind */
	while (done < n && wants_records(s)) {
		room = io_tls_record_room(s->tls, &to);
		if (room > n - done)
			room = n - done;
		memcpy(to, p + done, room);
		io_tls_record_came(s->tls, room);
		done += room;
		if (!deliver_text(s))
			return SIZE_MAX;
	}
	return done;
}

/* The same with what was left over before. False: there still is some, or the stream is gone. */
static bool
feed_rest(struct io_stream *s)
{
	uint8_t *rest = s->rest;
	size_t took;

	if (rest == NULL)
		return true;
	took = feed(s, rest, s->nrest);
	if (took == SIZE_MAX)
		return false;
	s->nrest -= took;
	memmove(rest, rest + took, s->nrest);
	if (s->nrest > 0)
		return false;
	drop_rest(s);
	return true;
}

/* Records are read many at a time, not head and body of each for itself. */
static void
read_tls(struct io_stream *s)
{
	uint8_t *p = io_loop_scratch(s->loop);
	size_t n, took;
	int i;

	if (!deliver_text(s) || !feed_rest(s))
		return;
	for (i = 0; i < READS_MAX && wants_records(s); i++) {
		n = receive(s, p, RECORDS_MAX);
		took = feed(s, p, n);
		if (took == SIZE_MAX)
			return;
		if (took < n)
			keep_rest(s, p + took, n - took);
		if (n < RECORDS_MAX)
			return;
	}
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
			fail(s, io_tls_error(s->tls));
		s->eof = true;
		drop_rest(s);
	} else if (s->eof && !s->finish && s->cut == 0) {
		fail(s, -ECONNRESET);
	}
}

/* --- telling ----------------------------------------------------------------------- */

/* Nobody watches the descriptor of one that was cut. */
static void
judge_cut(struct io_stream *s, bool unread)
{
	if (s->cut == 0 || s->error < 0)
		return;
	if (s->eof && !unread)
		fail(s, s->cut);
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
			(void)tell(s, IO_STREAM_ERROR);		/* the last thing done here */
		}
		return;
	}
	if (has_drained(s)) {
		s->full = false;
		if (!tell(s, IO_STREAM_DRAINED))
			return;
	}
	if (s->eof && !unread && !s->eof_told) {
		s->eof_told = true;
		(void)tell(s, IO_STREAM_EOF);			/* the same */
	}
}

/* --- the driver ----------------------------------------------------------------------- */

static int
wanted(struct io_stream *s)
{
	const uint8_t *p;

	if (is_cut(s))
		return 0;
	if (s->connecting)
		return UV_WRITABLE;
	if (s->tls != NULL)
		return (wants_records(s) ? UV_READABLE : 0) | (io_tls_record_out(s->tls, &p) > 0 ? UV_WRITABLE : 0);
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
			cut(s, error);
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

/* The answer to connect() came. False when the stream is gone. */
static bool
connected(struct io_stream *s)
{
	int error;

	if (s->error < 0)
		return true;
	error = io_sock_error(s->fd);
	if (error < 0) {
		fail(s, error);
		return true;
	}
	s->connecting = false;
	if (s->tls != NULL)
		return true;	/* the handshake begins */
	s->opened = true;
	return tell(s, IO_STREAM_OPEN);
}

static void
turn(struct io_stream *s)
{
	if (s->connecting && !connected(s))
		return;
	send_all(s);
	if (s->error == 0 && !s->connecting) {
		do {
			if (s->tls != NULL)
				read_tls(s);
			else
				read_plain(s);
			if (is_closing(s))
				return;
			send_all(s);	/* handshake records, and what the owner wrote behind a full engine */
		} while (s->tls != NULL && s->rest != NULL && wants_records(s));
	}
	if (s->tls != NULL) {
		if (!tell_open(s))
			return;
		judge_tls(s);
	}
	tell_rest(s);
	if (!is_closing(s))
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

/* What is found here is told on the next turn, never inside the call. */
static void
settle(struct io_stream *s)
{
	if (is_cut(s) || has_drained(s))
		io_later_call(&s->later, s->loop);
	else
		arm(s);
}

int
io_stream_write(struct io_stream *s, const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t done;

	if (is_cut(s) || s->finish || (s->tls != NULL && s->eof))
		return -EPIPE;
	if (n > IO_STREAM_QUEUE_MAX - s->out.n) {
		s->full = true;
		return -ENOSPC;
	}
	done = write_through(s, b, n);
	if (s->error == 0 && !io_queue_put(&s->out, b + done, n - done))
		fail(s, -ENOMEM);
	if (s->held && s->out.n >= HOLD_MAX)
		io_stream_push(s);
	else
		settle(s);
	if (is_cut(s))
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
	send_all(s);
	settle(s);
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
