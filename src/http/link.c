/* A connection to another server; see link.h. */
#include "http/link.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "http/wire.h"
#include "io/later.h"
#include "io/stream.h"
#include "io/timer.h"
#include "io/tls_client.h"

const struct http_link_times http_link_times_default = {
	.connect = 5000, .first_byte = 60000, .idle = 120000, .keep = 60000, .tunnel = 3600000,
};

struct http_link {
	struct io_loop *loop;
	struct io_stream *stream;	/* NULL: dead */
	struct http_wire *wire;
	struct io_timer *timer;
	struct io_later gone;
	const struct http_link_times *times;
	const struct http_link_ops *ops;	/* NULL: nobody uses it */
	void *arg;
	void (*on_dead)(void *arg);	/* NULL: nobody watches it */
	void *dead_arg;
	enum http_method method;
	bool connecting, tls;
	bool used;		/* it has carried an exchange */
	bool may_switch, raw;	/* 101 may come; has come */
	bool sent;		/* the request is complete */
	bool interim;		/* the answer being read is a 1xx */
	bool headed, complete;	/* the final answer's head, and all of it, came */
	bool spoiled;		/* bytes came that answer nothing: what follows would be doubtful */
};

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);

static const struct io_stream_ops stream_ops = { on_data, on_event };

/* --- the end ------------------------------------------------------------------------- */

static void
kill_link(struct http_link *k)
{
	io_stream_free(k->stream);
	k->stream = NULL;
	io_timer_stop(k->timer);
}

static void
fail(struct http_link *k, enum http_link_fault fault, const char *why)
{
	const struct http_link_ops *ops = k->ops;

	kill_link(k);
	k->ops = NULL;
	if (ops != NULL)
		ops->on_fail(k->arg, fault, why);
	else if (k->on_dead != NULL)
		k->on_dead(k->dead_arg);
}

static void
on_timeout(void *arg)
{
	struct http_link *k = arg;

	if (k->connecting)
		fail(k, HTTP_LINK_SLOW, "no connection in time");
	else if (k->sent && !k->headed)
		fail(k, HTTP_LINK_SLOW, "no answer in time");
	else
		fail(k, HTTP_LINK_SLOW, "no progress in time");
}

/* --- the answer ------------------------------------------------------------------------ */

/* While an exchange moves. */
static void
time_progress(struct http_link *k)
{
	io_timer_once(k->timer, k->raw ? k->times->tunnel : k->times->idle);
}

static void
take_switch(struct http_link *k, const struct http_head *h)
{
	if (!k->may_switch || !k->sent) {
		fail(k, HTTP_LINK_BROKEN, "it switched protocols unasked");
		return;
	}
	k->interim = false;
	k->headed = k->raw = true;
	time_progress(k);
	k->ops->on_switch(k->arg, h);
}

static void
take_head(struct http_link *k)
{
	const struct http_head *h = http_wire_head(k->wire);

	time_progress(k);
	k->interim = h->status < 200;
	if (h->status == 101) {
		take_switch(k, h);
	} else if (!k->interim) {
		k->headed = true;
		k->ops->on_head(k->arg, h);
	}
}

/* The count taken; less than all pauses the stream, and the delay is not the server's. */
static size_t
take_body(struct http_link *k, struct str body)
{
	const struct http_link_ops *ops = k->ops;
	size_t took = ops->on_chunk(k->arg, (const uint8_t *)body.p, body.n);

	if (k->ops != NULL && took < body.n)
		io_timer_stop(k->timer);
	else if (k->ops != NULL)
		time_progress(k);
	return took;
}

static void
take_end(struct http_link *k)
{
	if (k->interim) {
		http_wire_next(k->wire);
		http_wire_answers(k->wire, k->method);
		return;
	}
	k->complete = true;
	k->ops->on_end(k->arg);
}

static bool
take_raw(struct http_link *k, const uint8_t *p, size_t n, size_t *done)
{
	const struct str rest = { (const char *)p + *done, n - *done };
	size_t took = rest.n == 0 ? 0 : take_body(k, rest);

	*done += took;
	return took > 0 && took == rest.n;
}

/* One step. False when there is none to take now. */
static bool
take_step(struct http_link *k, const uint8_t *p, size_t n, size_t *done)
{
	enum http_step step;
	struct str body;
	const char *why;
	size_t took, used;

	if (k->raw)
		return take_raw(k, p, n, done);
	step = http_wire_step(k->wire, p + *done, n - *done, &used, &body);
	*done += used;
	switch (step) {
	case HTTP_STEP_HEAD:
		take_head(k);
		return true;
	case HTTP_STEP_BODY:
		took = take_body(k, body);
		http_wire_took(k->wire, took);
		*done += took;
		return took == body.n;
	case HTTP_STEP_END:
		take_end(k);
		return true;
	case HTTP_STEP_MORE:
		return false;
	default:
		(void)http_wire_error(k->wire, &why);	/* always 502 here */
		fail(k, HTTP_LINK_BROKEN, why);
		return false;
	}
}

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct http_link *k = arg;
	size_t done = 0;

	while (k->ops != NULL && !k->complete)
		if (!take_step(k, p, n, &done))
			break;
	if (done == n || (k->ops != NULL && !k->complete))
		return done;
	k->spoiled = true;
	if (k->ops == NULL && k->stream != NULL)
		fail(k, HTTP_LINK_BROKEN, "it spoke unasked");
	return n;
}

/* An answer without length ends here; anything else is cut off. */
static void
on_eof(struct http_link *k)
{
	if (k->ops != NULL && k->complete)
		kill_link(k);
	else if (k->ops == NULL)
		fail(k, HTTP_LINK_UNANSWERED, "it closed the connection");
	else if (k->raw || (k->headed && http_wire_eof(k->wire) == HTTP_STEP_END))
		take_end(k);
	else if (http_wire_busy(k->wire))
		fail(k, HTTP_LINK_BROKEN, "it ended in the middle of its answer");
	else
		fail(k, HTTP_LINK_UNANSWERED, "it closed the connection unanswered");
}

/* TLS has reasons of its own. */
static void
on_error(struct http_link *k)
{
	int error = io_stream_error(k->stream);

	if (k->connecting && k->tls)
		fail(k, HTTP_LINK_UNREACHED, io_tls_error_text(error));
	else if (k->connecting)
		fail(k, HTTP_LINK_UNREACHED, error == -ECONNREFUSED ? "nothing listens there" : "no connection");
	else if (k->headed || http_wire_busy(k->wire))
		fail(k, HTTP_LINK_BROKEN, "the connection broke");
	else
		fail(k, HTTP_LINK_UNANSWERED, "the connection broke");
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct http_link *k = arg;

	switch (ev) {
	case IO_STREAM_OPEN:
		k->connecting = false;
		io_timer_once(k->timer, k->ops == NULL ? k->times->keep :
		    k->sent ? k->times->first_byte : k->times->idle);
		break;
	case IO_STREAM_DRAINED:
		if (k->ops != NULL)
			k->ops->on_drained(k->arg);
		break;
	case IO_STREAM_EOF:
		on_eof(k);
		break;
	case IO_STREAM_ERROR:
		on_error(k);
		break;
	}
}

/* --- life ---------------------------------------------------------------------------------- */

static void
on_gone(void *arg)
{
	struct http_link *k = arg;

	io_stream_free(k->stream);
	io_timer_free(k->timer);
	http_wire_free(k->wire);
	free(k);
}

static struct http_link *
link_new(struct io_loop *l, const struct http_link_times *times)
{
	struct http_link *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->loop = l;
	k->times = times != NULL ? times : &http_link_times_default;
	k->wire = http_wire_responses();
	k->timer = io_timer_new(l, on_timeout, k);
	io_later_init(&k->gone, on_gone, k);
	if (k->wire != NULL && k->timer != NULL)
		return k;
	on_gone(k);
	return NULL;
}

struct http_link *
http_link_new(struct io_loop *l, int fd, const struct http_link_times *times)
{
	struct http_link *k = link_new(l, times);

	if (k == NULL)
		return NULL;
	k->stream = io_stream_new(l, fd, NULL, &stream_ops, k);
	if (k->stream == NULL) {
		on_gone(k);
		return NULL;
	}
	io_stream_hear_out(k->stream);
	io_timer_once(k->timer, k->times->keep);
	return k;
}

struct http_link *
http_link_connect_tls(struct io_loop *l, const struct addr_port *to, const struct http_link_times *times,
    struct io_tls_client *tls, const char *name)
{
	struct http_link *k = link_new(l, times);

	if (k == NULL)
		return NULL;
	k->stream = tls != NULL ? io_stream_connect_tls(l, to, tls, name, &stream_ops, k) :
	    io_stream_connect(l, to, &stream_ops, k);
	if (k->stream == NULL) {
		on_gone(k);
		return NULL;
	}
	io_stream_hear_out(k->stream);	/* an answer may come before the end of the request, and a reset behind it */
	k->tls = tls != NULL;
	k->connecting = true;
	io_timer_once(k->timer, k->times->connect);
	return k;
}

struct http_link *
http_link_connect(struct io_loop *l, const struct addr_port *to, const struct http_link_times *times)
{
	return http_link_connect_tls(l, to, times, NULL, NULL);
}

/* The memory stays until the next turn: a callback of this link may be running. */
void
http_link_free(struct http_link *k)
{
	if (k == NULL)
		return;
	k->ops = NULL;
	k->on_dead = NULL;
	kill_link(k);
	io_later_call(&k->gone, k->loop);
}

bool
http_link_ready(const struct http_link *k)
{
	return k->stream != NULL && k->ops == NULL;
}

bool
http_link_used(const struct http_link *k)
{
	return k->used;
}

void
http_link_watch(struct http_link *k, void (*on_dead)(void *arg), void *arg)
{
	k->on_dead = on_dead;
	k->dead_arg = arg;
}

/* --- one exchange ------------------------------------------------------------------------------ */

void
http_link_begin(struct http_link *k, enum http_method m, const struct http_link_ops *ops, void *arg)
{
	assert(http_link_ready(k));
	k->method = m;
	k->ops = ops;
	k->arg = arg;
	k->sent = k->interim = k->headed = k->complete = k->may_switch = false;
	http_wire_answers(k->wire, m);
	io_stream_hold(k->stream);	/* a short body comes right behind its head */
	if (!k->connecting)
		io_timer_once(k->timer, k->times->idle);
}

void
http_link_may_switch(struct http_link *k)
{
	k->may_switch = true;
}

const struct http_trailers *
http_link_trailers(const struct http_link *k)
{
	return k->raw ? NULL : http_wire_trailers(k->wire);
}

int
http_link_write(struct http_link *k, const void *p, size_t n)
{
	if (k->stream == NULL)
		return -EPIPE;
	if (!k->connecting && (!k->headed || k->raw))
		time_progress(k);
	return io_stream_write(k->stream, p, n);
}

void
http_link_sent(struct http_link *k)
{
	k->sent = true;
	if (k->stream != NULL)
		io_stream_push(k->stream);
	if (k->stream != NULL && !k->connecting && !k->headed)
		io_timer_once(k->timer, k->times->first_byte);
}

void
http_link_resume(struct http_link *k)
{
	if (k->stream == NULL)
		return;
	time_progress(k);
	io_stream_resume(k->stream);
}

void
http_link_release(struct http_link *k)
{
	k->ops = NULL;
	if (k->stream == NULL)
		return;
	if (k->spoiled || k->raw || !k->sent || !k->complete || !http_wire_head(k->wire)->keep_alive) {
		kill_link(k);
		return;
	}
	k->used = true;
	http_wire_next(k->wire);
	io_timer_once(k->timer, k->times->keep);
}
