/* src/role/calls.c: many requests of one HTTP/2 connection to a core that answers, fails or is not there; each gets its
 * answer, and no address has the links of all (WEB-6, INP-12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "http/conn.h"
#include "http/h2.h"
#include "http/server.h"
#include "role/calls.h"
#include "../http/client.h"

enum { MANY = 80, LINKS = 100 };

struct edge {
	struct io_loop *loop;
	struct calls *calls;
	struct calls_own own;
	struct message_api who;
	struct http_conn *conn;
	struct client client;
	int core[256];
	size_t ncore;
	bool down, closed;
};

/* --- core ------------------------------------------------------------------------- */

static int
api(void *arg, int fd, const struct message_api *m)
{
	struct edge *e = arg;

	(void)m;
	if (e->down || e->ncore == sizeof(e->core) / sizeof(e->core[0]))
		return -ENOTCONN;
	e->core[e->ncore++] = dup(fd);
	return 0;
}

/* Whatever was asked; the count. */
static size_t
core_answers(struct edge *e)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	char head[4096];
	size_t i, n = 0;

	for (i = 0; i < e->ncore; i++) {
		if (recv(e->core[i], head, sizeof(head), MSG_DONTWAIT) <= 0)
			continue;
		assert_int_equal(send(e->core[i], text, sizeof(text) - 1, MSG_NOSIGNAL), sizeof(text) - 1);
		n++;
	}
	spin(e->loop, 100);
	return n;
}

static void
core_dies(struct edge *e)
{
	while (e->ncore > 0)
		close(e->core[--e->ncore]);
}

/* --- a connection --------------------------------------------------------------------- */

static void
on_request(void *arg, struct http_req *rq)
{
	struct edge *e = arg;

	calls_request(e->calls, &e->own, rq, &e->who);
}

static void
on_closed(void *arg)
{
	((struct edge *)arg)->closed = true;
}

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* GET / of a.test, with the static table (RFC 7541 A). */
static void
ask(struct edge *e, unsigned n)
{
	uint8_t frame[] = { 0, 0, 11, 1, 5, 0, 0, 0, 0, 0x82, 0x87, 0x84, 0x41, 6, 'a', '.', 't', 'e', 's', 't' };
	unsigned i;

	for (i = 0; i < n; i++) {
		frame[7] = (uint8_t)((2 * i + 1) >> 8);
		frame[8] = (uint8_t)(2 * i + 1);
		(void)client_send(&e->client, (const char *)frame, sizeof(frame));
	}
	spin(e->loop, 50);
}

/* How many answers have begun. */
static size_t
answers(struct edge *e)
{
	const uint8_t *p;
	size_t n = 0, at = 0;

	client_read(&e->client);
	while (at + 9 <= e->client.n) {
		p = (const uint8_t *)e->client.text + at;
		n += p[3] == 1;
		at += 9 + ((size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2]);
	}
	return n;
}

static int
setup(void **state)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
	struct edge *e = calloc(1, sizeof(*e));
	struct http_conn_conf conf = { .ops = &conn_ops, .arg = e };
	int fds[2];

	e->loop = io_loop_new();
	e->calls = calls_new(e->loop, LINKS, api, e);
	assert_true(addr_read(STR("192.0.2.1"), &e->who.peer.addr));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	e->conn = http_conn_new(e->loop, fds[0], &conf);
	e->conn->h2 = http2_new(e->conn);	/* as ALPN has it */
	client_init(&e->client, e->loop, fds[1]);
	(void)client_send(&e->client, preface, sizeof(preface) - 1);
	*state = e;
	return 0;
}

static int
teardown(void **state)
{
	struct edge *e = *state;

	if (!e->closed)
		http_conn_close(e->conn);
	calls_close(e->calls, &e->own);
	calls_free(e->calls);
	core_dies(e);
	client_close(&e->client);
	io_loop_free(e->loop);
	free(e);
	return 0;
}

/* --- tests -------------------------------------------------------------------------------- */

static void
test_each_has_its_turn(void **state)
{
	struct edge *e = *state;

	ask(e, MANY);
	assert_int_equal(e->own.running, CALLS_PER_CONNECTION);
	assert_int_equal(core_answers(e), CALLS_PER_CONNECTION);
	assert_int_equal(core_answers(e), CALLS_PER_CONNECTION);
	assert_int_equal(core_answers(e), MANY - 2 * CALLS_PER_CONNECTION);
	assert_int_equal(answers(e), MANY);
	assert_int_equal(e->ncore, CALLS_PER_CONNECTION);	/* the same links */
}

/* Whoever waits hears of it, too. */
static void
test_core_that_dies(void **state)
{
	struct edge *e = *state;

	ask(e, MANY);
	e->down = true;
	core_dies(e);
	spin(e->loop, 200);
	assert_int_equal(answers(e), MANY);
	assert_null(e->own.waiting);
}

/* Core hears nothing of what waits for a client who has left. */
static void
test_client_that_goes(void **state)
{
	struct edge *e = *state;

	ask(e, MANY);
	(void)shutdown(e->client.fd, SHUT_RDWR);
	spin(e->loop, 100);
	assert_true(e->closed);
	assert_int_equal(e->ncore, CALLS_PER_CONNECTION);
	assert_int_equal(e->own.running, 0);
	assert_null(e->own.waiting);
}

static void
test_owner_that_closes(void **state)
{
	struct edge *e = *state;

	ask(e, MANY);
	calls_close(e->calls, &e->own);
	http_conn_close(e->conn);
	e->closed = true;
	spin(e->loop, 50);
	assert_int_equal(e->ncore, CALLS_PER_CONNECTION);
}

/* One of CALLS_OTHERS links stays for other addresses. */
static void
test_links_of_one_address(void **state)
{
	struct edge *e = *state;

	calls_free(e->calls);
	e->calls = calls_new(e->loop, CALLS_OTHERS * 2, api, e);
	ask(e, MANY);
	assert_int_equal(e->ncore, CALLS_OTHERS * 2 - 2);
	assert_int_equal(answers(e), MANY - e->ncore);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_each_has_its_turn), T(test_core_that_dies), T(test_client_that_goes), T(test_owner_that_closes),
		T(test_links_of_one_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
