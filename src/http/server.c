/* One connection of the server: input, deadlines, life; see server.h.
 * Answers are written by reply.c.
 *
 * Input is pulled: conn_input() runs while somebody wants what comes next, and
 * leaves the rest in the stream, which then stops reading. */
#include "http/server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "http/conn.h"
#include "http/reply.h"
#include "http/wire.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"

const struct http_times http_times_default = {
	.handshake = 10000, .head = 10000, .body = 30000, .idle = 120000, .write = 60000,
};

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops stream_ops = { on_data, on_event };

/* --- the end of things ------------------------------------------------------------- */

static void
req_clear(struct http_conn *c)
{
	struct http_req *rq = &c->rq;

	if (rq->body != NULL)
		explicit_bzero(rq->body, rq->size);	/* passwords come in bodies */
	free(rq->body);
	http_reply_free(rq);
	*rq = (struct http_req){ .conn = c };
}

/* The request will not be answered (further): tell whoever waits. */
static void
req_abort(struct http_conn *c)
{
	const struct http_handler *h = c->rq.h;
	void *arg = c->rq.arg;

	if (!c->rq.live)
		return;
	c->rq.live = false;
	c->rq.h = NULL;
	if (h != NULL)
		h->on_abort(arg);
}

static void
conn_free(struct http_conn *c)
{
	req_clear(c);
	io_stream_free(c->stream);
	io_timer_free(c->in_timer);
	io_timer_free(c->out_timer);
	http_wire_free(c->wire);
	io_later_cancel(&c->step);
	io_later_cancel(&c->gone);
	free(c);
}

static void
on_gone(void *arg)
{
	struct http_conn *c = arg;

	if (!c->closed_by_owner)
		c->ops->on_closed(c->arg);
	conn_free(c);
}

/* The memory stays until the next turn: callers up the stack still look at it. */
void
http_conn_end(struct http_conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	c->state = CONN_DEAD;
	io_stream_free(c->stream);
	c->stream = NULL;
	io_timer_stop(c->in_timer);
	io_timer_stop(c->out_timer);
	io_later_cancel(&c->step);
	io_later_call(&c->gone, c->loop);
	req_abort(c);
}

/* Send what is left, then wait a while for the client to close: closing on
 * unread bytes would reset the connection and destroy the answer on its way. */
static void
conn_finish(struct http_conn *c)
{
	if (c->peer_eof && io_stream_queued(c->stream) == 0) {
		http_conn_end(c);	/* both sides have said everything */
		return;
	}
	c->state = CONN_LINGER;
	io_stream_finish(c->stream);
	io_stream_resume(c->stream);
	io_timer_once(c->in_timer, HTTP_LINGER_MS);
}

/* Not HTTP, or too slow: one short answer if none has begun, then no more. */
static void
conn_refuse(struct http_conn *c, int status, const char *why)
{
	if (c->rq.live && c->rq.out != REQ_SILENT) {
		http_conn_end(c);
		return;
	}
	http_reply_refuse(c, status, why);
	req_abort(c);
	if (c->state != CONN_DEAD)
		conn_finish(c);
}

/* --- deadlines ------------------------------------------------------------------------ */

static void
time_idle(struct http_conn *c)
{
	c->timing_head = false;
	io_timer_once(c->in_timer, c->times->idle);
}

/* From the first byte on and never again for this head: trickling must not help. */
static void
time_head(struct http_conn *c)
{
	if (c->timing_head || !http_wire_busy(c->wire))
		return;
	c->timing_head = true;
	io_timer_once(c->in_timer, c->times->head);
}

static void
time_body(struct http_conn *c)
{
	io_timer_once(c->in_timer, c->times->body);
}

static void
on_in_timeout(void *arg)
{
	struct http_conn *c = arg;

	if (c->state == CONN_LINGER && io_stream_queued(c->stream) > 0)
		io_timer_once(c->in_timer, HTTP_LINGER_MS);	/* out_timer judges that */
	else if (c->state != CONN_OPEN)
		http_conn_end(c);
	else if (c->rq.live)
		conn_refuse(c, 408, "the body came too slowly");
	else if (http_wire_busy(c->wire))
		conn_refuse(c, 408, "the head came too slowly");
	else
		conn_finish(c);
}

/* Something must have left since the last look. */
static void
on_out_timeout(void *arg)
{
	struct http_conn *c = arg;
	size_t queued = io_stream_queued(c->stream);
	uint64_t sent = c->written > queued ? c->written - queued : 0;

	c->out_timing = false;
	if (queued == 0)
		return;
	if (sent <= c->sent) {
		http_conn_end(c);
		return;
	}
	c->sent = sent;
	c->out_timing = true;
	io_timer_once(c->out_timer, c->times->write);
}

int
http_conn_write(struct http_conn *c, const void *p, size_t n)
{
	int result = io_stream_write(c->stream, p, n);
	size_t queued = io_stream_queued(c->stream);

	if (result >= 0)
		c->written += n;
	if (queued > 0 && !c->out_timing) {
		c->sent = c->written > queued ? c->written - queued : 0;
		c->out_timing = true;
		io_timer_once(c->out_timer, c->times->write);
	}
	return result;
}

/* --- input ----------------------------------------------------------------------------- */

/* Is there anybody for the next step? A client that never reads its answers
 * gets no further requests taken. */
static bool
wants_input(const struct http_conn *c)
{
	if (c->state != CONN_OPEN)
		return false;
	if (!c->rq.live)
		return io_stream_queued(c->stream) <= IO_STREAM_LOW_WATER;
	return (c->rq.in == REQ_COLLECT || c->rq.in == REQ_STREAM || c->rq.in == REQ_DROP) && !c->rq.stalled;
}

static void
take_head(struct http_conn *c)
{
	req_clear(c);
	c->rq.live = true;
	c->rq.close = c->draining || !http_wire_head(c->wire)->keep_alive;
	io_timer_stop(c->in_timer);
	c->timing_head = false;
	c->ops->on_request(c->arg, &c->rq);
}

/* Room for n more. Not realloc(), which leaves the old bytes behind. */
static bool
grow_body(struct http_req *rq, size_t n)
{
	size_t size = rq->size > 0 ? rq->size : 4096;
	uint8_t *body;

	while (size < rq->n + n)
		size *= 2;
	body = malloc(size);
	if (body == NULL)
		return false;
	if (rq->body != NULL) {
		memcpy(body, rq->body, rq->n);
		explicit_bzero(rq->body, rq->size);
	}
	free(rq->body);
	rq->body = body;
	rq->size = size;
	return true;
}

static bool
collect(struct http_req *rq, struct str piece)
{
	if (rq->n + piece.n > rq->size && !grow_body(rq, piece.n))
		return false;
	memcpy(rq->body + rq->n, piece.p, piece.n);
	rq->n += piece.n;
	return true;
}

static size_t
collect_body(struct http_conn *c, struct str piece)
{
	if (piece.n > c->rq.max - c->rq.n)
		conn_refuse(c, 413, "the body is larger than this request may have");
	else if (!collect(&c->rq, piece))
		conn_refuse(c, 503, "out of memory");
	return piece.n;
}

/* The answer is known or on its way; the rest of a short body keeps the connection usable. */
static size_t
drop_body(struct http_conn *c, struct str piece)
{
	c->rq.n += piece.n;
	if (c->rq.n > HTTP_DROP_MAX) {
		c->rq.close = true;
		c->rq.in = REQ_READ;
		http_conn_settle(c);
	}
	return piece.n;
}

static size_t
stream_body(struct http_conn *c, struct str piece)
{
	size_t took = c->rq.h->on_chunk(c->rq.arg, &c->rq, (const uint8_t *)piece.p, piece.n);

	if (c->state == CONN_OPEN && c->rq.live && c->rq.in == REQ_STREAM && took < piece.n) {
		c->rq.stalled = true;
		io_timer_stop(c->in_timer);	/* the delay is ours */
	}
	return took;
}

/* The count taken of piece. */
static size_t
take_body(struct http_conn *c, struct str piece)
{
	c->rq.continued = true;
	time_body(c);
	switch (c->rq.in) {
	case REQ_COLLECT:
		return collect_body(c, piece);
	case REQ_STREAM:
		return stream_body(c, piece);
	default:
		return drop_body(c, piece);
	}
}

static void
take_end(struct http_conn *c)
{
	struct http_req *rq = &c->rq;
	enum req_input was = rq->in;

	rq->in = REQ_READ;
	io_timer_stop(c->in_timer);
	if (was == REQ_COLLECT)
		rq->h->on_body(rq->arg, rq, rq->n > 0 ? (struct str){ (const char *)rq->body, rq->n } : STR(""));
	else if (was == REQ_STREAM)
		rq->h->on_end(rq->arg, rq);
	else
		http_conn_settle(c);
}

/* One step. False when no further one makes sense with these bytes. */
static bool
take_step(struct http_conn *c, const uint8_t *p, size_t n, size_t *done)
{
	struct str body;
	const char *why;
	size_t took, used;
	int status;

	switch (http_wire_step(c->wire, p + *done, n - *done, &used, &body)) {
	case HTTP_STEP_HEAD:
		*done += used;
		take_head(c);
		return true;
	case HTTP_STEP_BODY:
		*done += used;
		took = take_body(c, body);
		http_wire_took(c->wire, took);
		*done += took;
		return took == body.n;
	case HTTP_STEP_END:
		*done += used;
		take_end(c);
		return true;
	case HTTP_STEP_MORE:
		*done += used;
		if (!c->rq.live)
			time_head(c);
		return false;
	default:
		status = http_wire_error(c->wire, &why);
		conn_refuse(c, status, why);
		return false;
	}
}

/* The count used of n bytes. */
static size_t
conn_input(struct http_conn *c, const uint8_t *p, size_t n)
{
	size_t done = 0;

	c->in_input = true;
	while (wants_input(c))
		if (!take_step(c, p, n, &done))
			break;
	c->in_input = false;
	if (c->state != CONN_LINGER)
		return done;
	c->lingered += n - done;
	if (c->lingered > HTTP_LINGER_MAX)
		http_conn_end(c);
	return n;
}

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	return conn_input(arg, p, n);
}

static const uint8_t none[1];

/* A step that needs no byte: the end of a body that is not there. */
static void
on_step(void *arg)
{
	struct http_conn *c = arg;

	(void)conn_input(c, none, 0);	/* of nothing, nothing is used */
	if (wants_input(c))
		io_stream_resume(c->stream);
}

/* Somebody wants input again. Inside conn_input() its loop sees that by itself. */
static void
step_later(struct http_conn *c)
{
	if (!c->in_input)
		io_later_call(&c->step, c->loop);
}

/* --- from request to request -------------------------------------------------------------- */

void
http_conn_settle(struct http_conn *c)
{
	bool close = c->rq.close || c->draining || c->peer_eof;

	if (c->state != CONN_OPEN || c->rq.in != REQ_READ || c->rq.out != REQ_ANSWERED)
		return;
	req_clear(c);
	if (close) {
		conn_finish(c);
		return;
	}
	http_wire_next(c->wire);
	time_idle(c);
	if (!c->in_input)
		io_stream_resume(c->stream);
}

/* A client that waits for 100 may never send; one that sends a lot is not worth reading. */
static bool
worth_dropping(const struct http_req *rq, const struct http_head *h)
{
	return !rq->close && (!h->expect_continue || rq->continued) &&
	    (h->framing == HTTP_CHUNKED || h->length <= HTTP_DROP_MAX);
}

void
http_conn_drop_body(struct http_conn *c)
{
	struct http_req *rq = &c->rq;
	const struct http_head *h = http_wire_head(c->wire);
	struct str body;
	size_t used;

	if (rq->in == REQ_READ)
		return;
	rq->stalled = false;
	rq->n = 0;
	rq->in = REQ_DROP;
	if (h->framing == HTTP_NO_BODY) {
		(void)http_wire_step(c->wire, none, 0, &used, &body);	/* END */
		rq->in = REQ_READ;
	} else if (!worth_dropping(rq, h)) {
		rq->close = true;
		rq->in = REQ_READ;
	} else {
		time_body(c);
		step_later(c);
	}
}

/* --- events --------------------------------------------------------------------------------- */

/* The client ended its direction. An answer of known length is still wanted; one without end was for somebody who has left.
 * TLS ends both directions at once. */
static void
on_eof(struct http_conn *c)
{
	c->peer_eof = true;
	if (c->state == CONN_LINGER) {
		if (io_stream_queued(c->stream) == 0)
			http_conn_end(c);
	} else if (c->tls || c->state != CONN_OPEN) {
		http_conn_end(c);
	} else if (c->rq.live && c->rq.in == REQ_DROP) {
		c->rq.close = true;
		c->rq.in = REQ_READ;
		http_conn_settle(c);
	} else if (http_wire_eof(c->wire) == HTTP_STEP_BAD) {
		conn_refuse(c, 400, "the request is not complete");
	} else if (!c->rq.live) {
		conn_finish(c);
	} else if (c->rq.out == REQ_STARTED && c->rq.chunked) {
		http_conn_end(c);
	}
}

static void
on_drained(struct http_conn *c)
{
	struct http_req *rq = &c->rq;

	if (rq->live && rq->out == REQ_FLUSHING)
		http_reply_push(c);
	else if (rq->live && rq->out == REQ_STARTED && rq->h != NULL && rq->h->on_drained != NULL)
		rq->h->on_drained(rq->arg, rq);
	else if (!rq->live)
		io_stream_resume(c->stream);
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct http_conn *c = arg;

	switch (ev) {
	case IO_STREAM_OPEN:
		c->state = CONN_OPEN;
		time_idle(c);
		break;
	case IO_STREAM_EOF:
		on_eof(c);
		break;
	case IO_STREAM_DRAINED:
		on_drained(c);
		break;
	case IO_STREAM_ERROR:
		http_conn_end(c);
		break;
	}
}

/* --- the connection ------------------------------------------------------------------------- */

struct http_conn *
http_conn_new(struct io_loop *l, int fd, const struct http_conn_conf *conf)
{
	struct http_conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = l;
	c->rq.conn = c;
	c->times = conf->times != NULL ? conf->times : &http_times_default;
	c->ops = conf->ops;
	c->arg = conf->arg;
	c->tls = conf->tls != NULL;
	c->state = c->tls ? CONN_HANDSHAKE : CONN_OPEN;
	io_later_init(&c->step, on_step, c);
	io_later_init(&c->gone, on_gone, c);
	c->wire = http_wire_requests();
	c->in_timer = io_timer_new(l, on_in_timeout, c);
	c->out_timer = io_timer_new(l, on_out_timeout, c);
	if (c->wire != NULL && c->in_timer != NULL && c->out_timer != NULL)
		c->stream = io_stream_new(l, fd, conf->tls, &stream_ops, c);
	if (c->stream == NULL) {
		conn_free(c);
		return NULL;
	}
	io_timer_once(c->in_timer, c->tls ? c->times->handshake : c->times->idle);
	return c;
}

void
http_conn_close(struct http_conn *c)
{
	if (c == NULL)
		return;
	c->closed_by_owner = true;
	http_conn_end(c);
}

void
http_conn_drain(struct http_conn *c)
{
	c->draining = true;
	if (c->state == CONN_HANDSHAKE)
		http_conn_end(c);
	else if (c->state == CONN_OPEN && !c->rq.live && !http_wire_busy(c->wire))
		conn_finish(c);
}

const char *
http_conn_server_name(const struct http_conn *c)
{
	return c->stream != NULL ? io_stream_server_name(c->stream) : NULL;
}

/* --- the request ------------------------------------------------------------------------------ */

const struct http_head *
http_req_head(const struct http_req *rq)
{
	return http_wire_head(rq->conn->wire);
}

void *
http_req_conn_arg(const struct http_req *rq)
{
	return rq->conn->arg;
}

static void
handle_by(struct http_req *rq, const struct http_handler *h, void *arg)
{
	rq->h = h;
	rq->arg = arg;
}

/* Begin to take the body. A client that waits for permission gets it now, when
 * its owner has looked at the head. */
static void
begin_body(struct http_req *rq, enum req_input in)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct http_conn *c = rq->conn;

	rq->in = in;
	if (http_req_head(rq)->expect_continue && !rq->continued) {
		rq->continued = true;
		(void)http_conn_write(c, go_on, sizeof(go_on) - 1);	/* a failure comes as an event */
	}
	if (http_req_head(rq)->framing != HTTP_NO_BODY)
		time_body(c);
	step_later(c);
}

bool
http_req_read(struct http_req *rq, size_t max, const struct http_handler *h, void *arg)
{
	const struct http_head *head = http_req_head(rq);

	assert(rq->live && rq->in == REQ_UNASKED && max <= HTTP_BODY_MAX);
	if (head->framing == HTTP_LENGTH && head->length > max) {
		http_reply_problem(rq, 413, "the body is larger than this request may have");
		return false;
	}
	handle_by(rq, h, arg);
	rq->max = max;
	begin_body(rq, REQ_COLLECT);
	return true;
}

void
http_req_stream(struct http_req *rq, const struct http_handler *h, void *arg)
{
	assert(rq->live && rq->in == REQ_UNASKED);
	handle_by(rq, h, arg);
	begin_body(rq, REQ_STREAM);
}

void
http_req_resume(struct http_req *rq)
{
	if (!rq->stalled)
		return;
	rq->stalled = false;
	time_body(rq->conn);
	io_stream_resume(rq->conn->stream);
}

void
http_req_wait(struct http_req *rq, const struct http_handler *h, void *arg)
{
	assert(rq->live);
	handle_by(rq, h, arg);
}
