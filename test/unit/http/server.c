/* src/http/server.c and reply.c with a raw client: keep-alive, pipelining,
 * bodies, limits, answers (INP-10, ACC-13; api.md 1.1), and clients that are
 * slow, silent or gone (INP-12). */
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

#include "ca/cert.h"
#include "http/server.h"
#include "io/tls.h"
#include "client.h"

enum { BIG = 5 << 20, BODY_LIMIT = 1000 };

struct site {
	struct io_loop *loop;
	struct http_conn *conn;
	struct client client;
	struct http_times times;
	struct http_req *rq;		/* waiting for an answer */
	char *big;
	size_t requests, aborts, bodies, chunks, streamed, ends, drains;
	size_t take;			/* of a streamed body, in all */
	bool closed, started, close_in_request, in_call;
	int last_write;
};

/* --- an owner of every kind --------------------------------------------------------- */

static void
on_body(void *arg, struct http_req *rq, struct str body)
{
	struct site *s = arg;

	assert_false(s->in_call);
	s->bodies++;
	http_reply_text(rq, 200, "text/plain", body);
}

static size_t
on_chunk(void *arg, struct http_req *rq, const uint8_t *p, size_t n)
{
	struct site *s = arg;

	(void)rq;
	(void)p;
	assert_false(s->in_call);
	s->chunks++;
	if (n > s->take - s->streamed)
		n = s->take - s->streamed;
	s->streamed += n;
	return n;
}

static void
on_end(void *arg, struct http_req *rq)
{
	struct site *s = arg;
	char text[32];

	assert_false(s->in_call);
	s->ends++;
	snprintf(text, sizeof(text), "streamed %zu", s->streamed);
	http_reply_text(rq, 200, "text/plain", str_of(text));
}

static void
on_drained(void *arg, struct http_req *rq)
{
	struct site *s = arg;

	assert_ptr_equal(rq, s->rq);
	s->drains++;
}

static void
on_abort(void *arg)
{
	struct site *s = arg;

	s->aborts++;
	s->rq = NULL;
}

static const struct http_handler handler = { on_body, on_chunk, on_end, on_drained, on_abort };

static void
reply_big(struct site *s, struct http_req *rq, enum http_own own)
{
	struct http_answer a = { .status = 200, .body = { s->big, BIG }, .own = own };

	if (own == HTTP_TAKE) {
		a.body.p = malloc(BIG);
		memcpy((void *)(uintptr_t)a.body.p, s->big, BIG);
	}
	http_reply(rq, &a);
}

static void
reply_headers(struct http_req *rq)
{
	static const struct http_header h[] = {
		{ STR("X-Good"), STR("yes") }, { STR("X-Split"), STR("a\r\nSet-Cookie: b") }, { STR("X Bad"), STR("c") },
		{ STR(""), STR("d") }, { STR("content-length"), STR("77") }, { STR("Connection"), STR("upgrade") },
		{ STR("Date"), STR("never") }, { STR("Transfer-Encoding"), STR("gzip") }, { STR("X-Last"), STR("caf\xc3\xa9") },
	};

	http_reply(rq, &(struct http_answer){ .status = 200, .headers = h, .nheaders = 9, .body = STR("ok") });
}

/* Of every answer, whoever gives it. */
static const struct http_header also = { { "X-good", 6 }, { "always", 6 } };

static void
on_request(void *arg, struct http_req *rq)
{
	struct site *s = arg;
	struct str path = http_req_head(rq)->path;
	const struct http_answer start = { .status = 200 }, nothing = { .status = 204, .body = STR("gone") };

	s->requests++;
	s->in_call = true;
	assert_ptr_equal(http_req_conn_arg(rq), s);
	if (s->close_in_request) {
		http_req_wait(rq, &handler, s);
		http_conn_close(s->conn);
		s->conn = NULL;
	} else if (str_eqz(path, "/echo")) {
		(void)http_req_read(rq, BODY_LIMIT, &handler, s);
	} else if (str_eqz(path, "/stream")) {
		s->rq = rq;
		http_req_stream(rq, &handler, s);
	} else if (str_eqz(path, "/later")) {
		s->rq = rq;
		http_req_wait(rq, &handler, s);
	} else if (str_eqz(path, "/events")) {
		s->rq = rq;
		http_reply_start(rq, &start, -1, &handler, s);
	} else if (str_eqz(path, "/ten")) {
		s->rq = rq;
		http_reply_start(rq, &start, 10, &handler, s);
	} else if (str_eqz(path, "/big")) {
		reply_big(s, rq, HTTP_CONST);
	} else if (str_eqz(path, "/big-taken")) {
		reply_big(s, rq, HTTP_TAKE);
	} else if (str_eqz(path, "/big-copied")) {
		reply_big(s, rq, HTTP_COPY);
	} else if (str_eqz(path, "/headers")) {
		reply_headers(rq);
	} else if (str_eqz(path, "/also")) {
		http_req_also(rq, &also);
		reply_headers(rq);
	} else if (str_eqz(path, "/also-no")) {
		http_req_also(rq, &also);
		http_reply_problem(rq, 403, "no");
	} else if (str_eqz(path, "/nothing")) {
		http_reply(rq, &nothing);
	} else if (str_eqz(path, "/no")) {
		http_reply_problem(rq, 401, "say \"who\" you are");
	} else {
		http_reply_text(rq, 200, "text/plain", http_req_head(rq)->target);
	}
	s->in_call = false;
}

static void
on_closed(void *arg)
{
	struct site *s = arg;

	assert_false(s->in_call);
	assert_false(s->closed);
	s->closed = true;
	s->conn = NULL;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

static int
set_up(void **state)
{
	struct site *s = calloc(1, sizeof(*s));
	struct http_conn_conf conf = { .times = &s->times, .ops = &conn_ops, .arg = s };
	int fds[2];
	size_t i;

	s->loop = io_loop_new();
	s->times = http_times_default;
	s->take = SIZE_MAX;
	s->big = malloc(BIG);
	for (i = 0; i < BIG; i++)
		s->big[i] = (char)('a' + i % 23);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	client_init(&s->client, s->loop, fds[1]);
	s->conn = http_conn_new(s->loop, fds[0], &conf);
	assert_non_null(s->conn);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct site *s = *state;

	http_conn_close(s->conn);
	client_close(&s->client);
	io_loop_free(s->loop);
	free(s->big);
	free(s);
	return 0;
}

static void
hears(struct site *s, const char *question, const char *want)
{
	client_clear(&s->client);
	client_say(&s->client, question);
	client_hears(&s->client, want);
}

/* --- plain exchange -------------------------------------------------------------------- */

static void
one_connection_many_requests(void **state)
{
	struct site *s = *state;

	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
	assert_memory_equal(s->client.text, "HTTP/1.1 200 OK\r\nDate: ", 23);
	assert_true(client_has(&s->client, " GMT\r\n"));
	assert_true(client_has(&s->client, "\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n"));
	assert_false(client_has(&s->client, "Connection"));
	hears(s, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/b");
	hears(s, "HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nContent-Length: 4\r\n\r\n");
	hears(s, "GET /c HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/c");
	assert_int_equal(client_count(&s->client, "HTTP/1.1"), 1);	/* HEAD sent no body */
	hears(s, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	assert_false(client_has(&s->client, "Content-Length"));
	hears(s, "GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "Connection: close\r\n\r\n/d");
	client_ends(&s->client);
	assert_int_equal(s->requests, 6);
	spin(s->loop, 5);
	assert_false(s->closed);	/* until the client closes, too, or for a while */
	shutdown(s->client.fd, SHUT_RDWR);
	assert_true(until(s->loop, &s->closed));
}

static void
http_1_0(void **state)
{
	struct site *s = *state;

	hears(s, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "Connection: keep-alive\r\n\r\n/a");
	hears(s, "GET /b HTTP/1.0\r\n\r\n", "Connection: close\r\n\r\n/b");
	client_ends(&s->client);
}

/* Requests sent without waiting are answered in order, however many. */
static void
pipelining(void **state)
{
	struct site *s = *state;
	char text[64], want[16];
	const char *p;
	int i;

	for (i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "GET /n%03d HTTP/1.1\r\nHost: x\r\n\r\n", i);
		client_say(&s->client, text);
	}
	client_hears(&s->client, "/n499");
	for (i = 0, p = s->client.text; i < 500; i++) {
		snprintf(want, sizeof(want), "\r\n\r\n/n%03d", i);
		p = strstr(p, want);
		assert_non_null(p);
	}
	assert_int_equal(s->requests, 500);
}

/* A request behind one that waits is not looked at before. */
static void
pipelining_behind_a_slow_one(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 3\r\n\r\nabcGET /z HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(s->loop, 10);
	assert_int_equal(s->requests, 1);
	http_reply_text(s->rq, 200, "text/plain", STR("first"));
	client_hears(&s->client, "\r\n\r\n/z");
	assert_true(strstr(s->client.text, "first") < strstr(s->client.text, "\r\n\r\nabc"));
	assert_int_equal(s->requests, 3);
}

static void
headers_cannot_be_split(void **state)
{
	struct site *s = *state;

	hears(s, "GET /headers HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\nok");
	assert_true(client_has(&s->client, "\r\nX-Good: yes\r\n"));
	assert_true(client_has(&s->client, "\r\nX-Last: caf\xc3\xa9\r\n"));
	assert_true(client_has(&s->client, "\r\nContent-Length: 2\r\n"));
	assert_false(client_has(&s->client, "Set-Cookie"));
	assert_false(client_has(&s->client, "X Bad"));
	assert_false(client_has(&s->client, "77"));
	assert_false(client_has(&s->client, "never"));
	assert_false(client_has(&s->client, "upgrade"));
	assert_false(client_has(&s->client, "gzip"));
}

static void
a_header_of_every_answer(void **state)
{
	struct site *s = *state;

	hears(s, "GET /also HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\nok");
	assert_true(client_has(&s->client, "\r\nX-good: always\r\n"));
	assert_true(client_has(&s->client, "\r\nX-Last: "));
	assert_false(client_has(&s->client, "X-Good: yes"));
}

static void
and_of_refusals(void **state)
{
	struct site *s = *state;

	hears(s, "GET /also-no HTTP/1.1\r\nHost: x\r\n\r\n", "\"error\":\"no\"}\n");
	assert_true(client_has(&s->client, "\r\nX-good: always\r\n"));
}

/* --- bodies ---------------------------------------------------------------------------------- */

static void
bodies_are_collected(void **state)
{
	struct site *s = *state;

	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "\r\n\r\nhello");
	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
	    "\r\n\r\nabcde");
	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 0\r\n\r\n");
	assert_int_equal(s->bodies, 3);
}

static void
too_large_by_length(void **state)
{
	struct site *s = *state;

	/* Small enough to be read and forgotten: the connection lives on. */
	client_say(&s->client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
	client_hears(&s->client, "HTTP/1.1 413 Content Too Large\r\n");	/* before a byte of it came */
	assert_true(client_has(&s->client, "{\"type\":\"urn:pic:http\",\"title\":\"Content Too Large\",\"status\":413,"));
	client_send(&s->client, s->big, 1001);
	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
	/* Larger: it does not. */
	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n", "Connection: close");
	client_ends(&s->client);
	assert_int_equal(s->bodies, 0);
	assert_int_equal(s->aborts, 0);		/* the handler was never given */
}

static void
too_large_in_chunks(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n");
	client_send(&s->client, s->big, 1000);
	client_say(&s->client, "\r\n");
	spin(s->loop, 5);
	assert_int_equal(s->aborts, 0);
	client_say(&s->client, "1\r\nx\r\n");
	client_hears(&s->client, "HTTP/1.1 413 ");
	client_ends(&s->client);
	assert_int_equal(s->aborts, 1);
	assert_int_equal(s->bodies, 0);
}

/* The answer arrives whole although a megabyte of body was still on its way: no reset destroys it. */
static void
refusing_a_large_body_kindly(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
	assert_int_equal(client_send(&s->client, s->big, 2000000), 2000000);
	client_hears(&s->client, "HTTP/1.1 401 Unauthorized\r\n");
	client_hears(&s->client, "\"detail\":\"say ?who? you are\",\"error\":\"say ?who? you are\"}");
	client_ends(&s->client);
	shutdown(s->client.fd, SHUT_WR);
	assert_true(until(s->loop, &s->closed));
}

static void
expecting_100(void **state)
{
	struct site *s = *state;

	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
	    "HTTP/1.1 100 Continue\r\n\r\n");
	hears(s, "hi", "\r\n\r\nhi");
	assert_int_equal(client_count(&s->client, "HTTP/1.1"), 1);
	/* Refused without a look at the body: it will not come, so the connection cannot go on. */
	hears(s, "POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 401 ");
	assert_false(client_has(&s->client, "100 Continue"));
	client_ends(&s->client);
}

/* Send the next piece of a body of 5,000,000 bytes, if the socket takes any. */
static void
send_some(struct site *s, size_t *sent)
{
	size_t n = 5000000 - *sent < 65536 ? 5000000 - *sent : 65536;
	ssize_t k = send(s->client.fd, s->big, n, MSG_NOSIGNAL);

	if (k > 0)
		*sent += (size_t)k;
	spin(s->loop, 1);
}

static void
bodies_are_streamed_with_back_pressure(void **state)
{
	struct site *s = *state;
	size_t sent = 0, stuck;

	s->take = 100000;
	client_say(&s->client, "PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n");
	while (s->streamed < s->take)
		send_some(s, &sent);
	for (stuck = 0; stuck < 50; stuck++)
		send_some(s, &sent);
	assert_int_equal(s->streamed, 100000);
	assert_true(sent < 2000000);	/* the client is held back, not buffered */
	s->take = SIZE_MAX;
	s->in_call = true;
	http_req_resume(s->rq);
	s->in_call = false;
	while (sent < 5000000)
		send_some(s, &sent);
	client_hears(&s->client, "streamed 5000000");
	assert_int_equal(s->ends, 1);
}

static void
streaming_nothing(void **state)
{
	struct site *s = *state;

	hears(s, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "streamed 0");
	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
}

static void
bad_chunks_in_a_body(void **state)
{
	struct site *s = *state;

	hears(s, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n",
	    "HTTP/1.1 400 ");
	client_ends(&s->client);
	assert_int_equal(s->aborts, 1);
	assert_int_equal(s->bodies, 0);
}

/* --- answers --------------------------------------------------------------------------------- */

static void
large_answers(void **state)
{
	static const char *const paths[] = { "/big", "/big-taken", "/big-copied" };
	struct site *s = *state;
	char text[64];
	const char *body;
	size_t i, k;

	for (i = 0; i < 3; i++) {
		client_clear(&s->client);
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]);
		client_say(&s->client, text);
		client_hears(&s->client, "Content-Length: 5242880\r\n\r\n");
		body = strstr(s->client.text, "\r\n\r\n") + 4;
		for (k = 0; k < CLIENT_ROUNDS && s->client.n < (size_t)(body - s->client.text) + BIG; k++) {
			spin(s->loop, 1);
			client_read(&s->client);
		}
		assert_memory_equal(body, s->big, BIG);
	}
	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
}

static void
answers_in_pieces(void **state)
{
	struct site *s = *state;

	hears(s, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n");
	assert_true(http_reply_started(s->rq));
	assert_int_equal(http_reply_write(s->rq, "data: 1\n\n", 9), 0);
	client_hears(&s->client, "9\r\ndata: 1\n\n\r\n");	/* at once, nothing held back */
	assert_int_equal(http_reply_write(s->rq, "", 0), 0);	/* would be the end */
	assert_int_equal(http_reply_write(s->rq, "data: 2\n\n", 9), 0);
	http_reply_end(s->rq);
	client_hears(&s->client, "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
	hears(s, "HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	assert_int_equal(http_reply_write(s->rq, "x", 1), 0);
	http_reply_end(s->rq);
	hears(s, "GET /events HTTP/1.0\r\n\r\n", "Connection: close\r\n\r\n");
	assert_false(client_has(&s->client, "chunked"));
	assert_int_equal(http_reply_write(s->rq, "raw", 3), 0);
	http_reply_end(s->rq);
	client_hears(&s->client, "\r\n\r\nraw");
	client_ends(&s->client);
}

static void
answers_of_known_length(void **state)
{
	struct site *s = *state;

	hears(s, "GET /ten HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 10\r\n\r\n");
	assert_int_equal(http_reply_write(s->rq, "12345", 5), 0);
	assert_int_equal(http_reply_write(s->rq, "123456", 6), -EMSGSIZE);
	assert_int_equal(http_reply_write(s->rq, "67890", 5), 0);
	http_reply_end(s->rq);
	client_hears(&s->client, "1234567890");
	/* Too little must not look complete. */
	hears(s, "GET /ten HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 10\r\n\r\n");
	assert_int_equal(http_reply_write(s->rq, "12345", 5), 0);
	http_reply_end(s->rq);
	client_ends(&s->client);
	assert_true(until(s->loop, &s->closed));
}

/* A producer faster than the client is told to wait, and when to go on. */
static void
back_pressure_on_answers(void **state)
{
	struct site *s = *state;
	int result = 0, i;

	hears(s, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	for (i = 0; i < 100 && result != -ENOSPC; i++)
		result = http_reply_write(s->rq, s->big, 60000);
	assert_int_equal(result, -ENOSPC);
	assert_int_equal(http_reply_write(s->rq, s->big, 300 << 10), -EMSGSIZE);
	assert_int_equal(s->drains, 0);
	for (i = 0; i < CLIENT_ROUNDS && s->drains == 0; i++) {
		client_read(&s->client);
		spin(s->loop, 1);
	}
	assert_int_equal(s->drains, 1);
	assert_int_equal(http_reply_write(s->rq, "end", 3), 0);
	http_reply_end(s->rq);
	client_hears(&s->client, "3\r\nend\r\n0\r\n\r\n");
}

static void
cutting_an_answer(void **state)
{
	struct site *s = *state;

	hears(s, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	assert_int_equal(http_reply_write(s->rq, "half", 4), 0);
	http_reply_cut(s->rq);
	client_ends(&s->client);
	assert_false(client_has(&s->client, "0\r\n\r\n"));
	assert_int_equal(s->aborts, 0);
	assert_true(until(s->loop, &s->closed));
}

/* --- not HTTP: INP-10 -------------------------------------------------------------------------- */

static void
bad_requests_get_400_and_the_door(void **state)
{
	struct site *s = *state;

	hears(s, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	    "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n");
	assert_true(client_has(&s->client, "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n"));
	assert_true(client_has(&s->client, "Connection: close\r\n\r\n{\"type\":\"urn:pic:validation\","));
	client_ends(&s->client);
	assert_int_equal(client_count(&s->client, "\r\nDate: "), 1);
	assert_int_equal(s->requests, 0);
}

static void
limits_have_their_status(void **state)
{
	struct site *s = *state;
	char *text = malloc(40000);

	memset(text, 'a', 40000);
	memcpy(text, "GET /", 5);
	client_send(&s->client, text, 40000);
	client_hears(&s->client, "HTTP/1.1 414 URI Too Long\r\n");
	client_ends(&s->client);
	free(text);
}

static void
side_doors_are_shut(void **state)
{
	struct site *s = *state;

	/* ACC-13: an upgrade is ignored, the next request on the same connection is HTTP/1.1 as before. */
	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
	    "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n", "HTTP/1.1 200 OK");
	assert_false(client_has(&s->client, "101"));
	hears(s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400 ");
	client_ends(&s->client);
	assert_int_equal(s->requests, 1);
}

/* --- slow, silent, gone: INP-12 ------------------------------------------------------------------- */

/* A byte now and then does not extend the time for a head. */
static void
slow_heads_end_with_408(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct site *s = *state;
	size_t i;

	s->times.head = 50;
	for (i = 0; i < sizeof(text) - 1 && !client_has(&s->client, "408"); i++) {
		(void)!send(s->client.fd, text + i, 1, MSG_NOSIGNAL);
		spin(s->loop, 5);
		client_read(&s->client);
	}
	assert_true(i < sizeof(text) - 1);
	client_hears(&s->client, "HTTP/1.1 408 Request Timeout\r\n");
	client_ends(&s->client);
	assert_int_equal(s->requests, 0);
}

static void
slow_bodies_end_with_408(void **state)
{
	struct site *s = *state;

	s->times.body = 50;
	client_say(&s->client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
	client_hears(&s->client, "HTTP/1.1 408 Request Timeout\r\n");
	client_ends(&s->client);
	assert_int_equal(s->aborts, 1);
	assert_int_equal(s->bodies, 0);
}

/* Progress counts for bodies; and so does a consumer that has paused: the delay is not the client's. */
static void
steady_bodies_and_slow_consumers_are_fine(void **state)
{
	struct site *s = *state;
	int i;

	s->times.body = 600;
	s->times.head = 100;	/* concerns heads alone */
	client_say(&s->client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n");
	for (i = 0; i < 12; i++) {
		client_say(&s->client, "x");
		spin(s->loop, 60);
	}
	client_hears(&s->client, "\r\n\r\nxxxxxxxxxxxx");
	s->take = 1;
	client_say(&s->client, "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
	spin(s->loop, 700);
	assert_int_equal(s->aborts, 0);
	s->take = 2;
	http_req_resume(s->rq);
	client_hears(&s->client, "streamed 2");
}

static void
idle_connections_close_silently(void **state)
{
	struct site *s = *state;

	s->times.idle = 30;
	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
	client_clear(&s->client);
	client_ends(&s->client);
	assert_int_equal(s->client.n, 0);
}

/* Whoever does not read his answer holds one connection and its bounded queue, and not for long. */
static void
never_reading_clients_are_cut(void **state)
{
	struct site *s = *state;

	s->times.write = 50;
	client_say(&s->client, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(until(s->loop, &s->closed));
}

/* The same while answers are piled up by pipelining: no further request is taken. */
static void
never_reading_pipeliners_are_not_served_on(void **state)
{
	static const char text[] = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
	struct site *s = *state;
	int i;

	s->times.write = 100;
	for (i = 0; i < 50; i++)
		(void)!send(s->client.fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
	assert_true(until(s->loop, &s->closed));
	assert_int_equal(s->requests, 1);
}

/* A TLS client that never gets to its first request. */
static void
slow_handshakes_are_cut(void **state)
{
	const struct ca_cert_plan plan = { .common_name = "x", .from_s = 1700000000, .until_s = 1700086400 };
	struct site *s = *state;
	struct http_conn_conf conf = { .times = &s->times, .ops = &conn_ops, .arg = s };
	struct io_tls_cert t = { .nchain = 1 };
	struct io_tls_config *tls;
	struct ca_cert c;
	const uint8_t *chain;
	int fds[2];

	assert_int_equal(ca_cert_make(&plan, NULL, &c, NULL), 0);
	chain = c.der;
	t.chain = &chain;
	t.chain_len = &c.n;
	t.key = c.key;
	t.key_len = 32;
	conf.tls = tls = io_tls_config_new(&t, 1, NULL);
	ca_cert_clear(&c);
	http_conn_close(s->conn);
	client_close(&s->client);
	s->times.handshake = 30;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	client_init(&s->client, s->loop, fds[1]);
	s->conn = http_conn_new(s->loop, fds[0], &conf);
	io_tls_config_unref(tls);	/* the connection has its own reference */
	client_send(&s->client, "\x16\x03\x01", 3);
	assert_true(until(s->loop, &s->closed));
	assert_int_equal(s->requests, 0);
}

/* A client that goes away while an answer is being made: the owner hears it, once. */
static void
owners_hear_of_lost_clients(void **state)
{
	struct site *s = *state;

	hears(s, "GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	close(s->client.fd);
	s->client.fd = -1;
	assert_true(until(s->loop, &s->closed));
	assert_int_equal(s->aborts, 1);
}

/* One that has only said all it wants still gets an answer of known length. */
static void
half_closed_clients_are_answered(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	shutdown(s->client.fd, SHUT_WR);
	spin(s->loop, 10);
	assert_int_equal(s->aborts, 0);
	http_reply_text(s->rq, 200, "text/plain", STR("here"));
	client_hears(&s->client, "Connection: close\r\n\r\nhere");
	client_ends(&s->client);
	assert_true(until(s->loop, &s->closed));
}

static void
half_requests_get_400(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "GET /a HTTP/1.1\r\nHo");
	shutdown(s->client.fd, SHUT_WR);
	client_hears(&s->client, "HTTP/1.1 400 ");
	client_ends(&s->client);
}

static void
half_bodies_abort(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
	shutdown(s->client.fd, SHUT_WR);
	client_hears(&s->client, "HTTP/1.1 400 ");
	client_ends(&s->client);
	assert_int_equal(s->aborts, 1);
	assert_int_equal(s->bodies, 0);
}

/* --- owners that stop -------------------------------------------------------------------------------- */

static void
closing_inside_on_request(void **state)
{
	struct site *s = *state;

	s->close_in_request = true;
	client_say(&s->client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
	client_ends(&s->client);
	assert_int_equal(s->requests, 1);
	assert_int_equal(s->aborts, 1);
	assert_false(s->closed);
}

static void
draining(void **state)
{
	struct site *s = *state;

	client_say(&s->client, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(s->loop, 10);
	http_conn_drain(s->conn);
	spin(s->loop, 10);
	assert_int_equal(s->aborts, 0);
	http_reply_text(s->rq, 200, "text/plain", STR("last"));
	client_hears(&s->client, "Connection: close\r\n\r\nlast");
	client_ends(&s->client);
}

static void
draining_an_idle_one(void **state)
{
	struct site *s = *state;

	hears(s, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n/a");
	http_conn_drain(s->conn);
	client_ends(&s->client);
	shutdown(s->client.fd, SHUT_WR);
	assert_true(until(s->loop, &s->closed));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_connection_many_requests), TEST(http_1_0), TEST(pipelining), TEST(pipelining_behind_a_slow_one),
		TEST(headers_cannot_be_split), TEST(a_header_of_every_answer), TEST(and_of_refusals),
		TEST(bodies_are_collected), TEST(too_large_by_length),
		TEST(too_large_in_chunks), TEST(refusing_a_large_body_kindly), TEST(expecting_100),
		TEST(bodies_are_streamed_with_back_pressure), TEST(streaming_nothing), TEST(bad_chunks_in_a_body),
		TEST(large_answers), TEST(answers_in_pieces), TEST(answers_of_known_length),
		TEST(back_pressure_on_answers), TEST(cutting_an_answer), TEST(bad_requests_get_400_and_the_door),
		TEST(limits_have_their_status), TEST(side_doors_are_shut), TEST(slow_heads_end_with_408),
		TEST(slow_bodies_end_with_408), TEST(steady_bodies_and_slow_consumers_are_fine),
		TEST(idle_connections_close_silently), TEST(never_reading_clients_are_cut),
		TEST(never_reading_pipeliners_are_not_served_on), TEST(slow_handshakes_are_cut),
		TEST(owners_hear_of_lost_clients),
		TEST(half_closed_clients_are_answered), TEST(half_requests_get_400), TEST(half_bodies_abort),
		TEST(closing_inside_on_request), TEST(draining), TEST(draining_an_idle_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
