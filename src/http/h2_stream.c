/* One request of HTTP/2 and its answer; see h2.h. The functions of
 * http/request.h and http/reply.h end here by h2_form. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <nghttp2/nghttp2.h>

#include "base/wr.h"
#include "http/body.h"	/* HTTP_TRAILERS_MAX */
#include "http/h2.h"
#include "http/reply.h"
#include "http/status.h"
#include "io/later.h"
#include "io/loop.h"

enum {
	PIECE_MAX = 256 << 10,
	THROUGH_MIN = 8 << 10,		/* less is collected with what else is due */
	FIELDS_MAX = HTTP_HEADERS_MAX + 32,
	NAME_MAX = 256,
	NUMBERS = 32			/* a status and a length */
};

static struct h2_stream *
of(const struct http_req *rq)
{
	return (struct h2_stream *)(uintptr_t)rq;	/* rq is its first member */
}

/* Handlers and output come from the loop. */
static void
step_later(struct http_req *rq)
{
	io_later_call(&rq->conn->step, rq->conn->loop);
}

void
h2_stream_reset(struct h2_stream *s, uint32_t error)
{
	(void)nghttp2_submit_rst_stream(s->h2->session, NGHTTP2_FLAG_NONE, s->id, error);	/* else by the deadline */
}

void
h2_stream_abort(struct h2_stream *s)
{
	const struct http_handler *h = s->rq.h;

	s->rq.live = false;
	s->rq.h = NULL;
	if (h != NULL)
		h->on_abort(s->rq.arg);
}

/* --- the request's body --------------------------------------------------------- */

static void
took(struct h2_stream *s, size_t n)
{
	http_spool_took(&s->body, n);
	(void)nghttp2_session_consume(s->h2->session, s->id, n);	/* out of memory: the client waits, and is cut */
}

static void
refuse_body(struct h2_stream *s, int status, const char *why)
{
	const struct http_handler *h = s->rq.h;
	void *arg = s->rq.arg;

	s->rq.h = NULL;
	if (s->rq.out == REQ_SILENT)
		http_reply_problem(&s->rq, status, why);
	else
		http_reply_cut(&s->rq);
	if (h != NULL)
		h->on_abort(arg);
}

static void
collect(struct h2_stream *s)
{
	const struct str piece = { (const char *)http_spool_first(&s->body), s->body.n };

	if (piece.n > s->rq.max - s->rq.n) {
		refuse_body(s, 413, "the body is larger than this request may have");
	} else if (!h2_may_hold(s->h2, piece.n) || !http_req_collect(&s->rq, piece)) {
		refuse_body(s, 503, "out of memory");
	} else {
		h2_hold(s, piece.n);
		took(s, piece.n);
	}
}

static void
hand_over(struct h2_stream *s)
{
	size_t n = s->body.n, done = s->rq.h->on_chunk(s->rq.arg, &s->rq, http_spool_first(&s->body), n);

	if (s->rq.conn->state != CONN_OPEN)
		return;
	if (s->rq.in == REQ_STREAM && done < n)
		s->rq.stalled = true;
	took(s, done);
}

/* The answer is known or on its way. Who is to stop gets no more window, others of the connection do. */
static void
drop(struct h2_stream *s)
{
	const size_t n = s->body.n;

	s->rq.n += n;
	if (s->stop_ms == 0) {
		took(s, n);
		return;
	}
	http_spool_took(&s->body, n);
	(void)nghttp2_session_consume_connection(s->h2->session, n);	/* as in took() */
}

static void
finish_body(struct h2_stream *s)
{
	struct http_req *rq = &s->rq;
	enum req_input was = rq->in;

	rq->in = REQ_READ;
	if (was == REQ_COLLECT)
		rq->h->on_body(rq->arg, rq, http_req_collected(rq));
	else if (was == REQ_STREAM)
		rq->h->on_end(rq->arg, rq);
}

static bool
wants_body(const struct h2_stream *s)
{
	const struct http_req *rq = &s->rq;

	return rq->conn->state == CONN_OPEN && !rq->stalled &&
	    (rq->in == REQ_COLLECT || rq->in == REQ_STREAM || rq->in == REQ_DROP);
}

/* For another protocol: the request is its head, what comes behind is for after the answer. */
static bool
is_asking(const struct h2_stream *s)
{
	return s->head.head.connect && !s->rq.raw;
}

static void
step_body(struct h2_stream *s)
{
	if (wants_body(s) && s->rq.in != REQ_DROP && is_asking(s)) {
		finish_body(s);
		return;
	}
	while (wants_body(s) && s->body.n > 0) {
		s->moved = true;
		if (s->rq.in == REQ_COLLECT)
			collect(s);
		else if (s->rq.in == REQ_STREAM)
			hand_over(s);
		else
			drop(s);
	}
	if (wants_body(s) && s->body.n == 0 && s->ended)
		finish_body(s);
}

/* Who sends a little more is let finish. */
static bool
is_unwanted(const struct h2_stream *s)
{
	const struct http_req *rq = &s->rq;

	return s->answered && !s->ended && !s->stopped && rq->in == REQ_DROP &&
	    (s->gave_up || s->head.head.connect || rq->n > HTTP_DROP_MAX || (!rq->continued && s->head.head.expect_continue));
}

/* Who waits for permission, or sends a lot, learns that nobody wants it (RFC 9113 8.1); nginx and h2o say so too. Who goes on
 * sending gets no more window, and has a second to read the answer. */
static void
stop_body(struct h2_stream *s)
{
	const uint64_t now = io_loop_now_ms(s->rq.conn->loop);

	if (!is_unwanted(s))
		return;
	if (s->stop_ms == 0)
		s->stop_ms = s->gave_up ? now : now + H2_STOP_MS;
	if (now < s->stop_ms) {
		h2_stop_at(s);
		return;
	}
	s->stopped = true;
	h2_stream_reset(s, NGHTTP2_NO_ERROR);
}

/* A stream that the client has reset gets no further calls but on_abort(). */
void
h2_stream_step(struct h2_stream *s)
{
	struct http_req *rq = &s->rq;

	if (!s->headed || s->closed)
		return;
	if (!s->offered) {
		s->offered = true;
		if (s->refusal.status != 0)
			http_reply_problem(rq, s->refusal.status, s->refusal.why);
		else
			rq->conn->ops->on_request(rq->conn->arg, rq);
	}
	step_body(s);
	stop_body(s);
	if (rq->conn->state != CONN_OPEN || !s->waiting || s->queue.n > H2_QUEUE_LOW)
		return;
	s->waiting = false;
	if (rq->out == REQ_STARTED && rq->h != NULL && rq->h->on_drained != NULL)
		rq->h->on_drained(rq->arg, rq);
}

static const struct http_head *
head(const struct http_req *rq)
{
	return &of(rq)->head.head;
}

static void
take_body(struct http_req *rq)
{
	static uint8_t name[] = ":status", value[] = "100";
	static const nghttp2_nv go_on = { name, value, sizeof(name) - 1, sizeof(value) - 1, NGHTTP2_NV_FLAG_NONE };
	struct h2_stream *s = of(rq);

	if (s->head.head.expect_continue && !rq->continued && s->body.n == 0 && !s->ended)
		(void)nghttp2_submit_headers(s->h2->session, NGHTTP2_FLAG_NONE, s->id, NULL, &go_on, 1, NULL);	/* a courtesy */
	rq->continued = true;
	s->moved = true;
	step_later(rq);
}

static void
resume(struct http_req *rq)
{
	rq->stalled = false;
	of(rq)->moved = true;
	step_later(rq);
}

static void
drop_body(struct http_req *rq)
{
	rq->stalled = false;
	rq->n = 0;
	if (rq->in != REQ_READ)
		rq->in = REQ_DROP;
}

/* --- the answer's head ------------------------------------------------------------ */

struct fields {
	nghttp2_nv v[FIELDS_MAX];
	size_t n;
	struct wr w;			/* our values, in numbers */
	char numbers[NUMBERS];
};

/* Not the 5 KB of its fields: few are used. */
static void
fields_init(struct fields *f)
{
	f->n = 0;
	wr_init(&f->w, f->numbers, sizeof(f->numbers));
}

/* The library takes copies, of names in lower case, and writes to neither. */
static void
add(struct fields *f, struct str name, struct str value)
{
	if (f->n < FIELDS_MAX && name.n <= NAME_MAX)
		f->v[f->n++] = (nghttp2_nv){ (uint8_t *)(uintptr_t)name.p, (uint8_t *)(uintptr_t)value.p, name.n, value.n,
		    NGHTTP2_NV_FLAG_NONE };
}

/* A value that lives as long as f. */
static struct str
print(struct fields *f, uint64_t v)
{
	struct str s = { (const char *)f->w.p, wr_len(&f->w) };

	wr_decimal(&f->w, v);
	s.n = wr_len(&f->w) - s.n;
	return s;
}

static void
add_length(struct fields *f, struct http_req *rq, int status, int64_t length)
{
	if (http_status_bodyless(status))
		return;
	rq->counted = length >= 0;
	rq->left = length >= 0 ? (uint64_t)length : 0;
	if (rq->counted)
		add(f, STR("content-length"), print(f, rq->left));
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *buf, size_t n, uint32_t *flags,
    nghttp2_data_source *source, void *arg);

static void
submit(struct http_req *rq, const struct http_answer *a, int64_t length)
{
	const nghttp2_data_provider body = { .read_callback = on_read };
	struct h2_stream *s = of(rq);
	struct fields f;
	size_t i;

	assert(a->status >= 200 && a->status <= 599);
	fields_init(&f);
	rq->bodyless = head(rq)->method == HTTP_HEAD || http_status_bodyless(a->status);
	add(&f, STR(":status"), print(&f, (uint64_t)a->status));
	add(&f, STR("date"), str_of(http_conn_date(rq->conn)));
	add_length(&f, rq, a->status, length);
	if (rq->also != NULL)
		add(&f, rq->also->name, rq->also->value);
	for (i = 0; i < a->nheaders; i++)
		if (http_reply_passes(rq, &a->headers[i]))
			add(&f, a->headers[i].name, a->headers[i].value);
	s->moved = true;
	s->refuses = a->status >= 300;
	if (nghttp2_submit_response(s->h2->session, s->id, f.v, f.n, rq->bodyless || length == 0 ? NULL : &body) != 0)
		h2_stream_reset(s, NGHTTP2_INTERNAL_ERROR);
	step_later(rq);
}

/* --- the answer's body -------------------------------------------------------------- */

/* What is next of it. */
static struct str
front(const struct h2_stream *s)
{
	if (s->rq.nrest > 0)
		return (struct str){ s->rq.rest, s->rq.nrest };
	if (s->queue.n > 0)
		return (struct str){ (const char *)http_spool_first(&s->queue), s->queue.n };
	return (struct str){ (const char *)s->direct, s->ndirect };
}

static void
drop_queue(struct h2_stream *s, size_t n)
{
	http_spool_took(&s->queue, n);
	s->h2->queued -= n;
	h2_let_go(s, n);
	if (s->waiting && s->queue.n <= H2_QUEUE_LOW)
		step_later(&s->rq);
}

/* n of front() are out. */
static void
drop_front(struct h2_stream *s, size_t n)
{
	struct http_req *rq = &s->rq;

	if (rq->nrest > 0) {
		rq->rest += n;
		rq->nrest -= n;
	} else if (s->queue.n > 0) {
		drop_queue(s, n);
	} else {
		s->direct += n;
		s->ndirect -= n;
	}
}

static bool
submit_trailers(struct h2_stream *s)
{
	struct fields f;
	size_t i;

	fields_init(&f);
	for (i = 0; i < s->trailers.n; i++)
		add(&f, s->trailers.v[i].name, s->trailers.v[i].value);
	return nghttp2_submit_trailer(s->h2->session, s->id, f.v, f.n) == 0;
}

/* How much goes into the next frame; h2_stream_send() puts it there. */
static ssize_t
on_read(nghttp2_session *session, int32_t id, uint8_t *buf, size_t n, uint32_t *flags,
    nghttp2_data_source *source, void *arg)
{
	struct h2_stream *s = nghttp2_session_get_stream_user_data(session, id);
	const struct str next = front(s);

	(void)buf;
	(void)source;
	(void)arg;
	if (s->queue.n == 0 && s->cutting)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;	/* the stream is reset */
	if (next.n == 0 && !s->given)
		return NGHTTP2_ERR_DEFERRED;
	s->moved = true;
	if (n > next.n)
		n = next.n;
	if (n > 0)
		*flags |= NGHTTP2_DATA_FLAG_NO_COPY;
	if (s->given && !s->cutting && n == next.n)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	if ((*flags & NGHTTP2_DATA_FLAG_EOF) != 0 && s->trailing && submit_trailers(s))
		*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
	return (ssize_t)n;
}

int
h2_stream_send(struct h2_stream *s, const uint8_t *frame_head, size_t n)
{
	struct http_conn *c = s->rq.conn;

	if (front(s).n < n)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;	/* lose() ended it; the stream is reset */
	if (http_conn_write(c, frame_head, H2_FRAME_HEAD) < 0 || http_conn_write(c, front(s).p, n) < 0)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	drop_front(s, n);
	return 0;
}

static void
answer(struct http_req *rq, const struct http_answer *a)
{
	struct h2_stream *s = of(rq);

	drop_body(rq);
	s->given = true;
	submit(rq, a, (int64_t)a->body.n);
	rq->out = REQ_ANSWERED;
	if (!http_reply_keep(rq, a, rq->bodyless ? STR("") : a->body))
		http_reply_cut(rq);
	else if (rq->rest_block != NULL)
		h2_hold(s, rq->nrest);
}

static void
start(struct http_req *rq, const struct http_answer *a, int64_t length)
{
	submit(rq, a, length);
	rq->out = REQ_STARTED;
}

static void
raw(struct http_req *rq, const struct http_answer *a)
{
	struct http_answer open = *a;

	open.status = 200;
	start(rq, &open, -1);
	rq->raw = true;
	rq->in = REQ_STREAM;
	rq->stalled = false;
}

/* A large piece goes into frames without waiting in between; what the windows leave of it. */
static struct str
send_through(struct h2_stream *s, const uint8_t *p, size_t n)
{
	s->direct = p;
	s->ndirect = n;
	(void)nghttp2_session_resume_data(s->h2->session, s->id);	/* also when it was not deferred */
	(void)http2_send(s->h2);	/* a failure is found by the step that follows */
	p = s->direct;
	n = s->ndirect;
	s->direct = NULL;
	s->ndirect = 0;
	return (struct str){ (const char *)p, n };
}

/* Out of memory: the client must not take what it has for the whole. A frame may be due already for octets that are gone. */
static int
lose(struct h2_stream *s)
{
	s->cutting = true;
	h2_stream_reset(s, NGHTTP2_INTERNAL_ERROR);
	step_later(&s->rq);
	return -EPIPE;
}

static int
piece(struct http_req *rq, const void *p, size_t n)
{
	struct h2_stream *s = of(rq);
	struct str rest = { p, n };

	if (n > PIECE_MAX || (rq->counted && n > rq->left))
		return -EMSGSIZE;
	if (rq->conn->state != CONN_OPEN || s->closed || s->cutting)
		return -EPIPE;
	if (s->queue.n > 0 && (s->queue.n + n > H2_QUEUE_MAX || s->h2->queued + n > H2_QUEUED_MAX)) {
		s->waiting = true;
		return -ENOSPC;
	}
	if (s->h2->held > 0 && !h2_may_hold(s->h2, n)) {
		s->waiting = s->h2->starved = true;
		return -ENOSPC;
	}
	if (s->queue.n == 0 && n >= THROUGH_MIN)
		rest = send_through(s, p, n);
	if (!http_spool_put(&s->queue, rest.p, rest.n))
		return lose(s);
	s->h2->queued += rest.n;
	h2_hold(s, rest.n);
	if (rq->counted)
		rq->left -= n;
	(void)nghttp2_session_resume_data(s->h2->session, s->id);	/* also when it was not deferred */
	step_later(rq);
	s->waiting = s->waiting || s->queue.n > H2_QUEUE_LOW;
	return s->waiting ? 1 : 0;
}

static const struct http_trailers *
trailers(const struct http_req *rq)
{
	struct h2_stream *s = of(rq);

	(void)http_trailers_read((struct str){ (const char *)s->behind.p, s->behind.n }, &s->trailers);	/* others are left out */
	return s->trailers.n > 0 ? &s->trailers : NULL;
}

/* They are kept as lines until the body is out; those of the request have been read by now. */
static void
keep_trailers(struct h2_stream *s, const struct http_trailers *t)
{
	char buf[HTTP_TRAILERS_MAX + 64];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, t);
	http_spool_clear(&s->behind);
	s->trailing = wr_ok(&w) && http_spool_put(&s->behind, buf + 3, wr_len(&w) - 5) &&
	    http_trailers_read((struct str){ (const char *)s->behind.p, s->behind.n }, &s->trailers);
}

static void
end(struct http_req *rq, const struct http_trailers *t)
{
	struct h2_stream *s = of(rq);

	if (t != NULL && !rq->bodyless)
		keep_trailers(s, t);
	drop_body(rq);
	s->given = true;
	rq->out = REQ_ANSWERED;
	(void)nghttp2_session_resume_data(s->h2->session, s->id);	/* also when it was not deferred */
	step_later(rq);
}

static void
cut(struct http_req *rq)
{
	struct h2_stream *s = of(rq);

	drop_body(rq);
	s->cutting = true;
	if (rq->out == REQ_STARTED && s->queue.n > 0)
		(void)nghttp2_session_resume_data(s->h2->session, s->id);	/* what came before the cut is the client's */
	else
		h2_stream_reset(s, NGHTTP2_INTERNAL_ERROR);
	rq->out = REQ_ANSWERED;
	step_later(rq);
}

const struct http_form h2_form = { head, take_body, resume, answer, start, raw, piece, end, trailers, cut };
