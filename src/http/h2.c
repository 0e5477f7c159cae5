/* The HTTP/2 side of a connection: what it holds, input, output, deadlines; see h2.h. */
#include "http/h2.h"

#include <stdlib.h>
#include <nghttp2/nghttp2.h>

#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"

/* --- what is held ----------------------------------------------------------------- */

bool
h2_may_hold(const struct http2 *h, size_t n)
{
	const struct http_budget *b = h->conn->budget;

	return b == NULL || h->held + n <= HTTP_OWN_BYTES || (b->used <= b->max && n <= b->max - b->used);
}

void
h2_charge(struct http2 *h, size_t n)
{
	if (h->conn->budget != NULL)
		h->conn->budget->used += n;
}

static void
give_back(struct http2 *h, size_t n)
{
	if (h->conn->budget != NULL)
		h->conn->budget->used -= n;
}

void
h2_hold(struct h2_stream *s, size_t n)
{
	s->held += n;
	s->h2->held += n;
	h2_charge(s->h2, n);
}

/* Who waits for others of the connection does so no longer than it is over its own share. */
void
h2_let_go(struct h2_stream *s, size_t n)
{
	struct http2 *h = s->h2;

	s->held -= n;
	h->held -= n;
	give_back(h, n);
	if (h->starved && h->held <= HTTP_OWN_BYTES / 2) {
		h->starved = false;
		io_later_call(&h->conn->step, h->conn->loop);
	}
}

/* --- what is over --------------------------------------------------------------------- */

static void
stream_free(struct h2_stream *s)
{
	struct http2 *h = s->h2;

	if (s->body.n > 0)
		(void)nghttp2_session_consume_connection(h->session, s->body.n);	/* else the window would shrink for good */
	h->queued -= s->queue.n;
	h2_let_go(s, s->held);
	h->heads -= s->head.size;
	h->nstreams--;
	http_spool_clear(&s->body);
	http_spool_clear(&s->queue);
	http_spool_clear(&s->behind);
	h2_fields_clear(&s->fields);
	h2_head_clear(&s->head);
	http_req_release(&s->rq);
	free(s);
}

static void
sweep(struct http2 *h)
{
	struct h2_stream **at = &h->streams, *s;

	while ((s = *at) != NULL) {
		if (!s->closed) {
			at = &s->next;
			continue;
		}
		h2_stream_abort(s);
		*at = s->next;
		stream_free(s);
	}
}

void
http2_abort(struct http2 *h)
{
	struct h2_stream *s;

	for (s = h->streams; s != NULL; s = s->next)
		h2_stream_abort(s);
}

/* --- output ------------------------------------------------------------------------------ */

ssize_t
http2_send(struct http2 *h)
{
	struct http_conn *c = h->conn;
	const uint8_t *p;
	ssize_t n = 0;

	io_stream_hold(c->stream);
	while (!io_stream_is_full(c->stream) && (n = nghttp2_session_mem_send(h->session, &p)) > 0)
		if (http_conn_write(c, p, (size_t)n) != 0)
			break;		/* IO_STREAM_DRAINED or an error comes */
	return n;
}

static void
flush(struct http2 *h)
{
	const ssize_t n = http2_send(h);

	io_stream_push(h->conn->stream);
	if (n < 0)
		http_conn_end(h->conn);
}

/* Idle is what has no request, whatever else it says. */
static void
set_timer(struct http2 *h)
{
	const enum h2_timing next = h->leaving == H2_NOTICE ? H2_TIMES_NOTICE : h->nstreams == 0 ? H2_TIMES_IDLE : H2_TIMES_STREAMS;
	struct http_conn *c = h->conn;

	if (h->timing == next)
		return;
	h->timing = next;
	c->rests = false;
	if (next == H2_TIMES_IDLE)
		http_conn_time_idle(c);
	else
		io_timer_once(c->in_timer, next == H2_TIMES_NOTICE ? H2_NOTICE_MS : c->times->body);
}

static bool
is_over(const struct http2 *h)
{
	const bool silent = nghttp2_session_want_write(h->session) == 0;

	return silent && ((h->leaving == H2_LEAVES && h->nstreams == 0) || nghttp2_session_want_read(h->session) == 0);
}

void
http2_step(struct http2 *h)
{
	struct http_conn *c = h->conn;
	struct h2_stream *s;

	for (s = h->streams; s != NULL && c->state == CONN_OPEN; s = s->next)
		h2_stream_step(s);
	if (c->state == CONN_OPEN)
		sweep(h);
	if (c->state == CONN_OPEN)
		flush(h);
	if (c->state != CONN_OPEN)
		return;
	sweep(h);		/* what that was the last frame of */
	if (c->state == CONN_OPEN && is_over(h))
		http_conn_finish(c);
	else if (c->state == CONN_OPEN)
		set_timer(h);
}

/* --- input ---------------------------------------------------------------------------------- */

/* Not HTTP/2, a flood, or out of memory. */
static void
give_up(struct http2 *h, bool flood)
{
	(void)nghttp2_session_terminate_session(h->session, flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
	flush(h);
	if (h->conn->state != CONN_OPEN)
		return;
	http2_abort(h);
	http_conn_finish(h->conn);
}

size_t
http2_input(struct http2 *h, const uint8_t *p, size_t n)
{
	ssize_t done = nghttp2_session_mem_recv(h->session, p, n);

	if (done < 0)
		give_up(h, done == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS || done == NGHTTP2_ERR_FLOODED);
	else
		http2_step(h);
	return n;
}

/* --- what nobody wants ----------------------------------------------------------------------------- */

static void
on_stop(void *arg)
{
	struct http2 *h = arg;

	h->stopping = false;
	if (h->conn->state == CONN_OPEN)
		http2_step(h);
}

/* Streams stop in the order in which they began to wait, but for some ms. */
void
h2_stop_at(struct h2_stream *s)
{
	struct http2 *h = s->h2;
	const uint64_t now = io_loop_now_ms(h->conn->loop);

	if (h->stopping)
		return;
	h->stopping = true;
	io_timer_once(h->stop, s->stop_ms > now ? s->stop_ms - now : 1);
}

/* --- deadlines -------------------------------------------------------------------------------- */

/* May the client send? Bodies that others have not taken fill the window of the connection. */
static bool
has_window(const struct http2 *h)
{
	return nghttp2_session_get_local_window_size(h->session) > 0;
}

/* Does the client owe it something: a head, a body, room? */
static bool
owes(const struct h2_stream *s)
{
	const bool reading = s->rq.in != REQ_UNASKED && s->rq.in != REQ_READ && !s->rq.raw;

	return !s->headed || (reading && !s->ended && !s->gave_up && s->body.n == 0 && has_window(s->h2)) ||
	    s->queue.n > 0 || s->rq.nrest > 0;
}

static void
look(struct h2_stream *s)
{
	bool sending = s->rq.out != REQ_SILENT;

	s->still = s->moved || !owes(s) ? 0 : s->still + 1;
	s->moved = false;
	if (s->still < (sending ? 2u : 1u))
		return;
	h2_stream_reset(s, NGHTTP2_CANCEL);
	s->still = 0;
}

void
h2_leave(struct http2 *h)
{
	int32_t last = nghttp2_session_get_last_proc_stream_id(h->session);

	h->leaving = H2_LEAVES;
	(void)nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, NULL, 0);	/* a courtesy */
}

void
http2_timeout(struct http2 *h)
{
	struct http_conn *c = h->conn;
	struct h2_stream *s;

	if (h->leaving == H2_NOTICE) {
		h2_leave(h);
	} else if (h->nstreams == 0) {
		http2_drain(h);
	} else {
		for (s = h->streams; s != NULL; s = s->next)
			look(s);
		io_timer_once(c->in_timer, c->times->body);
	}
	http2_step(h);
}

void
http2_drain(struct http2 *h)
{
	if (h->leaving != H2_STAYS)
		return;
	h->leaving = H2_NOTICE;
	if (nghttp2_submit_shutdown_notice(h->session) != 0)
		h2_leave(h);	/* out of memory */
	io_later_call(&h->conn->step, h->conn->loop);
}

/* --- life ------------------------------------------------------------------------------- */

struct http2 *
http2_new(struct http_conn *c)
{
	struct http2 *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->conn = c;
	h->timing = H2_TIMES_IDLE;
	h->stop = io_timer_new(c->loop, on_stop, h);
	h->period_ms = io_loop_now_ms(c->loop);
	if (h->stop != NULL && h2_session_open(h))
		return h;
	http2_free(h);
	return NULL;
}

void
http2_free(struct http2 *h)
{
	struct h2_stream *s;

	if (h == NULL)
		return;
	while ((s = h->streams) != NULL) {
		h->streams = s->next;
		stream_free(s);
	}
	if (h->wide)
		give_back(h, H2_CONN_WINDOW);
	nghttp2_session_del(h->session);
	io_timer_free(h->stop);
	free(h);
}
