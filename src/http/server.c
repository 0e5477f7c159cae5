/* One connection of the server: deadlines, events, life; see server.h.
 * Requests are taken by request.c and answered by reply.c. */
#include "http/server.h"

#include <stdlib.h>

#include "http/conn.h"
#include "http/h2.h"
#include "http/wire.h"
#include "io/stream.h"
#include "io/timer.h"

const struct http_times http_times_default = {
	.handshake = 10000, .head = 10000, .body = 30000, .idle = 120000, .write = 60000,
};

enum { REST_MS = 1000 };	/* a client that is silent for so long rests */

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops stream_ops = { on_data, on_event };

/* --- the end of things ------------------------------------------------------------- */

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
	http_req_clear(c);
	http2_free(c->h2);
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
	if (c->h2 != NULL)
		http2_abort(c->h2);
}

void
http_conn_finish(struct http_conn *c)
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

void
http_conn_refuse(struct http_conn *c, int status, const char *why)
{
	if (c->rq.live && c->rq.out != REQ_SILENT) {
		http_conn_end(c);
		return;
	}
	http_reply_refuse(c, status, why);
	req_abort(c);
	if (c->state != CONN_DEAD)
		http_conn_finish(c);
}

/* --- deadlines ------------------------------------------------------------------------ */

void
http_conn_time_idle(struct http_conn *c)
{
	c->timing_head = false;
	c->rests = c->tls && c->times->idle > REST_MS;
	io_timer_once(c->in_timer, c->rests ? REST_MS : c->times->idle);
}

static bool
is_idle(const struct http_conn *c)
{
	return c->h2 != NULL ? c->h2->nstreams == 0 : !c->rq.live && !http_wire_busy(c->wire);
}

/* Most clients that are silent for a second are so for long. */
static void
rest(struct http_conn *c)
{
	c->rests = false;
	io_stream_rest(c->stream);
	io_timer_once(c->in_timer, c->times->idle - REST_MS);
}

static void
on_in_timeout(void *arg)
{
	struct http_conn *c = arg;

	if (c->state == CONN_LINGER && io_stream_queued(c->stream) > 0)
		io_timer_once(c->in_timer, HTTP_LINGER_MS);	/* out_timer judges that */
	else if (c->state != CONN_OPEN)
		http_conn_end(c);
	else if (c->rests && is_idle(c))
		rest(c);
	else if (c->h2 != NULL)
		http2_timeout(c->h2);
	else if (c->rq.live)
		http_conn_refuse(c, 408, "the body came too slowly");
	else if (http_wire_busy(c->wire))
		http_conn_refuse(c, 408, "the head came too slowly");
	else
		http_conn_finish(c);
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

/* --- events --------------------------------------------------------------------------------- */

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct http_conn *c = arg;

	return c->h2 != NULL && c->state == CONN_OPEN ? http2_input(c->h2, p, n) : http_conn_input(c, p, n);
}

static void
on_step(void *arg)
{
	struct http_conn *c = arg;

	if (c->h2 == NULL)
		http_conn_step(c);
	else if (c->state == CONN_OPEN)
		http2_step(c->h2);
}

/* The client ended its direction. An answer of known length is still wanted; one without end was for somebody who has left.
 * TLS ends both directions at once. */
static void
on_eof(struct http_conn *c)
{
	c->peer_eof = true;
	if (c->state == CONN_LINGER) {
		if (io_stream_queued(c->stream) == 0)
			http_conn_end(c);
	} else if (c->tls || c->state != CONN_OPEN || (c->rq.live && c->rq.raw)) {
		http_conn_end(c);
	} else if (c->rq.live && c->rq.in == REQ_DROP) {
		c->rq.close = true;
		c->rq.in = REQ_READ;
		http_conn_settle(c);
	} else if (http_wire_eof(c->wire) == HTTP_STEP_BAD) {
		http_conn_refuse(c, 400, "the request is not complete");
	} else if (!c->rq.live) {
		http_conn_finish(c);
	} else if (c->rq.out == REQ_STARTED && c->rq.chunked) {
		http_conn_end(c);
	}
}

static void
on_drained(struct http_conn *c)
{
	struct http_req *rq = &c->rq;

	if (c->h2 != NULL && c->state == CONN_OPEN)
		http2_step(c->h2);
	else if (rq->live && rq->out == REQ_FLUSHING)
		http_reply_push(c);
	else if (rq->live && rq->out == REQ_STARTED && rq->h != NULL && rq->h->on_drained != NULL)
		rq->h->on_drained(rq->arg, rq);
	else if (!rq->live)
		io_stream_resume(c->stream);
}

static void
on_open(struct http_conn *c)
{
	c->state = CONN_OPEN;
	c->opened = true;
	if (str_eqz(str_of(io_stream_protocol(c->stream)), "h2") && (c->h2 = http2_new(c)) == NULL) {
		http_conn_end(c);
		return;
	}
	http_conn_time_idle(c);
	if (c->h2 != NULL)
		http2_step(c->h2);	/* our settings */
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct http_conn *c = arg;

	switch (ev) {
	case IO_STREAM_OPEN:
		on_open(c);
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
	c->budget = conf->budget;
	c->arg = conf->arg;
	c->tls = conf->tls != NULL;
	c->state = c->tls ? CONN_HANDSHAKE : CONN_OPEN;
	c->opened = !c->tls;
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
	else if (c->state == CONN_OPEN && c->h2 != NULL)
		http2_drain(c->h2);
	else if (c->state == CONN_OPEN && !c->rq.live && !http_wire_busy(c->wire))
		http_conn_finish(c);
}

bool
http_conn_opened(const struct http_conn *c)
{
	return c->opened;
}

const char *
http_conn_server_name(const struct http_conn *c)
{
	return c->stream != NULL ? io_stream_server_name(c->stream) : NULL;
}
