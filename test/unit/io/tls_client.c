/* src/io/tls_client.c, tls_anchors.c and tls_call.c against openssl's server:
 * authorities, chains, names and times as they occur outside. The paths are
 * made once by openssl; time is moved by our clock. */
#include <errno.h>
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/err.h"
#include "io/listen.h"
#include "io/stream.h"
#include "io/tls_anchors.h"
#include "io/tls_call.h"
#include "io/tls_client.h"
#include "sys/clk.h"
#include "until.h"
#include "../sys/apart.h"

enum { WAIT_MS = 20000, DAY_MS = 86400 * 1000 };

static char dir[] = "/tmp/pic-tlsc.XXXXXX";

/* An authority on P-384, one below it, and their servers: "rsa" below the second, "ec" below the first. */
static const char make_all[] =
    "exec >$D/log 2>&1; cd $D; set -ex; n='-nodes -keyout'; "
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 $n ca.key -out ca.crt -days 30 -subj /CN=Root "
    "  -addext basicConstraints=critical,CA:true; "
    "openssl req -newkey rsa:2048 $n mid.key -out mid.csr -subj /CN=Middle; "
    "printf 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n' >mid.ext; "
    "openssl x509 -req -in mid.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -sha384 -extfile mid.ext -out mid.crt; "
    "printf 'subjectAltName=DNS:dns.example.test,DNS:*.wild.example.test\n' >leaf.ext; "
    "openssl req -newkey rsa:2048 $n rsa.key -out rsa.csr -subj /CN=x; "
    "openssl x509 -req -in rsa.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 10 -extfile leaf.ext -out rsa.crt; "
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 $n ec.key -out ec.csr -subj /CN=x; "
    "openssl x509 -req -in ec.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10 -extfile leaf.ext -out ec.crt; "
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:secp384r1 $n p384.key -out p384.csr -subj /CN=x; "
    "openssl x509 -req -in p384.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10 -extfile leaf.ext -out p384.crt";

struct world {
	struct io_loop *loop;
	struct io_stream *s;
	struct io_tls_client *client;
	struct clk_fake clk;
	pid_t server;
	uint16_t port;
	bool open, over;
	int error;
	size_t n;
	char text[65536];
};

/* --- the server -------------------------------------------------------------------- */

static pid_t
shell(const char *command)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setenv("D", dir, 1);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

static uint16_t
free_port(void)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	int fd = io_listen_tcp(&at);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &at));
	close(fd);
	return at.port;
}

static int
dial(uint16_t port)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = port };
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(&at, &ss);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&ss, (socklen_t)n) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A web server that tells about the connection; options as "openssl s_server" has them. */
static void
serve(struct world *w, const char *options)
{
	char command[512];
	int i, fd;

	w->port = free_port();
	snprintf(command, sizeof(command), "cd $D; exec openssl s_server -accept 127.0.0.1:%u -www %s >server 2>&1",
	    w->port, options);
	w->server = shell(command);
	for (i = 0; (fd = dial(w->port)) < 0; i++) {
		assert_true(i < WAIT_MS / 10);
		(void)poll(NULL, 0, 10);
	}
	close(fd);
}

static struct io_tls_anchors *
own_anchors(bool builtin)
{
	struct io_tls_anchors *a = io_tls_anchors_new(builtin);
	char path[64], pem[8192];
	struct err e;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/ca.crt", dir);
	f = fopen(path, "r");
	n = fread(pem, 1, sizeof(pem), f);
	fclose(f);
	assert_int_equal(io_tls_anchors_add(a, pem, n, &e), 0);
	return a;
}

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->loop = io_loop_new();
	clk_fake_init(&w->clk, clk_system.wall_s(&clk_system));
	w->client = io_tls_client_new(own_anchors(true), &w->clk.clk);
	assert_non_null(w->client);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	io_stream_free(w->s);
	io_tls_client_unref(w->client);
	io_loop_free(w->loop);
	if (w->server > 0) {
		kill(w->server, SIGKILL);
		waitpid(w->server, NULL, 0);
	}
	free(w);
	return 0;
}

/* --- by the loop --------------------------------------------------------------------- */

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct world *w = arg;

	assert_true(w->open);
	assert_true(w->n + n < sizeof(w->text));
	memcpy(w->text + w->n, p, n);
	w->n += n;
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct world *w = arg;

	if (ev == IO_STREAM_OPEN)
		w->open = true;
	if (ev == IO_STREAM_EOF || ev == IO_STREAM_ERROR) {
		w->over = true;
		w->error = io_stream_error(w->s);
	}
}

static const struct io_stream_ops ops = { on_data, on_event };

/* What the server told about the connection; "" and w->error otherwise. */
static const char *
ask(struct world *w, const char *name)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	const struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = w->port };

	w->open = w->over = false;
	w->n = 0;
	w->error = 0;
	w->s = io_stream_connect_tls(w->loop, &at, w->client, name, &ops, w);
	assert_non_null(w->s);
	assert_true(io_stream_write(w->s, request, sizeof(request) - 1) >= 0);
	assert_true(until(w->loop, &w->over));
	io_stream_free(w->s);
	w->s = NULL;
	w->text[w->n] = '\0';
	return w->text;
}

static void
is_trusted(struct world *w, const char *name, const char *says)
{
	const char *text = ask(w, name);

	assert_int_equal(w->error, 0);
	if (strstr(text, says) == NULL)
		fail_msg("no \"%s\" in:\n%s", says, text);
}

static void
is_refused(struct world *w, const char *name, int error)
{
	assert_string_equal(ask(w, name), "");
	assert_false(w->open);
	assert_int_equal(w->error, error);
}

static void
a_path_through_another_authority(void **state)
{
	struct world *w = *state;

	serve(w, "-cert rsa.crt -key rsa.key -cert_chain mid.crt -tls1_2");
	is_trusted(w, "dns.example.test", "New, TLSv1.2, Cipher is ECDHE-RSA-");
	is_trusted(w, "any.wild.EXAMPLE.test", "TLSv1.2");
	is_refused(w, "other.example.test", -EKEYREJECTED);
	is_refused(w, "a.b.wild.example.test", -EKEYREJECTED);
}

static void
keys_on_either_curve(void **state)
{
	static const char *const keys[] = { "ec", "p384" };
	struct world *w = *state;
	char options[128];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(options, sizeof(options), "-cert %s.crt -key %s.key", keys[i], keys[i]);
		serve(w, options);
		is_trusted(w, "dns.example.test", "Cipher is ECDHE-ECDSA-");
		kill(w->server, SIGKILL);
		waitpid(w->server, NULL, 0);
		w->server = 0;
	}
}

static void
a_path_that_is_incomplete_or_ends_elsewhere(void **state)
{
	struct world *w = *state;

	serve(w, "-cert rsa.crt -key rsa.key");
	is_refused(w, "dns.example.test", -ENOKEY);
	io_tls_client_unref(w->client);
	w->client = io_tls_client_new(io_tls_anchors_new(true), &w->clk.clk);
	kill(w->server, SIGKILL);
	waitpid(w->server, NULL, 0);
	serve(w, "-cert ec.crt -key ec.key");
	is_refused(w, "dns.example.test", -ENOKEY);
}

/* Any key of any certificate; what is said stays between the two all the same. */
static void
without_a_check_everybody_will_do(void **state)
{
	static const char *const keys[] = { "ec", "p384", "rsa" };
	struct world *w = *state;
	char options[128];
	size_t i;

	io_tls_client_unref(w->client);
	w->client = io_tls_client_new_unchecked(&w->clk.clk);
	clk_fake_advance(&w->clk, UINT64_C(400) * DAY_MS);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(options, sizeof(options), "-cert %s.crt -key %s.key -tls1_2", keys[i], keys[i]);
		serve(w, options);
		is_trusted(w, "127.0.0.1", "New, TLSv1.2, Cipher is ECDHE-");
		is_trusted(w, "127.0.0.1", "Reused, TLSv1.2");
		is_trusted(w, "other.example.test", "New, TLSv1.2");
		kill(w->server, SIGKILL);
		waitpid(w->server, NULL, 0);
		w->server = 0;
	}
}

/* A session may not outlive what it was checked by for long, so each time has a client of its own. */
static void
certificates_have_their_time(void **state)
{
	static const struct { int days; int error; } times[] = {
		{ -1, -EKEYEXPIRED }, { 9, 0 }, { 11, -EKEYEXPIRED }, { 20000, -EKEYEXPIRED }
	};
	struct world *w = *state;
	size_t i;

	serve(w, "-cert ec.crt -key ec.key");
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct clk_fake clk;

		clk_fake_init(&clk, clk_system.wall_s(&clk_system) + times[i].days * INT64_C(86400));
		io_tls_client_unref(w->client);
		w->client = io_tls_client_new(own_anchors(false), &clk.clk);
		(void)ask(w, "dns.example.test");
		assert_int_equal(w->error, times[i].error);
		assert_int_equal(w->open, times[i].error == 0);
	}
}

static void
sessions_resume_until_they_are_old(void **state)
{
	struct world *w = *state;

	serve(w, "-cert ec.crt -key ec.key -tls1_2");
	is_trusted(w, "dns.example.test", "New, TLSv1.2");
	is_trusted(w, "dns.example.test", "Reused, TLSv1.2");
	is_trusted(w, "x.wild.example.test", "New, TLSv1.2");
	clk_fake_advance(&w->clk, IO_TLS_SESSION_AGE_MS - 1);
	is_trusted(w, "dns.example.test", "Reused, TLSv1.2");
	clk_fake_advance(&w->clk, 1);
	is_trusted(w, "dns.example.test", "New, TLSv1.2");
}

static void
nothing_weaker_is_spoken(void **state)
{
	static const char *const options[] = {
		"-tls1_3", "-tls1_1 -cipher ALL:@SECLEVEL=0", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256",
		"-tls1_2 -groups P-521",
	};
	struct world *w = *state;
	char all[128];
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		snprintf(all, sizeof(all), "-cert ec.crt -key ec.key %s", options[i]);
		serve(w, all);
		is_refused(w, "dns.example.test", -EPROTO);
		kill(w->server, SIGKILL);
		waitpid(w->server, NULL, 0);
		w->server = 0;
	}
}

static void
names_that_are_none(void **state)
{
	static const char *const bad[] = { "", ".", "dns", "dns..example", ".dns.example", "dns.example.", "a b.example", "a_b.c" };
	const struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = 1 };
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(io_tls_name_ok(bad[i]));
		assert_null(io_stream_connect_tls(w->loop, &at, w->client, bad[i], &ops, w));
	}
	assert_true(io_tls_name_ok("dns.quad9.net"));
}

/* --- by calls that wait ---------------------------------------------------------------- */

static uint64_t
soon(void)
{
	return clk_system.mono_ms(&clk_system) + WAIT_MS;
}

/* One question, whose answer is in w->text. */
static void
call(struct world *w)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	struct io_tls_call *t;
	ssize_t n = 1;
	int fd = dial(w->port);

	w->n = 0;
	memset(w->text, 0, sizeof(w->text));
	assert_int_equal(io_tls_call_open(&t, fd, w->client, "dns.example.test", soon()), 0);
	assert_int_equal(io_tls_call_write(t, request, sizeof(request) - 1), 0);
	while (n > 0) {
		n = io_tls_call_read(t, w->text + w->n, 100);
		assert_true(n >= 0);
		w->n += (size_t)n;
	}
	io_tls_call_close(t);
	close(fd);
}

/* A session that is resumed opens with words of ours: nothing is waited for behind them. */
static void
calls_read_and_write(void **state)
{
	struct world *w = *state;
	struct io_tls_call *t;
	int fd;

	serve(w, "-cert ec.crt -key ec.key -tls1_2");
	call(w);
	assert_non_null(strstr(w->text, "New, TLSv1.2"));
	call(w);
	assert_non_null(strstr(w->text, "Reused, TLSv1.2"));
	fd = dial(w->port);
	assert_int_equal(io_tls_call_open(&t, fd, w->client, "other.example.test", soon()), -EKEYREJECTED);
	assert_string_equal(io_tls_error_text(-EKEYREJECTED), "its certificate is for another name");
	assert_null(t);
	close(fd);
}

/* A server that was killed has not said good-bye. */
static void
calls_tell_a_cut_from_an_end(void **state)
{
	struct world *w = *state;
	struct io_tls_call *t;
	char c;
	int fd;

	serve(w, "-cert ec.crt -key ec.key -tls1_2");
	fd = dial(w->port);
	assert_int_equal(io_tls_call_open(&t, fd, w->client, "dns.example.test", soon()), 0);
	kill(w->server, SIGKILL);
	waitpid(w->server, NULL, 0);
	w->server = 0;
	assert_int_equal(io_tls_call_read(t, &c, 1), -ECONNRESET);
	io_tls_call_until(t, 0);
	assert_int_equal(io_tls_call_read(t, &c, 1), -ETIMEDOUT);
	io_tls_call_close(t);
	close(fd);
}

static void
calls_end_by_their_deadline(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct world *w = *state;
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	struct io_tls_call *t;
	int silent = io_listen_tcp(&at), fd;

	assert_int_equal(getsockname(silent, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &at));
	fd = dial(at.port);
	assert_int_equal(io_tls_call_open(&t, fd, w->client, "dns.example.test",
	    clk_system.mono_ms(&clk_system) + 50), -ETIMEDOUT);
	close(fd);
	close(silent);
}

/* --- anchors ------------------------------------------------------------------------------ */

static void
the_usual_authorities_are_inside(void **state)
{
	struct io_tls_anchors *a = io_tls_anchors_new(true);

	(void)state;
	assert_in_range(io_tls_anchors_count(a), 100, 250);
	io_tls_anchors_free(a);
}

static void
texts_without_certificates_are_refused(void **state)
{
	static const char garbage[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
	static const char key[] = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
	struct io_tls_anchors *a = own_anchors(false);
	struct err e;

	(void)state;
	assert_int_equal(io_tls_anchors_add(a, garbage, sizeof(garbage) - 1, &e), -EINVAL);
	assert_non_null(strstr(e.detail, "cannot be read"));
	assert_int_equal(io_tls_anchors_add(a, key, sizeof(key) - 1, &e), -EINVAL);
	assert_non_null(strstr(e.detail, "no certificate"));
	assert_int_equal(io_tls_anchors_add(a, "", 0, &e), -EINVAL);
	assert_int_equal(io_tls_anchors_count(a), 1);
	io_tls_anchors_free(a);
}

static void
no_more_than_so_many(void **state)
{
	struct io_tls_anchors *a = own_anchors(false);
	char path[64], pem[8192];
	struct err e;
	FILE *f;
	size_t n, i;

	(void)state;
	snprintf(path, sizeof(path), "%s/ca.crt", dir);
	f = fopen(path, "r");
	n = fread(pem, 1, sizeof(pem), f);
	fclose(f);
	for (i = 1; i < IO_TLS_ANCHORS_EXTRA; i++)
		assert_int_equal(io_tls_anchors_add(a, pem, n, &e), 0);
	assert_int_equal(io_tls_anchors_add(a, pem, n, &e), -EINVAL);
	assert_int_equal(io_tls_anchors_count(a), IO_TLS_ANCHORS_EXTRA);
	io_tls_anchors_free(a);
}

/* What was added is in the copy, too, and the copy lives by itself. */
static void
a_copy_trusts_the_same(void **state)
{
	struct io_tls_anchors *a, *b;
	char path[64];
	struct err e;

	(void)state;
	snprintf(path, sizeof(path), "%s/ca.crt", dir);
	setenv("PIC_TRUST_FILE", path, 1);
	a = io_tls_anchors_load(&e);
	unsetenv("PIC_TRUST_FILE");
	b = io_tls_anchors_copy(a);
	assert_int_equal(io_tls_anchors_count(b), io_tls_anchors_count(a));
	io_tls_anchors_free(a);
	io_tls_anchors_free(b);
}

/* Whoever can write the file decides whom the cell trusts. */
static void
a_file_that_others_may_write_is_refused(void **state)
{
	struct io_tls_anchors *builtin = io_tls_anchors_new(true), *a;
	char path[64];
	struct err e;

	(void)state;
	snprintf(path, sizeof(path), "%s/ca.crt", dir);
	setenv("PIC_TRUST_FILE", path, 1);
	a = io_tls_anchors_load(&e);
	assert_non_null(a);
	assert_int_equal(io_tls_anchors_count(a), io_tls_anchors_count(builtin) + 1);
	io_tls_anchors_free(a);
	assert_int_equal(chmod(path, 0664), 0);
	assert_null(io_tls_anchors_load(&e));
	assert_non_null(strstr(e.detail, "writable by nobody else"));
	assert_int_equal(chmod(path, 0644), 0);
	setenv("PIC_TRUST_FILE", "/nonexistent", 1);
	assert_null(io_tls_anchors_load(&e));
	assert_non_null(strstr(e.detail, "No such file"));
	setenv("PIC_TRUST_FILE", "/dev/null", 1);
	assert_null(io_tls_anchors_load(&e));
	unsetenv("PIC_TRUST_FILE");
	a = io_tls_anchors_load(&e);
	assert_int_equal(io_tls_anchors_count(a), io_tls_anchors_count(builtin));
	io_tls_anchors_free(a);
	io_tls_anchors_free(builtin);
}

static int
group_set_up(void **state)
{
	int status;

	(void)state;
	own_network();
	assert_non_null(mkdtemp(dir));
	waitpid(shell(make_all), &status, 0);
	return status;
}

static int
group_tear_down(void **state)
{
	int status;

	(void)state;
	waitpid(shell("rm -rf $D"), &status, 0);
	return status;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_path_through_another_authority),
		TEST(keys_on_either_curve),
		TEST(a_path_that_is_incomplete_or_ends_elsewhere), TEST(without_a_check_everybody_will_do),
		TEST(certificates_have_their_time),
		TEST(sessions_resume_until_they_are_old),
		TEST(nothing_weaker_is_spoken),
		TEST(names_that_are_none),
		TEST(calls_read_and_write),
		TEST(calls_tell_a_cut_from_an_end),
		TEST(calls_end_by_their_deadline),
		cmocka_unit_test(the_usual_authorities_are_inside),
		cmocka_unit_test(texts_without_certificates_are_refused),
		cmocka_unit_test(no_more_than_so_many),
		cmocka_unit_test(a_copy_trusts_the_same),
		cmocka_unit_test(a_file_that_others_may_write_is_refused),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
