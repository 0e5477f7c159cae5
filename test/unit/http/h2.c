/* src/http/h2.c and h2_stream.c with a client of nghttp2's: requests side by side, bodies with back-pressure, answers of
 * every kind, bounds, deadlines and what a client must not do (WEB-1, WEB-6; INP-12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <nghttp2/nghttp2.h>

#include "http/conn.h"
#include "http/h2.h"
#include "http/server.h"
#include "io/stream.h"
#include "client.h"

/* What waits gets no memory while this is set. */
static bool scarce;

static void *
scarce_malloc(size_t n)
{
	return scarce ? NULL : malloc(n);
}

#define malloc scarce_malloc
#include "http/spool.c"
#undef malloc

enum { BIG = 3 << 20, LIMIT = 1000, ANSWERS = 256, PATIENCE = 10000 };

struct answer {
	int status;
	size_t n;
	uint32_t error;
	bool closed;
	char text[512];
};

struct site {
	struct io_loop *loop;
	struct http_conn *conn;
	struct http_times times;
	struct http_budget budget;
	nghttp2_session *client;
	int fd, server_fd;
	struct answer answers[ANSWERS];		/* by stream id / 2 */
	uint32_t goaway;
	int32_t lasts[4];			/* the last streams that were said to be */
	size_t nlasts;
	bool left, broken, hold;
	struct http_req *waiting;
	size_t requests, aborts, drains, streamed, take;
	char *big;
	bool closed;
};

/* --- the server's owner ----------------------------------------------------------- */

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	(void)arg;
	http_reply_text(rq, 200, "text/plain", body);
}

static size_t
on_chunk(void *arg, struct http_req *rq, const uint8_t *p, size_t n)
{
	struct site *s = arg;

	(void)rq;
	(void)p;
	if (n > s->take - s->streamed)
		n = s->take - s->streamed;
	s->streamed += n;
	return n;
}

static void
on_end(void *arg, struct http_req *rq)
{
	(void)arg;
	http_reply_text(rq, 200, "text/plain", STR("streamed"));
}

static void
on_drained(void *arg, struct http_req *rq)
{
	struct site *s = arg;

	(void)rq;
	s->drains++;
}

static void
on_abort(void *arg)
{
	((struct site *)arg)->aborts++;
}

static const struct http_handler handler = { on_body, on_chunk, on_end, on_drained, on_abort };

static void
on_request(void *arg, struct http_req *rq)
{
	const struct http_head *h = http_req_head(rq);
	const struct http_header header = { STR("X-Path"), h->path };
	struct site *s = arg;

	s->requests++;
	if (str_eqz(h->path, "/read"))
		(void)http_req_read(rq, LIMIT, &handler, s);
	else if (str_eqz(h->path, "/stream"))
		http_req_stream(rq, &handler, s);
	else if (str_eqz(h->path, "/big"))
		http_reply(rq, &(struct http_answer){ .status = 200, .body = { s->big, BIG }, .own = HTTP_CONST });
	else if (str_eqz(h->path, "/wait")) {
		http_req_wait(rq, &handler, s);
		s->waiting = rq;
	} else if (str_eqz(h->path, "/cookie"))
		http_reply_text(rq, 200, "text/plain", http_header_get(h, "Cookie"));
	else
		http_reply(rq, &(struct http_answer){ .status = 404, .headers = &header, .nheaders = 1, .body = h->host });
}

static void
on_closed(void *arg)
{
	((struct site *)arg)->closed = true;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* --- the client ---------------------------------------------------------------------- */

static struct answer *
answer_of(struct site *s, int32_t id)
{
	return &s->answers[id / 2 % ANSWERS];
}

static ssize_t
on_send(nghttp2_session *n, const uint8_t *p, size_t len, int flags, void *arg)
{
	struct site *s = arg;
	ssize_t k = send(s->fd, p, len, MSG_NOSIGNAL);

	(void)n;
	(void)flags;
	if (k < 0 && errno == EAGAIN)
		return NGHTTP2_ERR_WOULDBLOCK;
	s->broken = k < 0;
	return k < 0 ? NGHTTP2_ERR_CALLBACK_FAILURE : k;
}

static int
on_header(nghttp2_session *n, const nghttp2_frame *f, const uint8_t *name, size_t namelen, const uint8_t *value,
    size_t len, uint8_t flags, void *arg)
{
	(void)n;
	(void)flags;
	if (namelen == 7 && memcmp(name, ":status", 7) == 0 && memcmp(value, "100", 3) != 0)
		answer_of(arg, f->hd.stream_id)->status = (int)strtol((const char *)value, NULL, 10);
	(void)len;
	return 0;
}

static int
on_data(nghttp2_session *n, uint8_t flags, int32_t id, const uint8_t *p, size_t len, void *arg)
{
	struct answer *a = answer_of(arg, id);

	(void)n;
	(void)flags;
	if (a->n + len < sizeof(a->text))
		memcpy(a->text + a->n, p, len);
	a->n += len;
	return 0;
}

static int
on_stream_close(nghttp2_session *n, int32_t id, uint32_t error, void *arg)
{
	(void)n;
	answer_of(arg, id)->closed = true;
	answer_of(arg, id)->error = error;
	return 0;
}

static int
on_frame_recv(nghttp2_session *n, const nghttp2_frame *f, void *arg)
{
	struct site *s = arg;

	(void)n;
	if (f->hd.type == NGHTTP2_GOAWAY) {
		s->left = true;
		s->goaway = f->goaway.error_code;
		s->lasts[s->nlasts++ % 4] = f->goaway.last_stream_id;
	}
	return 0;
}

static void
client_new(struct site *s)
{
	nghttp2_session_callbacks *cb;
	nghttp2_option *opt;

	assert_int_equal(nghttp2_session_callbacks_new(&cb), 0);
	assert_int_equal(nghttp2_option_new(&opt), 0);
	nghttp2_session_callbacks_set_send_callback(cb, on_send);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_stream_close);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame_recv);
	nghttp2_option_set_no_http_messaging(opt, 1);	/* it may say what no client should */
	nghttp2_option_set_peer_max_concurrent_streams(opt, 1000);
	assert_int_equal(nghttp2_session_client_new2(&s->client, cb, s, opt), 0);
	nghttp2_option_del(opt);
	nghttp2_session_callbacks_del(cb);
}

/* Some turns of both sides. */
static void
turn(struct site *s, int turns)
{
	static uint8_t buf[65536];
	ssize_t k;

	while (turns-- > 0) {
		if (!s->broken)
			(void)nghttp2_session_send(s->client);
		spin(s->loop, 1);
		while (!s->hold && (k = recv(s->fd, buf, sizeof(buf), 0)) > 0)
			(void)nghttp2_session_mem_recv(s->client, buf, (size_t)k);
	}
}

static void
turn_for(struct site *s, uint64_t ms)
{
	const uint64_t began = io_loop_now_ms(s->loop);

	while (io_loop_now_ms(s->loop) < began + ms)
		turn(s, 1);
}

static void
settle(struct site *s)
{
	turn(s, 30);
}

static int
setup(void **state)
{
	struct site *s = calloc(1, sizeof(*s));
	struct http_conn_conf conf = { .ops = &conn_ops, .arg = s, .times = &s->times, .budget = &s->budget };
	int fds[2];

	s->times = http_times_default;
	s->budget.max = 16 << 20;
	s->loop = io_loop_new();
	s->big = malloc(BIG);
	memset(s->big, 'b', BIG);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	s->fd = fds[1];
	s->server_fd = fds[0];		/* the connection's */
	s->conn = http_conn_new(s->loop, fds[0], &conf);
	s->conn->h2 = http2_new(s->conn);	/* as ALPN has it */
	client_new(s);
	(void)nghttp2_submit_settings(s->client, NGHTTP2_FLAG_NONE, NULL, 0);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct site *s = *state;

	if (!s->closed)
		http_conn_close(s->conn);
	nghttp2_session_del(s->client);
	io_loop_free(s->loop);
	close(s->fd);
	free(s->big);
	free(s);
	return 0;
}

struct body {
	size_t left;
	bool endless;
};

static ssize_t
on_read(nghttp2_session *n, int32_t id, uint8_t *buf, size_t len, uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct body *b = source->ptr;

	(void)n;
	(void)id;
	(void)arg;
	if (b->left == 0 && b->endless)
		return NGHTTP2_ERR_DEFERRED;
	if (len > b->left)
		len = b->left;
	memset(buf, 'x', len);
	b->left -= len;
	if (b->left == 0 && !b->endless)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)len;
}

#define NV(name, value) { (uint8_t *)(uintptr_t)(name), (uint8_t *)(uintptr_t)(value), strlen(name), strlen(value), \
    NGHTTP2_NV_FLAG_NONE }

static int32_t
request(struct site *s, const char *method, const char *path, struct body *body)
{
	const nghttp2_nv nv[] = { NV(":method", method), NV(":scheme", "https"), NV(":authority", "cell.test"), NV(":path", path),
	    NV("cookie", "a=1"), NV("cookie", "b=2") };
	nghttp2_data_provider data = { { .ptr = body }, on_read };

	return nghttp2_submit_request(s->client, NULL, nv, 6, body == NULL ? NULL : &data, NULL);
}

/* --- tests ----------------------------------------------------------------------------- */

static void
test_requests_side_by_side(void **state)
{
	struct site *s = *state;
	int32_t wait = request(s, "GET", "/wait", NULL), a = request(s, "GET", "/x", NULL), b = request(s, "GET", "/cookie", NULL);

	settle(s);
	assert_int_equal(answer_of(s, a)->status, 404);
	assert_string_equal(answer_of(s, a)->text, "cell.test");
	assert_string_equal(answer_of(s, b)->text, "a=1; b=2");
	assert_false(answer_of(s, wait)->closed);
	http_reply_text(s->waiting, 200, "text/plain", STR("late"));
	settle(s);
	assert_string_equal(answer_of(s, wait)->text, "late");
	assert_int_equal(answer_of(s, wait)->error, NGHTTP2_NO_ERROR);
	assert_int_equal(s->aborts, 0);
}

static void
test_head_has_no_body(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "HEAD", "/big", NULL);

	settle(s);
	assert_int_equal(answer_of(s, id)->status, 200);
	assert_int_equal(answer_of(s, id)->n, 0);
	assert_true(answer_of(s, id)->closed);
}

static void
test_body_is_collected(void **state)
{
	struct site *s = *state;
	struct body some = { LIMIT, false }, more = { LIMIT + 1, false };
	int32_t ok = request(s, "POST", "/read", &some), large = request(s, "POST", "/read", &more);

	settle(s);
	assert_int_equal(answer_of(s, ok)->status, 200);
	assert_int_equal(answer_of(s, ok)->n, LIMIT);
	assert_int_equal(answer_of(s, large)->status, 413);
	assert_int_equal(s->aborts, 1);
}

/* What its owner does not take stays in the windows: the client stops, others go on. */
static void
test_body_waits_for_its_owner(void **state)
{
	struct site *s = *state;
	struct body b = { BIG, false };
	int32_t id = request(s, "POST", "/stream", &b), other;

	s->take = 1000;
	settle(s);
	assert_int_equal(s->streamed, 1000);
	assert_true(BIG - b.left <= H2_WINDOW);
	other = request(s, "GET", "/x", NULL);
	settle(s);
	assert_int_equal(answer_of(s, other)->status, 404);
	s->take = BIG;
	http_req_resume(&s->conn->h2->streams->rq);
	turn(s, 2000);
	assert_int_equal(s->streamed, BIG);
	assert_string_equal(answer_of(s, id)->text, "streamed");
}

static void
test_large_answer(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/big", NULL), other = request(s, "GET", "/x", NULL);

	turn(s, 2000);
	assert_int_equal(answer_of(s, id)->n, BIG);
	assert_true(answer_of(s, id)->closed);
	assert_int_equal(answer_of(s, other)->status, 404);
}

static void
open_windows(struct site *s)
{
	static const nghttp2_settings_entry wide = { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, BIG };

	(void)nghttp2_submit_settings(s->client, NGHTTP2_FLAG_NONE, &wide, 1);
	(void)nghttp2_session_set_local_window_size(s->client, NGHTTP2_FLAG_NONE, 0, BIG);
}

/* The connection is full in the middle of a piece, for the rest of which there is no memory: a frame for octets that are gone is
 * due by then. The request ends, others do not (WEB-1). */
static void
test_answer_that_is_lost_ends(void **state)
{
	struct site *s = *state;
	const int small = 16 << 10;
	int32_t id, other;

	assert_int_equal(setsockopt(s->server_fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	open_windows(s);
	id = request(s, "GET", "/wait", NULL);
	settle(s);
	http_reply_start(s->waiting, &(struct http_answer){ .status = 200 }, -1, NULL, NULL);
	settle(s);
	s->hold = scarce = true;
	assert_int_equal(http_reply_write(s->waiting, s->big, 256 << 10), -EPIPE);
	assert_true(io_stream_is_full(s->conn->stream));
	scarce = false;
	assert_int_equal(http_reply_write(s->waiting, s->big, 256 << 10), -EPIPE);
	s->hold = false;
	settle(s);
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_INTERNAL_ERROR);
	assert_in_range(answer_of(s, id)->n, 1, (256 << 10) - 1);
	assert_int_equal(s->aborts, 1);
	other = request(s, "GET", "/x", NULL);
	settle(s);
	assert_int_equal(answer_of(s, other)->status, 404);
}

/* As much as is bounded, then -ENOSPC; on_drained() when there is room. */
static void
test_streamed_answer_has_back_pressure(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/wait", NULL);
	char piece[16384] = "";
	size_t sent = 0;
	int result = 0;

	settle(s);
	http_reply_start(s->waiting, &(struct http_answer){ .status = 200 }, -1, NULL, NULL);
	s->hold = true;
	while (sent < BIG && result != -ENOSPC) {
		result = http_reply_write(s->waiting, piece, sizeof(piece));
		assert_true(result >= 0 || result == -ENOSPC);
		sent += result >= 0 ? sizeof(piece) : 0;
	}
	assert_int_equal(result, -ENOSPC);
	assert_true(sent <= H2_QUEUE_MAX + NGHTTP2_INITIAL_WINDOW_SIZE + 1);	/* the window's worth is on its way */
	s->hold = false;
	settle(s);
	assert_true(s->drains > 0);
	assert_int_equal(answer_of(s, id)->n, sent);
	assert_int_equal(http_reply_write(s->waiting, "end", 3), 0);
	http_reply_end(s->waiting);
	settle(s);
	assert_int_equal(answer_of(s, id)->n, sent + 3);
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_NO_ERROR);
}

static void
test_answer_that_is_cut_is_seen_to_be(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/wait", NULL);

	settle(s);
	http_reply_start(s->waiting, &(struct http_answer){ .status = 200 }, 10, NULL, NULL);
	assert_int_equal(http_reply_write(s->waiting, "half", 4), 0);
	assert_int_equal(http_reply_write(s->waiting, "1234567", 7), -EMSGSIZE);
	http_reply_end(s->waiting);
	settle(s);
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_INTERNAL_ERROR);
}

static void
test_client_that_goes_is_told(void **state)
{
	struct site *s = *state;
	struct body b = { 10, true };
	int32_t id = request(s, "POST", "/read", &b);

	(void)request(s, "GET", "/wait", NULL);
	settle(s);
	assert_int_equal(s->requests, 2);
	(void)nghttp2_submit_rst_stream(s->client, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
	settle(s);
	assert_int_equal(s->aborts, 1);
	(void)shutdown(s->fd, SHUT_RDWR);
	settle(s);
	assert_int_equal(s->aborts, 2);
	assert_true(s->closed);
}

/* What no request of HTTP/1.1 could be is none here. */
static void
test_heads_are_judged(void **state)
{
	static const struct {
		const char *method, *scheme, *authority, *path, *name, *value;
		int status;
	} v[] = {
		{ "GET", "http", "a", "/", "x", "y", 400 },
		{ "GET", "https", "a b", "/", "x", "y", 400 },
		{ "GET", "https", "a", "/ HTTP/1.1", "x", "y", 400 },
		{ "GET", "https", "a", "x", "x", "y", 400 },
		{ "GET", "https", "a", "/", "host", "b", 400 },
	};
	struct site *s = *state;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const nghttp2_nv nv[] = { NV(":method", v[i].method), NV(":scheme", v[i].scheme), NV(":authority", v[i].authority),
		    NV(":path", v[i].path), NV(v[i].name, v[i].value) };
		int32_t id = nghttp2_submit_request(s->client, NULL, nv, 5, NULL, NULL);
		struct answer *a = answer_of(s, id);

		settle(s);
		if (a->status != v[i].status && a->error != NGHTTP2_PROTOCOL_ERROR)
			fail_msg("row %zu: status %d, error %u", i, a->status, a->error);
	}
	assert_int_equal(s->requests, 0);
}

/* RFC 9113 8.3.1: there are clients that say both. */
static void
test_host_beside_the_authority(void **state)
{
	const nghttp2_nv nv[] = { NV(":method", "GET"), NV(":scheme", "https"), NV(":authority", "a.test"), NV(":path", "/"),
	    NV("host", "A.test") };
	const nghttp2_nv old[] = { NV(":method", "GET"), NV(":scheme", "https"), NV(":path", "/"), NV("host", "b.test") };
	struct site *s = *state;
	int32_t both = nghttp2_submit_request(s->client, NULL, nv, 5, NULL, NULL);
	int32_t host = nghttp2_submit_request(s->client, NULL, old, 4, NULL, NULL);

	settle(s);
	assert_string_equal(answer_of(s, both)->text, "a.test");
	assert_string_equal(answer_of(s, host)->text, "b.test");
}

enum { LONG = 8150 };

/* A request with so many headers of LONG bytes. */
static int32_t
long_request(struct site *s, const char *path, size_t headers)
{
	static char value[LONG];
	nghttp2_nv nv[7] = { NV(":method", "GET"), NV(":scheme", "https"), NV(":authority", "a"), NV(":path", path),
	    NV("a", "x"), NV("b", "x"), NV("c", "x") };
	size_t i;

	memset(value, 'v', sizeof(value));
	for (i = 4; i < 4 + headers; i++) {
		nv[i].value = (uint8_t *)value;
		nv[i].valuelen = sizeof(value);
	}
	return nghttp2_submit_request(s->client, NULL, nv, 4 + headers, NULL, NULL);
}

static void
test_heads_have_a_bound_together(void **state)
{
	struct site *s = *state;
	size_t i;
	int32_t id = 0, next;

	for (i = 0; i < 50; i++)
		id = long_request(s, "/wait", 2);
	settle(s);
	assert_in_range(s->requests, H2_HEADS_MAX / 2 / (2 * LONG), H2_HEADS_MAX / (2 * LONG));
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_REFUSED_STREAM);
	http_reply_text(s->waiting, 200, "text/plain", STR("over"));
	settle(s);
	next = long_request(s, "/x", 2);
	settle(s);
	assert_int_equal(answer_of(s, next)->status, 404);
}

static void
test_large_heads_are_refused(void **state)
{
	struct site *s = *state;
	int32_t id = long_request(s, "/", 3);

	settle(s);
	assert_int_equal(answer_of(s, id)->status, 431);
	assert_int_equal(s->requests, 0);
}

static void
test_streams_have_a_bound(void **state)
{
	struct site *s = *state;
	int i;

	for (i = 0; i < H2_STREAMS_MAX + 20; i++)
		(void)request(s, "GET", "/wait", NULL);
	settle(s);
	assert_int_equal(s->requests, H2_STREAMS_MAX);
	assert_int_equal(s->conn->h2->nstreams, H2_STREAMS_MAX);
}

static void
test_rapid_reset_ends_the_connection(void **state)
{
	struct site *s = *state;
	int i;

	for (i = 0; i < 2 * H2_RESETS; i++) {
		int32_t id = request(s, "GET", "/wait", NULL);

		(void)nghttp2_session_send(s->client);
		(void)nghttp2_submit_rst_stream(s->client, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
		if (i % 50 == 0)
			turn(s, 2);
	}
	settle(s);
	assert_true(s->left);
	assert_int_equal(s->requests, s->aborts);
}

/* One that was taken back before anybody looked has never been there. */
static void
test_request_that_is_reset_at_once(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/wait", NULL);

	(void)nghttp2_session_send(s->client);
	(void)nghttp2_submit_rst_stream(s->client, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
	settle(s);
	assert_int_equal(s->requests, 0);
	assert_null(s->conn->h2->streams);
}

static void
test_pings_have_a_budget(void **state)
{
	struct site *s = *state;
	int i;

	for (i = 0; i < H2_NOISE + 10 && !s->left; i++) {
		(void)nghttp2_submit_ping(s->client, NGHTTP2_FLAG_NONE, NULL);
		if (i % 50 == 0)	/* all of them in much less than a period */
			turn(s, 1);
	}
	settle(s);
	assert_true(s->left);
	assert_int_equal(s->goaway, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_true(s->closed || s->conn->state != CONN_OPEN);
}

static void
test_draining_answers_what_is_under_way(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/wait", NULL);

	settle(s);
	http_conn_drain(s->conn);
	settle(s);
	assert_true(s->left);
	assert_int_equal(s->goaway, NGHTTP2_NO_ERROR);
	http_reply_text(s->waiting, 200, "text/plain", STR("still"));
	settle(s);
	assert_string_equal(answer_of(s, id)->text, "still");
	assert_true(s->closed || s->conn->state != CONN_OPEN);
}

/* RFC 9113 6.8: the client asks before it hears that the server leaves. */
static void
test_leaving_loses_no_request(void **state)
{
	struct site *s = *state;
	int32_t first = request(s, "GET", "/x", NULL), second, third;

	settle(s);
	assert_int_equal(answer_of(s, first)->status, 404);
	s->hold = true;
	http_conn_drain(s->conn);
	settle(s);
	second = request(s, "GET", "/x", NULL);
	third = request(s, "GET", "/wait", NULL);
	settle(s);
	s->hold = false;
	settle(s);
	assert_string_equal(answer_of(s, second)->text, "cell.test");
	assert_int_equal(s->nlasts, 2);
	assert_int_equal(s->lasts[0], INT32_MAX);
	assert_int_equal(s->lasts[1], third);
	assert_int_equal(s->conn->state, CONN_OPEN);
	http_reply_text(s->waiting, 200, "text/plain", STR("late"));
	settle(s);
	assert_string_equal(answer_of(s, third)->text, "late");
	assert_true(s->closed || s->conn->state != CONN_OPEN);
}

/* Who does not answer is not waited for. */
static void
test_leaving_who_is_silent(void **state)
{
	struct site *s = *state;
	uint64_t began;
	int i;

	settle(s);
	s->hold = true;
	began = io_loop_now_ms(s->loop);
	http_conn_drain(s->conn);
	for (i = 0; i < PATIENCE && s->conn->state == CONN_OPEN; i++)
		turn(s, 1);
	assert_true(io_loop_now_ms(s->loop) - began >= H2_NOTICE_MS);
	s->hold = false;
	settle(s);
	assert_int_equal(s->nlasts, 2);
	assert_int_equal(s->lasts[1], 0);
	assert_int_equal(s->goaway, NGHTTP2_NO_ERROR);
}

/* Nor one that has been silent for long: it is told, and what it asks just then is answered. */
static void
test_idle_one_is_told(void **state)
{
	struct site *s = *state;
	int32_t id = request(s, "GET", "/x", NULL);
	int i;

	s->times.idle = 20;
	s->hold = true;
	for (i = 0; i < PATIENCE && s->conn->h2->leaving == H2_STAYS; i++)
		turn(s, 1);
	assert_int_equal(s->conn->h2->leaving, H2_NOTICE);
	id = request(s, "GET", "/wait", NULL);
	settle(s);
	s->hold = false;
	settle(s);
	assert_int_equal(s->nlasts, 2);
	assert_int_equal(s->lasts[1], id);
	http_reply_text(s->waiting, 200, "text/plain", STR("in time"));
	settle(s);
	assert_string_equal(answer_of(s, id)->text, "in time");
	assert_true(s->closed || s->conn->state != CONN_OPEN);
}

static void
test_body_that_does_not_come_ends(void **state)
{
	struct site *s = *state;
	struct body b = { 10, true };
	int32_t id, wait;
	int i;

	s->times.body = 20;
	id = request(s, "POST", "/read", &b);
	wait = request(s, "GET", "/wait", NULL);
	for (i = 0; i < PATIENCE && !answer_of(s, id)->closed; i++)
		turn(s, 1);
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_CANCEL);
	assert_int_equal(s->aborts, 1);
	assert_false(answer_of(s, wait)->closed);	/* this delay is ours */
}

/* Bodies that their owners do not take leave no window: who may not send is not late. */
static void
test_body_that_may_not_come_stays(void **state)
{
	struct body full[H2_CONN_WINDOW / H2_WINDOW], b = { LIMIT, false };
	struct site *s = *state;
	size_t i;
	int32_t id;

	s->times.body = 20;
	for (i = 0; i < sizeof(full) / sizeof(full[0]); i++) {
		full[i] = (struct body){ BIG, false };
		(void)request(s, "POST", "/stream", &full[i]);
	}
	settle(s);
	id = request(s, "POST", "/read", &b);
	turn_for(s, 200);
	assert_int_equal(b.left, LIMIT);
	assert_false(answer_of(s, id)->closed);
	s->times.body = http_times_default.body;	/* a machine may be slow */
	turn_for(s, 40);
	for (i = 0; i < sizeof(full) / sizeof(full[0]); i++)
		(void)nghttp2_submit_rst_stream(s->client, NGHTTP2_FLAG_NONE, (int32_t)(2 * i + 1), NGHTTP2_CANCEL);
	settle(s);
	assert_int_equal(answer_of(s, id)->status, 200);
}

/* An upload of 4000 octets whose end comes after 1000, when an answer of that status has begun. */
static int32_t
give_up(struct site *s, int status)
{
	const nghttp2_nv nv[] = { NV(":method", "PUT"), NV(":scheme", "https"), NV(":authority", "a"), NV(":path", "/stream"),
	    NV("content-length", "4000") };
	struct body b = { 1000, true };
	nghttp2_data_provider data = { { .ptr = &b }, on_read };
	int32_t id = nghttp2_submit_request(s->client, NULL, nv, 5, &data, NULL);

	s->take = BIG;
	settle(s);
	http_reply_start(&s->conn->h2->streams->rq, &(struct http_answer){ .status = status }, 8, NULL, NULL);
	assert_int_equal(http_reply_write(&s->conn->h2->streams->rq, "half", 4), 0);
	settle(s);
	assert_int_equal(answer_of(s, id)->n, 4);
	b.endless = false;
	(void)nghttp2_session_resume_data(s->client, id);
	settle(s);
	assert_int_equal(s->streamed, 1000);
	return id;
}

/* RFC 9113 8.1.1: who may need the rest of the body hears that it does not come. */
static void
test_upload_that_ends_short_is_malformed(void **state)
{
	struct site *s = *state;
	int32_t id = give_up(s, 200);

	assert_int_equal(answer_of(s, id)->error, NGHTTP2_PROTOCOL_ERROR);
	assert_int_equal(s->aborts, 1);
}

/* A refusal needs none of it, and who has given up owes nothing, however long the other half takes. */
static void
test_refusal_outlives_its_upload(void **state)
{
	struct site *s = *state;
	int32_t id = give_up(s, 413);
	int i;

	for (i = 0; i < 5; i++) {
		http2_timeout(s->conn->h2);
		settle(s);
	}
	assert_false(answer_of(s, id)->closed);
	assert_int_equal(http_reply_write(&s->conn->h2->streams->rq, "half", 4), 0);
	http_reply_end(&s->conn->h2->streams->rq);
	settle(s);
	assert_string_equal(answer_of(s, id)->text, "halfhalf");
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_NO_ERROR);
}

/* What would make the body complete comes behind its end. */
static void
test_upload_that_was_given_up_does_not_go_on(void **state)
{
	uint8_t frame[H2_FRAME_HEAD + 3000] = { 0, 3000 >> 8, 3000 & 0xff, NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, 0, 0, 0, 1 };
	struct site *s = *state;
	int32_t id = give_up(s, 413);

	assert_int_equal(send(s->fd, frame, sizeof(frame), 0), sizeof(frame));
	settle(s);
	assert_int_equal(answer_of(s, id)->error, NGHTTP2_STREAM_CLOSED);
	assert_int_equal(s->streamed, 1000);
	assert_int_equal(s->aborts, 1);
}

static void
test_idle_connection_ends(void **state)
{
	struct site *s = *state;
	int i;

	s->times.idle = 20;
	(void)request(s, "GET", "/x", NULL);
	for (i = 0; i < PATIENCE && !s->closed && s->conn->state == CONN_OPEN; i++)
		turn(s, 1);
	assert_true(s->left);
	assert_true(s->closed || s->conn->state != CONN_OPEN);
}

/* --- what all connections hold ------------------------------------------------------------- */

/* INP-12: over the budget new requests are to be asked again; a connection has its own share all the same. */
static void
test_budget_refuses_requests(void **state)
{
	struct site *s = *state;
	int32_t ids[60];
	size_t i, refused = 0;

	s->budget.max = 0;
	for (i = 0; i < 60; i++)
		ids[i] = request(s, "GET", "/wait", NULL);
	settle(s);
	for (i = 0; i < 60; i++)
		refused += answer_of(s, ids[i])->closed && answer_of(s, ids[i])->error == NGHTTP2_REFUSED_STREAM;
	assert_int_equal(refused + s->requests, 60);
	assert_true(s->requests >= 10 && refused >= 20);
	assert_true(s->budget.used <= HTTP_OWN_BYTES);
	for (i = 0; i < 60; i++)
		(void)nghttp2_submit_rst_stream(s->client, NGHTTP2_FLAG_NONE, ids[i], NGHTTP2_CANCEL);
	settle(s);
	assert_int_equal(s->budget.used, 0);
	i = (size_t)request(s, "GET", "/cookie", NULL);
	settle(s);
	assert_int_equal(answer_of(s, (int32_t)i)->status, 200);
}

/* Answers wait, and go on by themselves. */
static void
test_budget_holds_answers(void **state)
{
	const struct http_answer start = { .status = 200 };
	struct site *s = *state;
	int32_t id = request(s, "GET", "/wait", NULL);
	size_t written = 0;
	int result = 0;

	s->budget.max = 0;
	settle(s);
	http_reply_start(s->waiting, &start, -1, NULL, NULL);
	while (result == 0 || result == 1) {
		result = http_reply_write(s->waiting, s->big, 16 << 10);
		written += result >= 0 ? 16 << 10 : 0;
	}
	assert_int_equal(result, -ENOSPC);
	assert_true(written >= 16 << 10 && written <= HTTP_OWN_BYTES + NGHTTP2_INITIAL_WINDOW_SIZE + 1);
	assert_true(s->budget.used <= HTTP_OWN_BYTES);
	assert_int_equal(s->drains, 0);
	settle(s);
	assert_true(s->drains > 0);
	assert_int_equal(answer_of(s, id)->n, written);
	assert_true(http_reply_write(s->waiting, s->big, 16 << 10) >= 0);
	http_reply_end(s->waiting);
	settle(s);
	assert_int_equal(answer_of(s, id)->n, written + (16 << 10));
	assert_int_equal(s->budget.used, 0);
}

/* How much of a body that nobody takes comes in. */
static size_t
came(struct site *s)
{
	struct body body = { BIG, false };

	s->take = 0;
	request(s, "POST", "/stream", &body);
	settle(s);
	return BIG - body.left;
}

/* Windows are large only where the budget has them; what was granted is counted until the connection ends. */
static void
test_budget_keeps_windows_small(void **state)
{
	struct site *s = *state;
	size_t i, n = 0;

	s->budget.max = H2_CONN_WINDOW - 1;
	for (i = 0; i < 3; i++)
		n += came(s);
	assert_in_range(n, 60000, 65535);
	assert_false(s->conn->h2->wide);
}

static void
test_budget_opens_windows(void **state)
{
	struct site *s = *state;
	size_t i, n = 0;

	for (i = 0; i < 3; i++)
		n += came(s);
	assert_in_range(n, 3 * H2_WINDOW - 1000, 3 * H2_WINDOW);
	assert_true(s->budget.used >= H2_CONN_WINDOW);
	http_conn_close(s->conn);
	s->closed = true;
	spin(s->loop, 3);
	assert_int_equal(s->budget.used, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_requests_side_by_side), T(test_head_has_no_body), T(test_body_is_collected),
		T(test_body_waits_for_its_owner), T(test_large_answer), T(test_streamed_answer_has_back_pressure),
		T(test_answer_that_is_lost_ends), T(test_answer_that_is_cut_is_seen_to_be),
		T(test_client_that_goes_is_told), T(test_heads_are_judged),
		T(test_large_heads_are_refused), T(test_streams_have_a_bound), T(test_rapid_reset_ends_the_connection),
		T(test_pings_have_a_budget), T(test_draining_answers_what_is_under_way),
		T(test_leaving_loses_no_request), T(test_leaving_who_is_silent), T(test_idle_one_is_told),
		T(test_body_that_does_not_come_ends),
		T(test_body_that_may_not_come_stays), T(test_upload_that_ends_short_is_malformed),
		T(test_refusal_outlives_its_upload), T(test_upload_that_was_given_up_does_not_go_on),
		T(test_idle_connection_ends), T(test_host_beside_the_authority),
		T(test_heads_have_a_bound_together), T(test_request_that_is_reset_at_once),
		T(test_budget_refuses_requests), T(test_budget_holds_answers), T(test_budget_keeps_windows_small),
		T(test_budget_opens_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
