/* The deadline of io_fetch(), with openssl as the server; the rest is tested with the real
 * binary (test/system/filter). */
#include "io/fetch.h"

#include <arpa/inet.h>
#include <poll.h>
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
#include "io/tls_anchors.h"
#include "io/tls_client.h"
#include "sys/clk.h"
#include "names.h"
#include "../sys/apart.h"

/* --- a server that never comes to an end -------------------------------------------------- */

enum { WAIT_MS = 20000 };

/* A certificate of its own, and a document of which a little comes again and again. */
static const char trickle[] =
    "exec 2>$D/log; cd $D; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out new "
    "  -days 9 -subj /CN=x -addext subjectAltName=DNS:slow.example.test -addext basicConstraints=critical,CA:true; mv new pem; "
    "{ printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n'; while sleep 0.02; do echo ads.example; done; } | "
    "exec openssl s_server -quiet -accept 127.0.0.1:$P -cert pem -key key -tls1_2 >/dev/null";

static pid_t
in_child(int dns, const char *dir, const char *port)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)setpgid(0, 0);
	if (dns >= 0) {
		resolve_all(dns);
		_exit(0);
	}
	(void)setenv("D", dir, 1);
	(void)setenv("P", port, 1);
	(void)execl("/bin/sh", "sh", "-c", trickle, NULL);
	_exit(127);
}

static void
end_child(pid_t pid)
{
	(void)kill(-pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static struct io_tls_client *
trusting(const char *dir)
{
	struct io_tls_anchors *a = io_tls_anchors_new(false);
	char path[64], pem[4096];
	FILE *f = NULL;
	size_t i, n;

	(void)snprintf(path, sizeof(path), "%s/pem", dir);
	for (i = 0; i < WAIT_MS / 10 && (f = fopen(path, "r")) == NULL; i++)
		(void)poll(NULL, 0, 10);
	assert_non_null(f);
	n = fread(pem, 1, sizeof(pem), f);
	(void)fclose(f);
	assert_int_equal(io_tls_anchors_add(a, pem, n, NULL), 0);
	return io_tls_client_new(a, &clk_system);
}

static void
on_data(void *arg, const uint8_t *p, size_t n)
{
	(void)p;
	*(size_t *)arg += n;
}

/* BLK-5, DNL-8: the deadline is of the whole, however often a little comes. Nothing but it ends this call. */
static void
test_trickle(void **state)
{
	char dir[] = "/tmp/pic-fetch.XXXXXX", port_text[8], url[64], command[64];
	uint16_t port, dns_port;
	int tcp, dns, r, i;
	size_t came = 0;
	struct io_fetched got;
	struct err e;
	pid_t server, resolver;
	struct io_fetch f = { .url = url, .resolver = { .addr = { 4, { 127, 0, 0, 1 } } },
		.max = 1 << 20, .deadline_s = 1, .on_data = on_data, .arg = &came };

	(void)state;
	own_network();
	tcp = bound(SOCK_STREAM, &port);
	dns = bound(SOCK_DGRAM, &dns_port);
	f.resolver.port = dns_port;
	assert_non_null(mkdtemp(dir));
	(void)close(tcp);		/* the server's */
	(void)snprintf(port_text, sizeof(port_text), "%u", port);
	(void)snprintf(url, sizeof(url), "https://slow.example.test:%u/", port);
	resolver = in_child(dns, NULL, NULL);
	server = in_child(-1, dir, port_text);
	f.tls = trusting(dir);
	for (i = 0; i < WAIT_MS / 10 && came == 0; i++) {	/* until the server is there */
		err_clear(&e);
		r = io_fetch(&f, &got, &e);
		assert_true(r < 0);
		(void)poll(NULL, 0, 10);
	}
	assert_true(came > 0);
	assert_int_equal(e.kind, ERR_REMOTE);
	assert_non_null(strstr(e.detail, "too slow"));
	end_child(server);
	end_child(resolver);
	(void)close(dns);
	io_tls_client_unref(f.tls);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_trickle) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
