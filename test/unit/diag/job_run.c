/* src/diag/job_run.c against a name server of one process: this one, forked. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/err.h"
#include "conf/conf.h"
#include "diag/job_run.h"

enum behaviour { ANSWER, REFUSE, SILENT, FOREIGN_FIRST, HANG_UP, NONSENSE };

struct server {
	pid_t pid;
	uint16_t port;
};

/* Turn a question into its answer. */
static size_t
answer(uint8_t *p, size_t n, enum behaviour b)
{
	p[2] |= 0x80;
	p[3] = b == REFUSE ? 0x85 : 0x80;
	return n;
}

static void
serve_udp(int fd, enum behaviour b)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	uint8_t buf[512];
	ssize_t n;

	for (;;) {
		n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &size);
		if (n < 12 || b == SILENT)
			continue;
		n = (ssize_t)answer(buf, (size_t)n, b);
		if (b == FOREIGN_FIRST) {
			buf[0] ^= 1;
			(void)!sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&from, size);
			(void)!sendto(fd, buf, 3, 0, (struct sockaddr *)&from, size);
			buf[0] ^= 1;
		}
		(void)!sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&from, size);
	}
}

static void
serve_tcp(int fd, enum behaviour b)
{
	uint8_t buf[512];
	ssize_t n;
	int c;

	for (;;) {
		c = accept(fd, NULL, NULL);
		n = recv(c, buf, sizeof(buf), 0);
		if (b != HANG_UP && n > 14) {
			(void)answer(buf + 2, (size_t)n - 2, b);
			if (b == NONSENSE)
				buf[2] ^= 1;
			/* In pieces, as networks do. */
			(void)!send(c, buf, 1, 0);
			(void)!send(c, buf + 1, 4, 0);
			(void)!send(c, buf + 5, (size_t)n - 5, 0);
		}
		(void)close(c);
	}
}

static struct server
start(int type, enum behaviour b)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	struct server s;
	int fd = socket(AF_INET, type, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	s.port = ntohs(at.sin_port);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (s.pid == 0) {
		if (type == SOCK_STREAM)
			serve_tcp(fd, b);
		serve_udp(fd, b);
	}
	(void)close(fd);
	return s;
}

static void
stop(struct server s)
{
	(void)kill(s.pid, SIGKILL);
	(void)waitpid(s.pid, NULL, 0);
}

/* Run the job for one upstream; the single check. */
static json_t *
run(uint16_t port, const char *transport)
{
	json_t *in = json_pack("{s:[{s:s,s:i,s:s}]}", "upstreams", "address", "127.0.0.1", "port", port,
	    "transport", transport), *result = NULL, *check;
	struct err e;

	err_clear(&e);
	assert_int_equal(diag_job_run(in, NULL, NULL, &result, &e), 0);
	json_decref(in);
	assert_int_equal(json_array_size(json_object_get(result, "checks")), 1);
	check = json_incref(json_array_get(json_object_get(result, "checks"), 0));
	json_decref(result);
	return check;
}

static void
expect(json_t *check, const char *verdict, const char *detail)
{
	const char *text = json_string_value(json_object_get(check, "detail"));
	char id[64];

	assert_int_equal(sscanf(json_string_value(json_object_get(check, "id")), "upstream.%63s", id), 1);
	assert_true(strncmp(id, "udp.127.0.0.1:", 14) == 0 || strncmp(id, "tcp.127.0.0.1:", 14) == 0);
	assert_string_equal(json_string_value(json_object_get(check, "area")), "dns");
	assert_string_equal(json_string_value(json_object_get(check, "verdict")), verdict);
	if (strstr(text, detail) == NULL)
		fail_msg("%s", text);
	json_decref(check);
}

static void
test_set7_udp(void **state)
{
	struct server s;

	(void)state;
	s = start(SOCK_DGRAM, ANSWER);
	expect(run(s.port, "udp"), "ok", "answers over UDP in ");
	stop(s);
	s = start(SOCK_DGRAM, REFUSE);
	expect(run(s.port, "udp"), "warn", "refuses (RCODE 5)");
	stop(s);
	s = start(SOCK_DGRAM, FOREIGN_FIRST);
	expect(run(s.port, "udp"), "ok", "answers");	/* DNL-5: other ids are not ours */
	stop(s);
	s = start(SOCK_DGRAM, SILENT);
	expect(run(s.port, "udp"), "fail", "does not answer");
	stop(s);
	expect(run(s.port, "udp"), "fail", "refused");	/* nobody listens there now */
}

static void
test_set7_tcp(void **state)
{
	struct server s;

	(void)state;
	s = start(SOCK_STREAM, ANSWER);
	expect(run(s.port, "tcp"), "ok", "answers over TCP in ");
	stop(s);
	s = start(SOCK_STREAM, HANG_UP);
	expect(run(s.port, "tcp"), "fail", "reset");
	stop(s);
	s = start(SOCK_STREAM, NONSENSE);
	expect(run(s.port, "tcp"), "fail", "does not answer");
	stop(s);
	expect(run(s.port, "tcp"), "fail", "refused");
}

static void
test_what_cannot_be_asked_is_unknown(void **state)
{
	json_t *c = run(853, "dot");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(c, "verdict")), "unknown");
	json_decref(c);
	c = run(0, "udp");
	assert_string_equal(json_string_value(json_object_get(c, "verdict")), "unknown");
	json_decref(c);
}

static void
test_input(void **state)
{
	struct conf *c = conf_default("mycell");
	json_t *in = diag_job_input(c), *list = json_object_get(in, "upstreams"), *result = NULL;

	(void)state;
	assert_int_equal(json_array_size(list), c->dns.nupstreams);
	assert_true(json_array_size(list) > 0);
	assert_non_null(json_object_get(json_array_get(list, 0), "port"));
	json_decref(in);
	conf_unref(c);
	in = json_pack("{s:i}", "upstreams", 4);
	assert_int_equal(diag_job_run(in, NULL, NULL, &result, NULL), -EINVAL);
	json_decref(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set7_udp),
		cmocka_unit_test(test_set7_tcp),
		cmocka_unit_test(test_what_cannot_be_asked_is_unknown),
		cmocka_unit_test(test_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
