/* src/http/relay.c and link.c: a client on one side, a server played by hand
 * on the other (WEB-5, WEB-6, WEB-9, WEB-10, INP-10, INP-12). */
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

#include "base/addr.h"
#include "http/link.h"
#include "http/relay.h"
#include "http/server.h"
#include "client.h"

enum { BIG = 4 << 20 };

struct both {
	struct io_loop *loop;
	struct http_conn *conn;
	struct http_link *link;
	struct http_relay *relay;
	struct client client, server;	/* the raw ends */
	struct http_link_times times;
	struct http_relay_conf conf;
	char *big;
	size_t requests, dones;
	int status;
	char why[64];
	bool done, closed, in_start;
};

static void
on_done(void *arg, int status, const char *why)
{
	struct both *b = arg;

	assert_false(b->in_start);
	assert_false(b->done);
	b->done = true;
	b->dones++;
	b->status = status;
	snprintf(b->why, sizeof(b->why), "%s", why == NULL ? "" : why);
	b->relay = NULL;
}

static void
on_request(void *arg, struct http_req *rq)
{
	struct both *b = arg;

	b->requests++;
	b->done = false;
	if (b->link == NULL || !http_link_ready(b->link)) {
		http_reply_problem(rq, 503, "no link");
		return;
	}
	b->in_start = true;
	b->relay = http_relay_start(rq, b->link, &b->conf, on_done, b);
	b->in_start = false;
}

static void
on_closed(void *arg)
{
	struct both *b = arg;

	b->closed = true;
	b->conn = NULL;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* A fresh link with its raw server end. */
static void
new_link(struct both *b)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	client_init(&b->server, b->loop, fds[1]);
	b->link = http_link_new(b->loop, fds[0], &b->times);
	assert_non_null(b->link);
}

static int
set_up(void **state)
{
	struct both *b = calloc(1, sizeof(*b));
	struct http_conn_conf conf = { .ops = &conn_ops, .arg = b };
	int fds[2];

	b->loop = io_loop_new();
	b->times = http_link_times_default;
	b->big = malloc(BIG);
	memset(b->big, 'z', BIG);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	client_init(&b->client, b->loop, fds[1]);
	b->conn = http_conn_new(b->loop, fds[0], &conf);
	assert_non_null(b->conn);
	new_link(b);
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct both *b = *state;

	http_conn_close(b->conn);
	http_link_free(b->link);
	client_close(&b->client);
	client_close(&b->server);
	io_loop_free(b->loop);
	free(b->big);
	free(b);
	return 0;
}

/* The client asks, the server hears want. */
static void
asks(struct both *b, const char *question, const char *want)
{
	client_clear(&b->server);
	client_clear(&b->client);
	client_say(&b->client, question);
	client_hears(&b->server, want);
}

static void
answers(struct both *b, const char *answer, const char *want)
{
	client_say(&b->server, answer);
	client_hears(&b->client, want);
}

/* --- heads ------------------------------------------------------------------------------ */

static void
heads_are_written_anew(void **state)
{
	static const struct http_header add[] = {
		{ STR("X-Forwarded-For"), STR("10.0.0.9") }, { STR("Remote-User"), STR("anna") },
	};
	static const char *const gone[] = {
		"1.1.1.1", "2.2.2.2", "evil", "hop", "keep-alive", "h2c", "Expect", "10.9.9.9", "mallory", "Proxy-",
	};
	struct both *b = *state;
	size_t i;

	b->conf.add = add;
	b->conf.nadd = 2;
	asks(b, "GET /p?q=1 HTTP/1.1\r\nhost: cell:8443\r\nConnection: keep-alive, X-Hop, close\r\nX-Hop: hop\r\n"
	    "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-proto: evil\r\nForwarded: for=2.2.2.2\r\nX_Forwarded_For: 1.1.1.1\r\n"
	    "X-Real-IP: 10.9.9.9\r\nRemote-User: mallory\r\nREMOTE_GROUPS: evil\r\nUpgrade: h2c\r\nTE: trailers\r\n"
	    "Proxy-Authorization: evil\r\nKeep-Alive: 5\r\nHTTP2-Settings: evil\r\nCookie: a=b\r\nAccept: x\r\n\r\n", "\r\n\r\n");
	assert_memory_equal(b->server.text, "GET /p?q=1 HTTP/1.1\r\nHost: cell:8443\r\n", 38);
	assert_true(client_has(&b->server, "\r\nCookie: a=b\r\nAccept: x\r\nX-Forwarded-For: 10.0.0.9\r\n"
	    "Remote-User: anna\r\nConnection: TE\r\nTE: trailers\r\n\r\n"));
	assert_false(client_has(&b->server, "Content-Length"));
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (client_has(&b->server, gone[i]))
			fail_msg("%s passed: %s", gone[i], b->server.text);
}

static void
the_host_can_be_replaced(void **state)
{
	struct both *b = *state;

	b->conf.host = STR("backend:80");
	asks(b, "GET / HTTP/1.0\r\n\r\n", "Host: backend:80\r\n");
}

static void
answers_lose_their_hop_headers(void **state)
{
	static const struct http_header add[] = { { STR("X-Frame-Options"), STR("DENY") } };
	struct both *b = *state;

	b->conf.add_answer = add;
	b->conf.nadd_answer = 1;
	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 201 Made\r\nConnection: X-Hop\r\nX-Hop: hop\r\nKeep-Alive: 9\r\nX-Frame-Options: ALLOW\r\n"
	    "Set-Cookie: a\r\nSet-Cookie: b\r\nDate: then\r\nContent-Length: 2\r\n\r\nhi", "\r\n\r\nhi");
	assert_memory_equal(b->client.text, "HTTP/1.1 201 Created\r\n", 22);
	assert_true(client_has(&b->client, "\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX-Frame-Options: DENY\r\n"
	    "Content-Length: 2\r\n\r\n"));
	assert_false(client_has(&b->client, "op"));
	assert_false(client_has(&b->client, "ALLOW"));
	assert_false(client_has(&b->client, "then"));
	assert_int_equal(b->status, 201);
}

static void
without_host_there_is_nothing_to_ask(void **state)
{
	struct both *b = *state;

	client_say(&b->client, "GET / HTTP/1.0\r\n\r\n");
	client_hears(&b->client, "HTTP/1.1 400 ");
	assert_true(http_link_ready(b->link));
}

/* --- bodies ------------------------------------------------------------------------------- */

static void
lengths_are_kept(void **state)
{
	struct both *b = *state;

	asks(b, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "Content-Length: 5\r\n\r\nhello");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0\r\n\r\n");
	asks(b, "POST /b HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 0\r\n\r\n");
	answers(b, "HTTP/1.1 204 None\r\n\r\n", "HTTP/1.1 204 No Content\r\n");
	client_hears(&b->client, "\r\n\r\n");
	asks(b, "GET /c HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 304 Same\r\nETag: \"e\"\r\nContent-Length: 99\r\n\r\n", "ETag: \"e\"\r\n\r\n");
	asks(b, "HEAD /d HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", "Content-Length: 77\r\n\r\n");
	assert_int_equal(b->dones, 4);
	assert_true(http_link_ready(b->link));	/* one link for all of them */
}

static void
chunks_stay_chunks(void **state)
{
	struct both *b = *state;

	asks(b, "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "\r\n\r\n3\r\nabc\r\n");
	client_say(&b->client, "1\r\nd\r\n0\r\n\r\n");
	client_hears(&b->server, "1\r\nd\r\n0\r\n\r\n");
	client_say(&b->server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
	client_hears(&b->client, "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");	/* not held back */
	assert_false(b->done);
	client_say(&b->server, "6\r\nsecond\r\n0\r\n\r\n");
	client_hears(&b->client, "6\r\nsecond\r\n0\r\n\r\n");
	assert_true(http_link_ready(b->link));
}

/* Server-sent events: each arrives when it is sent, and the end of the client ends it for the server. */
static void
events_stream(void **state)
{
	struct both *b = *state;

	asks(b, "GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
	    "text/event-stream\r\n");
	answers(b, "9\r\ndata: 1\n\n\r\n", "9\r\ndata: 1\n\n\r\n");
	answers(b, "9\r\ndata: 2\n\n\r\n", "9\r\ndata: 2\n\n\r\n");
	close(b->client.fd);
	b->client.fd = -1;
	assert_true(until(b->loop, &b->done));
	assert_int_equal(b->status, 0);
	client_ends(&b->server);
	assert_false(http_link_ready(b->link));
}

static void
answers_without_length_become_chunks(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.0 200 OK\r\n\r\nsome text", "9\r\nsome text\r\n");
	shutdown(b->server.fd, SHUT_WR);
	client_hears(&b->client, "0\r\n\r\n");
	assert_int_equal(b->status, 200);
	assert_false(http_link_ready(b->link));
}

/* The client gets its permission here; the server is not asked for one. */
static void
expect_is_answered_here(void **state)
{
	struct both *b = *state;

	client_say(&b->client, "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	client_hears(&b->client, "HTTP/1.1 100 Continue\r\n\r\n");
	client_say(&b->client, "hi");
	client_hears(&b->server, "\r\n\r\nhi");
	assert_false(client_has(&b->server, "100-continue"));
	answers(b, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: y\r\n\r\n"
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "\r\n\r\nok");
	assert_false(client_has(&b->client, "103"));
}

/* --- back-pressure: WEB-9, INP-12 -------------------------------------------------------------- */

static size_t
send_some(struct client *c, const char *p, size_t left)
{
	ssize_t k = send(c->fd, p, left < 65536 ? left : 65536, MSG_NOSIGNAL);

	spin(c->loop, 1);
	return k > 0 ? (size_t)k : 0;
}

static void
uploads_are_held_back(void **state)
{
	struct both *b = *state;
	size_t sent = 0, i;

	asks(b, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n", "\r\n\r\n");
	for (i = 0; i < 200; i++)
		sent += send_some(&b->client, b->big, BIG - sent);
	assert_true(sent < 2000000);	/* nobody reads at the other end */
	while (sent < BIG) {
		client_read(&b->server);
		sent += send_some(&b->client, b->big, BIG - sent);
	}
	for (i = 0; i < CLIENT_ROUNDS && b->server.n < BIG; i++) {
		client_read(&b->server);
		spin(b->loop, 1);
	}
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "\r\n\r\nok");
	assert_int_equal(client_count(&b->server, "zzzz"), BIG / 4);
}

static void
downloads_are_held_back(void **state)
{
	struct both *b = *state;
	size_t sent = 0, i;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	client_say(&b->server, "HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n");
	for (i = 0; i < 200; i++)
		sent += send_some(&b->server, b->big, BIG - sent);
	assert_true(sent < 2000000);
	while (sent < BIG) {
		client_read(&b->client);
		sent += send_some(&b->server, b->big, BIG - sent);
	}
	for (i = 0; i < CLIENT_ROUNDS && !b->done; i++) {
		client_read(&b->client);
		spin(b->loop, 1);
	}
	client_read(&b->client);
	assert_int_equal(client_count(&b->client, "zzzz"), BIG / 4);
	assert_true(http_link_ready(b->link));
}

/* --- one link, many requests -------------------------------------------------------------------- */

static void
pipelined_requests_go_one_by_one(void **state)
{
	struct both *b = *state;

	client_say(&b->client, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_hears(&b->server, "GET /1 ");
	spin(b->loop, 10);
	client_read(&b->server);
	assert_false(client_has(&b->server, "/2"));
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na");
	client_hears(&b->server, "GET /2 ");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb", "\r\n\r\nb");
	assert_int_equal(b->dones, 2);
}

static void
links_end_when_the_server_says_so(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na");
	assert_false(client_has(&b->client, "Connection: close"));	/* theirs, not ours */
	assert_false(http_link_ready(b->link));
}

/* Bytes behind an answer could be taken for the next one's: such a link is not used again. */
static void
surplus_bytes_spoil_the_link(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "\r\n\r\na");
	assert_false(http_link_ready(b->link));
	assert_false(client_has(&b->client, "evil"));
}

static void
unasked_bytes_end_an_idle_link(void **state)
{
	struct both *b = *state;

	assert_true(http_link_ready(b->link));
	client_say(&b->server, "HTTP/1.1 408 Timeout\r\n\r\n");
	client_ends(&b->server);
	assert_false(http_link_ready(b->link));
}

static void
idle_links_end(void **state)
{
	struct both *b = *state;

	b->times.keep = 300;
	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na");
	assert_true(http_link_ready(b->link));
	client_ends(&b->server);
	assert_false(http_link_ready(b->link));
}

/* The server answers before it has read everything: the answer passes, the link does not live on. */
static void
early_answers(void **state)
{
	struct both *b = *state;

	asks(b, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\nsome", "\r\n\r\nsome");
	answers(b, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", "\r\n\r\nno");
	assert_int_equal(b->status, 403);
	assert_false(http_link_ready(b->link));
	client_ends(&b->client);
}

/* --- servers that fail: WEB-10 -------------------------------------------------------------------- */

static void
fails_with(struct both *b, int status, const char *why)
{
	client_hears(&b->client, status == 502 ? "HTTP/1.1 502 Bad Gateway\r\n" : "HTTP/1.1 504 Gateway Timeout\r\n");
	assert_int_equal(b->status, status);
	assert_string_equal(b->why, why);
	assert_false(http_link_ready(b->link));
}

static void
fails_with_502(struct both *b, const char *why)
{
	client_hears(&b->client, "HTTP/1.1 502 Bad Gateway\r\n");
	client_hears(&b->client, "{\"type\":\"urn:pic:remote\",\"title\":\"Bad Gateway\",\"status\":502,");
	assert_int_equal(b->status, 502);
	assert_string_equal(b->why, why);
	assert_false(http_link_ready(b->link));
}

static void
closing_unanswered(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	shutdown(b->server.fd, SHUT_RDWR);
	fails_with_502(b, "it closed the connection unanswered");
	/* That client's connection is still good. */
	client_close(&b->server);
	http_link_free(b->link);
	new_link(b);
	asks(b, "GET /again HTTP/1.1\r\nHost: x\r\n\r\n", "GET /again ");
}

static void
answering_nonsense(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	client_say(&b->server, "220 mail.example ESMTP\r\n");
	fails_with_502(b, "not HTTP/1.1");
}

static void
answering_with_two_framings(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	client_say(&b->server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
	client_hears(&b->client, "HTTP/1.1 502 ");
}

static void
switching_protocols_unasked(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	client_say(&b->server, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n");
	fails_with_502(b, "it switched protocols unasked");
}

static void
not_answering_in_time(void **state)
{
	struct both *b = *state;

	b->times.first_byte = 30;
	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	fails_with(b, 504, "no answer in time");
}

/* In the middle of an answer nothing can be said any more: the client must see that it is cut. */
static void
dying_in_the_middle(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "4\r\nhalf\r\n");
	shutdown(b->server.fd, SHUT_RDWR);
	client_ends(&b->client);
	assert_false(client_has(&b->client, "\r\n0\r\n"));
	assert_int_equal(b->status, 200);
	assert_string_equal(b->why, "it ended in the middle of its answer");
	assert_true(until(b->loop, &b->closed));
}

static void
stalling_in_the_middle(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	b->times.idle = 30;		/* from here on: it is not the test that is late */
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "half");
	client_ends(&b->client);
	assert_string_equal(b->why, "no progress in time");
}

static void
not_being_there(void **state)
{
	struct both *b = *state;
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = 1 };

	http_link_free(b->link);
	b->link = http_link_connect(b->loop, &at, &b->times);
	assert_non_null(b->link);
	assert_true(http_link_ready(b->link));		/* requests may already be given */
	client_say(&b->client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	fails_with(b, 502, "nothing listens there");
}

/* --- kept links that were closed meanwhile (RFC 9110 9.2.2) --------------------------------------------- */

static struct http_link *
on_again(void *arg)
{
	struct both *b = arg;

	http_link_free(b->link);
	client_close(&b->server);
	new_link(b);
	return b->link;
}

/* A link that has answered once, and now hears what was asked last but is gone. */
static void
goes_stale(struct both *b, const char *question)
{
	b->conf.again = on_again;
	asks(b, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na");
	assert_true(http_link_used(b->link));
	asks(b, question, "Host: x\r\n");
	shutdown(b->server.fd, SHUT_RDWR);
}

static void
what_can_be_repeated_is(void **state)
{
	struct both *b = *state;

	goes_stale(b, "GET /again?x HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n");
	spin(b->loop, 20);
	client_hears(&b->server, "GET /again?x HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes", "\r\n\r\nyes");
	assert_int_equal(b->status, 200);
	assert_true(http_link_ready(b->link));
}

static void
once_only(void **state)
{
	struct both *b = *state;

	goes_stale(b, "GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
	spin(b->loop, 20);
	client_hears(&b->server, "GET /again ");
	shutdown(b->server.fd, SHUT_RDWR);
	fails_with_502(b, "it closed the connection unanswered");
}

static void
what_cannot_is_not(void **state)
{
	struct both *b = *state;

	goes_stale(b, "POST /pay HTTP/1.1\r\nHost: x\r\n\r\n");
	fails_with_502(b, "it closed the connection unanswered");
}

static void
bodies_are_not_repeated(void **state)
{
	struct both *b = *state;

	goes_stale(b, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
	fails_with_502(b, "it closed the connection unanswered");
}

/* --- WebSocket (RFC 6455) --------------------------------------------------------------------------------- */

static const char upgrade[] = "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Key: k\r\n\r\n";

static void
opens_tunnel(struct both *b)
{
	b->conf.websocket = true;
	asks(b, upgrade, "Sec-WebSocket-Key: k\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
	answers(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: a\r\n\r\nfirst", "Upgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\nfirst");
	assert_true(client_has(&b->client, "HTTP/1.1 101 Switching Protocols\r\n"));
}

static void
carries(struct both *b, struct client *from, struct client *to)
{
	size_t sent = 0;
	int i;

	client_clear(to);
	for (i = 0; i < CLIENT_ROUNDS && to->n < BIG; i++) {
		sent += send_some(from, b->big, BIG - sent);
		spin(b->loop, 1);
		client_read(to);
	}
	assert_int_equal(to->n, BIG);
}

static void
tunnels_carry_bytes(void **state)
{
	struct both *b = *state;

	b->conf.body_max = 3;		/* of requests, not of tunnels */
	opens_tunnel(b);
	client_say(&b->client, "GET / HTTP/1.1\r\n\r\n0\r\n\r\n");	/* bytes, whatever they look like */
	client_hears(&b->server, "GET / HTTP/1.1\r\n\r\n0\r\n\r\n");
	client_say(&b->server, "HTTP/1.1 200 OK\r\n\r\n");
	client_hears(&b->client, "HTTP/1.1 200 OK\r\n\r\n");
	carries(b, &b->client, &b->server);
	carries(b, &b->server, &b->client);
	assert_int_equal(b->requests, 1);
}

static void
tunnels_end_with_the_server(void **state)
{
	struct both *b = *state;

	opens_tunnel(b);
	client_say(&b->server, "bye");
	shutdown(b->server.fd, SHUT_RDWR);
	client_hears(&b->client, "bye");
	client_ends(&b->client);
	assert_true(until(b->loop, &b->done));
	assert_int_equal(b->status, 101);
	assert_string_equal(b->why, "");
	assert_false(http_link_ready(b->link));
}

static void
tunnels_end_with_the_client(void **state)
{
	struct both *b = *state;

	opens_tunnel(b);
	shutdown(b->client.fd, SHUT_WR);
	client_ends(&b->server);
	assert_true(until(b->loop, &b->closed));
	assert_true(b->done);
}

static void
tunnels_have_a_time(void **state)
{
	struct both *b = *state;

	opens_tunnel(b);
	b->times.tunnel = 30;
	client_say(&b->client, "x");
	client_ends(&b->client);
	assert_string_equal(b->why, "no progress in time");
}

static void
only_where_it_is_allowed(void **state)
{
	struct both *b = *state;

	asks(b, upgrade, "Sec-WebSocket-Key: k\r\n\r\n");
	assert_false(client_has(&b->server, "pgrade"));
	client_say(&b->server, "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
	fails_with_502(b, "it switched protocols unasked");
}

/* The server may as well answer as usual; then the connection goes on as usual. */
static void
a_server_need_not_switch(void **state)
{
	struct both *b = *state;

	b->conf.websocket = true;
	asks(b, upgrade, "Upgrade: websocket\r\n\r\n");
	answers(b, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", "\r\n\r\nno");
	asks(b, "GET /next HTTP/1.1\r\nHost: x\r\n\r\n", "GET /next ");
	client_say(&b->server, "HTTP/1.1 101 Switching\r\n\r\n");
	fails_with_502(b, "it switched protocols unasked");
}

/* --- limits and ends ---------------------------------------------------------------------------------- */

static void
bodies_have_a_limit(void **state)
{
	struct both *b = *state;

	b->conf.body_max = 10;
	client_say(&b->client, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890");
	client_hears(&b->client, "HTTP/1.1 413 ");
	assert_true(http_link_ready(b->link));		/* it was not bothered */
	asks(b, "PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789", "\r\n\r\n0123456789");
	answers(b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na");
	client_clear(&b->client);
	client_say(&b->client, "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n");
	client_hears(&b->client, "HTTP/1.1 413 ");
	assert_int_equal(b->status, 413);
	assert_false(http_link_ready(b->link));
}

static void
clients_that_leave_take_the_link_along(void **state)
{
	struct both *b = *state;

	asks(b, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", "half");
	close(b->client.fd);
	b->client.fd = -1;
	assert_true(until(b->loop, &b->done));
	assert_int_equal(b->status, 0);
	assert_true(until(b->loop, &b->closed));
	assert_false(http_link_ready(b->link));
	client_ends(&b->server);	/* so the server cannot take half a body for a whole one */
}

static void
cancelling(void **state)
{
	struct both *b = *state;

	asks(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
	http_relay_cancel(b->relay);
	client_ends(&b->client);
	client_ends(&b->server);
	assert_int_equal(b->dones, 0);
	assert_false(http_link_ready(b->link));
}

/* --- against our own server ------------------------------------------------------------------------------- */

struct core {
	struct http_conn *conn;
	size_t requests;
};

static void
on_core_body(void *arg, struct http_req *rq, struct str body)
{
	(void)arg;
	http_reply_text(rq, 200, "text/plain", body);
}

static void
on_core_abort(void *arg)
{
	(void)arg;
}

static const struct http_handler core_handler = { .on_body = on_core_body, .on_abort = on_core_abort };

static void
on_core_request(void *arg, struct http_req *rq)
{
	struct core *c = arg;

	c->requests++;
	(void)http_req_read(rq, 1 << 20, &core_handler, c);
}

static void
on_core_closed(void *arg)
{
	struct core *c = arg;

	c->conn = NULL;
}

static const struct http_conn_ops core_ops = { on_core_request, on_core_closed };

static void
edge_to_core(void **state)
{
	struct both *b = *state;
	struct core core = { 0 };
	struct http_conn_conf conf = { .ops = &core_ops, .arg = &core };
	char text[256];
	int i;

	core.conn = http_conn_new(b->loop, b->server.fd, &conf);
	b->server.fd = -1;
	for (i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "POST /api HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s",
		    i % 2 ? "Transfer-Encoding: chunked" : "Content-Length: 2",
		    i % 2 ? "3\r\nabc\r\n0\r\n\r\n" : "hi");
		client_clear(&b->client);
		client_say(&b->client, text);
		client_hears(&b->client, i % 2 ? "\r\n\r\nabc" : "\r\n\r\nhi");
	}
	assert_int_equal(core.requests, 50);
	assert_true(http_link_ready(b->link));
	http_conn_close(core.conn);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(heads_are_written_anew), TEST(the_host_can_be_replaced), TEST(answers_lose_their_hop_headers),
		TEST(without_host_there_is_nothing_to_ask), TEST(lengths_are_kept), TEST(chunks_stay_chunks),
		TEST(events_stream), TEST(answers_without_length_become_chunks), TEST(expect_is_answered_here),
		TEST(uploads_are_held_back), TEST(downloads_are_held_back), TEST(pipelined_requests_go_one_by_one),
		TEST(links_end_when_the_server_says_so), TEST(surplus_bytes_spoil_the_link),
		TEST(unasked_bytes_end_an_idle_link), TEST(idle_links_end), TEST(early_answers),
		TEST(closing_unanswered), TEST(answering_nonsense), TEST(answering_with_two_framings),
		TEST(switching_protocols_unasked), TEST(not_answering_in_time), TEST(dying_in_the_middle),
		TEST(stalling_in_the_middle), TEST(what_can_be_repeated_is), TEST(once_only), TEST(what_cannot_is_not),
		TEST(bodies_are_not_repeated), TEST(tunnels_carry_bytes), TEST(tunnels_end_with_the_server),
		TEST(tunnels_end_with_the_client), TEST(tunnels_have_a_time), TEST(only_where_it_is_allowed),
		TEST(a_server_need_not_switch), TEST(not_being_there), TEST(bodies_have_a_limit),
		TEST(clients_that_leave_take_the_link_along), TEST(cancelling), TEST(edge_to_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
