/* Requests as they come in; see request.h.
 *
 * Input is pulled: http_conn_input() runs while somebody wants what comes next,
 * and leaves the rest in the stream, which then stops reading. */
#include "http/request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "http/conn.h"
#include "http/reply.h"
#include "http/wire.h"
#include "io/stream.h"
#include "io/timer.h"

/* --- deadlines ------------------------------------------------------------------------ */

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
	http_req_clear(c);
	c->rq.live = true;
	c->rq.close = c->draining || !http_wire_head(c->wire)->keep_alive;
	io_timer_stop(c->in_timer);
	c->timing_head = false;
	c->ops->on_request(c->arg, &c->rq);
}

bool
http_req_collect(struct http_req *rq, struct str piece)
{
	if (!http_spool_put(&rq->body, piece.p, piece.n))
		return false;
	rq->n += piece.n;
	return true;
}

struct str
http_req_collected(const struct http_req *rq)
{
	return rq->body.n > 0 ? (struct str){ (const char *)http_spool_first(&rq->body), rq->body.n } : STR("");
}

static size_t
collect_body(struct http_conn *c, struct str piece)
{
	if (piece.n > c->rq.max - c->rq.n)
		http_conn_refuse(c, 413, "the body is larger than this request may have");
	else if (!http_req_collect(&c->rq, piece))
		http_conn_refuse(c, 503, "out of memory");
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
		rq->h->on_body(rq->arg, rq, http_req_collected(rq));
	else if (was == REQ_STREAM)
		rq->h->on_end(rq->arg, rq);
	else
		http_conn_settle(c);
}

/* After http_reply_switch() there are no steps, only bytes. */
static bool
take_raw(struct http_conn *c, const uint8_t *p, size_t n, size_t *done)
{
	const struct str rest = { (const char *)p + *done, n - *done };
	size_t took = rest.n == 0 ? 0 : stream_body(c, rest);

	*done += took;
	return took > 0 && took == rest.n;
}

/* One step. False when no further one makes sense with these bytes. */
static bool
take_step(struct http_conn *c, const uint8_t *p, size_t n, size_t *done)
{
	struct str body;
	const char *why;
	size_t took, used;
	int status;

	if (c->rq.raw)
		return take_raw(c, p, n, done);
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
		http_conn_refuse(c, status, why);
		return false;
	}
}

/* The count used of n bytes. */
size_t
http_conn_input(struct http_conn *c, const uint8_t *p, size_t n)
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

static const uint8_t none[1];

void
http_conn_step(struct http_conn *c)
{
	(void)http_conn_input(c, none, 0);	/* of nothing, nothing is used */
	if (wants_input(c))
		io_stream_resume(c->stream);
}

/* Somebody wants input again. Inside http_conn_input() its loop sees that by itself. */
static void
step_later(struct http_conn *c)
{
	if (!c->in_input)
		io_later_call(&c->step, c->loop);
}

/* --- from request to request -------------------------------------------------------------- */

void
http_req_release(struct http_req *rq)
{
	http_spool_clear(&rq->body);
	http_reply_free(rq);
}

void
http_req_clear(struct http_conn *c)
{
	http_req_release(&c->rq);
	c->rq = (struct http_req){ .conn = c };
}

void
http_conn_settle(struct http_conn *c)
{
	bool close = c->rq.close || c->draining || c->peer_eof;

	if (c->state != CONN_OPEN || c->rq.in != REQ_READ || c->rq.out != REQ_ANSWERED)
		return;
	http_req_clear(c);
	if (close) {
		http_conn_finish(c);
		return;
	}
	http_wire_next(c->wire);
	http_conn_time_idle(c);
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

	if (rq->raw)
		rq->in = REQ_READ;
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

void
http_conn_raw(struct http_conn *c)
{
	c->rq.raw = true;
	c->rq.in = REQ_STREAM;
	c->rq.stalled = false;
	io_timer_stop(c->in_timer);	/* who waits for whom is not known here */
	step_later(c);
}

/* --- the request ------------------------------------------------------------------------------ */

const struct http_head *
http_req_head(const struct http_req *rq)
{
	return rq->form != NULL ? rq->form->head(rq) : http_wire_head(rq->conn->wire);
}

bool
http_req_can_switch(const struct http_req *rq)
{
	return rq->form == NULL || http_req_head(rq)->connect;
}

const struct http_trailers *
http_req_trailers(const struct http_req *rq)
{
	return rq->form != NULL ? rq->form->trailers(rq) : http_wire_trailers(rq->conn->wire);
}

void
http_req_also(struct http_req *rq, const struct http_header *h)
{
	rq->also = h;
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
	if (rq->form != NULL) {
		rq->form->body(rq);
		return;
	}
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
	if (rq->form != NULL) {
		rq->form->resume(rq);
		return;
	}
	rq->stalled = false;
	if (!rq->raw)
		time_body(rq->conn);
	io_stream_resume(rq->conn->stream);
}

void
http_req_wait(struct http_req *rq, const struct http_handler *h, void *arg)
{
	assert(rq->live);
	handle_by(rq, h, arg);
}
