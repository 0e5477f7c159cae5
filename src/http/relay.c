/* Relaying one exchange; see relay.h. Bytes flow from callback to callback;
 * what one side does not take stays in the other side's stream. */
#include "http/relay.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/wr.h"
#include "http/body.h"
#include "http/head.h"
#include "http/link.h"
#include "http/relay_head.h"
#include "http/reply.h"
#include "http/server.h"
#include "http/trailer.h"

enum { PIECE = 32 << 10 };

struct http_relay {
	struct http_req *rq;
	struct http_link *link;
	const struct http_relay_conf *conf;
	bool repeated;			/* once is enough */
	uint64_t body_sent;
	bool upgrade;			/* the client asks for WebSocket, and may */
	bool tunnel;			/* and has got it */
	bool chunked;			/* the request's body */
	bool link_full, client_full;
	int status;			/* of the answer, once it has begun */
	http_relay_done *done;
	void *arg;
};

/* --- the end --------------------------------------------------------------------------- */

/* Everything else has been done; r is gone afterwards. */
static void
finish(struct http_relay *r, const char *why)
{
	http_relay_done *done = r->done;
	void *arg = r->arg;
	int status = r->status;

	http_link_release(r->link);
	free(r);
	done(arg, status, why);
}

static void
refuse(struct http_relay *r, int status, const char *detail, const char *why)
{
	r->status = status;
	if (r->conf->refuse != NULL)
		r->conf->refuse(r->arg, r->rq, status, why != NULL ? why : detail);
	else
		http_reply_problem(r->rq, status, detail);
	finish(r, why);
}

static void
too_large(struct http_relay *r)
{
	if (r->status == 0) {
		refuse(r, 413, "the body is larger than this server may take", NULL);
		return;
	}
	http_reply_cut(r->rq);
	finish(r, NULL);
}

/* --- client to server ---------------------------------------------------------------------- */

static int
send_piece(struct http_relay *r, const uint8_t *p, size_t n)
{
	uint8_t buf[PIECE + HTTP_CHUNK_EXTRA];
	struct wr w;

	if (!r->chunked)
		return http_link_write(r->link, p, n);
	wr_init(&w, buf, sizeof(buf));
	http_chunk_write(&w, p, n);
	return http_link_write(r->link, buf, wr_len(&w));
}

/* A broken link says so by itself; until then its bytes go nowhere. */
static size_t
on_client_chunk(void *arg, struct http_req *rq, const uint8_t *p, size_t n)
{
	struct http_relay *r = arg;
	size_t done = 0, k;
	int result;

	(void)rq;
	if (r->conf->body_max > 0 && !r->tunnel && n > r->conf->body_max - r->body_sent) {
		too_large(r);
		return n;
	}
	while (done < n && !r->link_full) {
		k = n - done < PIECE ? n - done : PIECE;
		result = send_piece(r, p + done, k);
		if (result < 0)
			return n;
		r->link_full = result > 0;
		r->body_sent += k;
		done += k;
	}
	return done;
}

static void
send_end(struct http_relay *r)
{
	char buf[HTTP_TRAILERS_MAX + 64];
	struct http_trailers t;
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, http_relay_take_trailers(&t, http_req_trailers(r->rq)));
	(void)http_link_write(r->link, buf, wr_len(&w));	/* a broken link says so by itself */
}

static void
on_client_end(void *arg, struct http_req *rq)
{
	struct http_relay *r = arg;

	if (r->tunnel) {	/* he has no more to say, and who listens only is not of this protocol */
		http_reply_end(rq);
		finish(r, NULL);
		return;
	}
	if (r->chunked)
		send_end(r);
	http_link_sent(r->link);
}

static void
on_link_drained(void *arg)
{
	struct http_relay *r = arg;

	r->link_full = false;
	http_req_resume(r->rq);
}

/* --- server to client ---------------------------------------------------------------------- */

/* What the client can be told of the length; HEAD has one without a body. */
static int64_t
length_of(const struct http_head *h)
{
	struct str s = http_header_get(h, "Content-Length");
	uint64_t n;

	return str_u64(s, INT64_MAX, &n) ? (int64_t)n : -1;
}

/* The host that the client asked for: of that and nothing above may a server set cookies. */
static struct str
asked(const struct http_relay *r)
{
	return http_req_head(r->rq)->host_name;
}

static bool
is_connect(const struct http_relay *r)
{
	return http_req_head(r->rq)->connect;
}

static void
on_link_head(void *arg, const struct http_head *h)
{
	struct http_relay *r = arg;
	struct http_relay_answer out;

	if (is_connect(r) && h->status / 100 == 2) {	/* to the client that would say that it may go on */
		refuse(r, 502, "the server behind this address does not speak WebSocket", "it does not speak WebSocket there");
		return;
	}
	http_relay_take_answer(&out, h, r->conf, asked(r));
	r->status = h->status;
	http_reply_start(r->rq, &(struct http_answer){ .status = h->status, .headers = out.v, .nheaders = out.n }, length_of(h),
	    NULL, NULL);
}

static void
on_link_switch(void *arg, const struct http_head *h)
{
	struct http_relay *r = arg;
	struct http_relay_answer out;

	if (is_connect(r) && !str_eq(http_header_get(h, "Sec-WebSocket-Accept"), r->conf->ws_accept)) {
		refuse(r, 502, "the server behind this address does not speak WebSocket", "it answers WebSocket wrongly");
		return;
	}
	http_relay_take_answer(&out, h, r->conf, asked(r));
	r->status = h->status;
	r->tunnel = true;
	http_reply_switch(r->rq, &(struct http_answer){ .headers = out.v, .nheaders = out.n }, "websocket");
}

/* A breaking client says so by itself; until then its bytes go nowhere. */
static size_t
on_link_chunk(void *arg, const uint8_t *p, size_t n)
{
	struct http_relay *r = arg;
	size_t done = 0, k;
	int result;

	while (done < n && !r->client_full) {
		k = n - done < PIECE ? n - done : PIECE;
		result = http_reply_write(r->rq, p + done, k);
		r->client_full = result == 1 || result == -ENOSPC;
		if (result < 0 && !r->client_full)
			return n;
		if (result >= 0)
			done += k;
	}
	return done;
}

static void
on_client_drained(void *arg, struct http_req *rq)
{
	struct http_relay *r = arg;

	(void)rq;
	r->client_full = false;
	http_link_resume(r->link);
}

static void
on_link_end(void *arg)
{
	struct http_relay *r = arg;
	struct http_trailers t;

	http_reply_end_with(r->rq, http_relay_take_trailers(&t, http_link_trailers(r->link)));
	finish(r, NULL);
}

static const struct http_link_ops link_ops;

/* Nobody can have acted on it, or acting twice is the same. */
static bool
can_repeat(const struct http_relay *r, enum http_link_fault fault)
{
	const struct http_head *h = http_req_head(r->rq);

	return fault == HTTP_LINK_UNANSWERED && r->conf->again != NULL && !r->repeated && http_link_used(r->link) &&
	    h->framing == HTTP_NO_BODY && http_method_is_idempotent(h->method);
}

/* The request once more, on another link. */
static bool
repeat(struct http_relay *r)
{
	struct http_link *k = r->conf->again(r->arg);
	char buf[HTTP_RELAY_HEAD_MAX];
	struct wr w;

	if (k == NULL)
		return false;
	r->link = k;
	r->repeated = true;
	wr_init(&w, buf, sizeof(buf));
	http_relay_put_request(&w, r->rq, r->conf);
	http_link_begin(k, http_req_head(r->rq)->method, &link_ops, r);
	if (r->upgrade)
		http_link_may_switch(k);
	(void)http_link_write(k, buf, wr_len(&w));	/* a broken link says so by itself */
	http_link_sent(k);
	return true;
}

static void
on_link_fail(void *arg, enum http_link_fault fault, const char *why)
{
	struct http_relay *r = arg;

	if (r->status != 0) {
		http_reply_cut(r->rq);
		finish(r, why);
		return;
	}
	if (can_repeat(r, fault) && repeat(r))
		return;
	if (fault == HTTP_LINK_SLOW)
		refuse(r, 504, "the server behind this address does not answer in time", why);
	else
		refuse(r, 502, "the server behind this address does not answer", why);
}

static void
on_client_abort(void *arg)
{
	struct http_relay *r = arg;

	r->status = 0;
	finish(r, NULL);
}

/* --- start ------------------------------------------------------------------------------------ */

static const struct http_handler client_ops = {
	.on_chunk = on_client_chunk, .on_end = on_client_end,
	.on_drained = on_client_drained, .on_abort = on_client_abort,
};

static const struct http_link_ops link_ops = {
	on_link_head, on_link_chunk, on_link_end, on_link_drained, on_link_fail, on_link_switch,
};

static struct http_relay *
relay_new(struct http_req *rq, struct http_link *k, const struct http_relay_conf *conf)
{
	struct http_relay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->rq = rq;
	r->link = k;
	r->conf = conf;
	r->chunked = http_req_head(rq)->framing == HTTP_CHUNKED;
	r->upgrade = conf->websocket && http_relay_wants_websocket(rq);
	return r;
}

/* Before there is anything to finish. */
static void
refuse_first(struct http_req *rq, const struct http_relay_conf *conf, void *arg, int status, const char *detail)
{
	if (conf->refuse != NULL)
		conf->refuse(arg, rq, status, detail);
	else
		http_reply_problem(rq, status, detail);
}

struct http_relay *
http_relay_start(struct http_req *rq, struct http_link *k,
    const struct http_relay_conf *conf, http_relay_done *done, void *arg)
{
	const struct http_head *h = http_req_head(rq);
	char buf[HTTP_RELAY_HEAD_MAX];
	struct http_relay *r = NULL;
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	http_relay_put_request(&w, rq, conf);
	if (conf->host.n == 0 && h->host.n == 0)
		http_reply_problem(rq, 400, "Host is needed");
	else if (conf->body_max > 0 && h->length > conf->body_max)
		refuse_first(rq, conf, arg, 413, "the body is larger than this server may take");
	else if (!wr_ok(&w) || (r = relay_new(rq, k, conf)) == NULL)
		refuse_first(rq, conf, arg, 503, "out of memory");
	if (r == NULL)
		return NULL;
	r->done = done;
	r->arg = arg;
	http_link_begin(k, h->method, &link_ops, r);
	if (r->upgrade)
		http_link_may_switch(k);
	(void)http_link_write(k, buf, wr_len(&w));	/* a broken link says so by itself */
	http_req_stream(rq, &client_ops, r);
	return r;
}

void
http_relay_cancel(struct http_relay *r)
{
	http_link_release(r->link);
	http_reply_cut(r->rq);
	free(r);
}
