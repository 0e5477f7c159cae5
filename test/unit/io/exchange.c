/* What io_exchange() sends and what it makes of the reply, in the clear; over TLS it is the same code (test/unit/io/fetch). */
#include "io/exchange.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "sys/clk.h"
#include "names.h"

enum { DEADLINE_MS = 20000 };

static uint16_t port, dns_port;
static pid_t resolver;

static int
setup(void **state)
{
	int dns = bound(SOCK_DGRAM, &dns_port);

	(void)state;
	resolver = fork();
	if (resolver == 0) {
		resolve_all(dns);
		_exit(0);
	}
	(void)close(dns);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)kill(resolver, SIGKILL);
	(void)waitpid(resolver, NULL, 0);
	return 0;
}

/* One connection: what comes until the request is whole goes to seen, then the reply out. */
static pid_t
serve(const char *reply, size_t nbody, int *seen)
{
	char text[4096] = "", *end;
	int door = bound(SOCK_STREAM, &port), fd, tube[2];
	size_t n = 0;
	ssize_t k;
	pid_t pid;

	assert_int_equal(listen(door, 1), 0);
	assert_int_equal(pipe(tube), 0);
	*seen = tube[0];
	if ((pid = fork()) == 0) {
		fd = accept(door, NULL, NULL);
		while ((end = strstr(text, "\r\n\r\n")) == NULL || (size_t)(text + n - end) < 4 + nbody) {
			if ((k = read(fd, text + n, sizeof(text) - 1 - n)) <= 0)
				break;
			n += (size_t)k;
		}
		_exit(write(tube[1], text, n) < 0 || write(fd, reply, strlen(reply)) < 0);
	}
	(void)close(door);
	(void)close(tube[1]);
	return pid;
}

/* One exchange over the path; *request is what came to the server. */
static int
ask(struct io_exchange *x, const char *path, const char *reply, char request[4096], struct err *e)
{
	int seen, r;
	pid_t pid = serve(reply, x->nbody, &seen);
	char url[128];
	ssize_t n;

	(void)snprintf(url, sizeof(url), "http://api.example.test:%u%s", port, path);
	x->url = url;
	x->resolver = (struct addr_port){ .addr = { 4, { 127, 0, 0, 1 } }, .port = dns_port };
	x->deadline_ms = clk_system.mono_ms(&clk_system) + DEADLINE_MS;
	r = io_exchange(x, e);
	(void)kill(pid, SIGTERM);	/* nobody may have come */
	n = read(seen, request, 4095);
	request[n < 0 ? 0 : n] = '\0';
	(void)close(seen);
	(void)waitpid(pid, NULL, 0);
	return r;
}

static const struct io_header headers[] = { { "Content-Type", "application/json" }, { "user-agent", "x/1" } };

static void
test_request(void **state)
{
	struct io_exchange x = { .plain_too = true, .method = "PUT", .headers = headers, .nheaders = 2, .body = "{\"a\":1}",
		.nbody = 7 };
	char request[4096], expected[512];
	struct err e;

	(void)state;
	assert_int_equal(ask(&x, "/v1/x?y=%20", "HTTP/1.1 204 Done\r\n\r\n", request, &e), 0);
	(void)snprintf(expected, sizeof(expected), "PUT /v1/x?y=%%20 HTTP/1.1\r\nHost: api.example.test:%u\r\n"
	    "Content-Type: application/json\r\nuser-agent: x/1\r\nAccept: */*\r\nContent-Length: 7\r\nConnection: close\r\n\r\n"
	    "{\"a\":1}", port);
	assert_string_equal(request, expected);
	assert_int_equal(x.status, 204);

	x = (struct io_exchange){ .plain_too = true, .method = "HEAD" };
	assert_int_equal(ask(&x, "", "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", request, &e), 0);
	(void)snprintf(expected, sizeof(expected), "HEAD / HTTP/1.1\r\nHost: api.example.test:%u\r\n"
	    "User-Agent: pic/" PIC_VERSION "\r\nAccept: */*\r\nConnection: close\r\n\r\n", port);
	assert_string_equal(request, expected);
	assert_int_equal(x.status, 200);
}

/* Nothing of it leaves here. */
static void
test_unwritable(void **state)
{
	static const struct io_header split = { "Authorization", "Bearer a\r\nX: y" };
	static char much[IO_EXCHANGE_HEAD_MAX];
	const struct io_header large = { "X", much };
	struct io_exchange x = { .plain_too = true, .headers = &split, .nheaders = 1 };
	char request[4096];
	struct err e;

	(void)state;
	assert_int_equal(ask(&x, "/", "", request, &e), -EINVAL);
	assert_string_equal(request, "");
	memset(much, 'x', sizeof(much) - 1);
	x.headers = &large;
	assert_int_equal(ask(&x, "/", "", request, &e), -EINVAL);
	x = (struct io_exchange){ .plain_too = false };	/* nobody said that it may be in the clear */
	assert_int_equal(ask(&x, "/", "", request, &e), -EINVAL);
	assert_string_equal(request, "");
}

static void
test_reply(void **state)
{
	char wait[8], nonce[64], text[6], request[4096];
	const struct io_wanted wanted[] = { { "Retry-After", wait, sizeof(wait) }, { "Replay-Nonce", nonce, sizeof(nonce) } };
	struct io_exchange x = { .plain_too = true, .wanted = wanted, .nwanted = 2, .text = text, .size = sizeof(text) };
	struct err e;

	(void)state;
	assert_int_equal(ask(&x, "/", "HTTP/1.1 429 Slow\r\nretry-after: 7\r\nContent-Length: 5\r\n\r\nlater", request, &e), 0);
	assert_int_equal(x.status, 429);
	assert_string_equal(wait, "7");
	assert_string_equal(nonce, "");
	assert_string_equal(text, "later");
	assert_int_equal(ask(&x, "/", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nlonger", request, &e), -EFBIG);
	assert_int_equal(ask(&x, "/", "HTTP/1.1 200 OK\r\n\r\nto the end of the connection", request, &e), -EFBIG);
	assert_int_equal(ask(&x, "/", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx", request, &e), -EPROTO);
	assert_int_equal(ask(&x, "/", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ncut", request, &e), -EPROTO);
	assert_int_equal(ask(&x, "/", "220 mail.example ESMTP\r\n", request, &e), -EPROTO);
	assert_string_equal(e.detail, "api.example.test answers something that is not HTTP");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_reply),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
