/* src/io/tls.c, tls_engine.c, tls_curve.c and the TLS side of stream.c, with
 * openssl's client (WEB-1, WEB-2). The server here echoes. */
#include <errno.h>
#include <setjmp.h>
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

#include "base/addr.h"
#include "ca/cert.h"
#include "io/listen.h"
#include "io/stream.h"
#include "io/tls.h"
#include "io/tls_config.h"
#include "until.h"

enum { OUTPUT = 65536, PEERS = 64 };

struct peer {
	struct server *server;
	struct io_stream *s;
	bool open, eof;
};

struct server {
	struct io_loop *loop;
	struct io_listen *l;
	struct io_timer *timer;
	struct io_tls_config *config;
	struct ca_cert certs[2];
	struct peer peers[PEERS];
	size_t npeers, opened, errors, eofs, bytes;
	char name[256];		/* of the last that opened */
	int fd;
	uint16_t port;
	pid_t client;
	bool client_gone;
	int status;
};

static char dir[] = "/tmp/pic-tls.XXXXXX";

/* --- the server --------------------------------------------------------------------- */

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct peer *c = arg;

	assert_true(c->open);		/* the event comes before any byte */
	c->server->bytes += n;
	if (io_stream_write(c->s, p, n) == -ENOSPC)
		return 0;
	return n;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct peer *c = arg;
	const char *name = io_stream_server_name(c->s);

	switch (ev) {
	case IO_STREAM_OPEN:
		c->open = true;
		c->server->opened++;
		snprintf(c->server->name, sizeof(c->server->name), "%s", name == NULL ? "" : name);
		break;
	case IO_STREAM_DRAINED:
		io_stream_resume(c->s);
		break;
	case IO_STREAM_EOF:
		c->server->eofs++;
		io_stream_free(c->s);
		c->s = NULL;
		break;
	case IO_STREAM_ERROR:
		c->server->errors++;
		io_stream_free(c->s);
		c->s = NULL;
		break;
	}
}

static const struct io_stream_ops ops = { on_data, on_event };

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct server *v = arg;
	struct peer *c = &v->peers[v->npeers++];

	(void)peer;
	(void)local;
	*c = (struct peer){ .server = v };
	c->s = io_stream_new(v->loop, fd, v->config, &ops, c);
	assert_non_null(c->s);
}

static struct io_tls_cert
tls_cert(const struct ca_cert *c, const uint8_t **chain, const char *const *names, size_t n)
{
	*chain = c->der;
	return (struct io_tls_cert){ .chain = chain, .chain_len = &c->n, .nchain = 1, .key = c->key, .key_len = 32,
	    .names = names, .nnames = n };
}

/* Two certificates: "first.example" and "*.second.example". */
static struct io_tls_config *
config_like(struct server *v, int any_name, const struct io_tls_config *like)
{
	static const char *const first[] = { "First.Example" }, *const second[] = { "*.second.example" };
	const uint8_t *chains[2];
	struct io_tls_cert certs[2] = {
		tls_cert(&v->certs[0], &chains[0], first, 1), tls_cert(&v->certs[1], &chains[1], second, 1),
	};

	certs[1].any_name = any_name;
	return io_tls_config_new(certs, 2, like);
}

static struct io_tls_config *
config(struct server *v, int any_name)
{
	return config_like(v, any_name, NULL);
}

static void
make_cert(struct ca_cert *c, const char *cn)
{
	const struct ca_cert_plan p = { .common_name = cn, .from_s = 1700000000, .until_s = 1700000000 + 10000 * INT64_C(86400) };

	assert_int_equal(ca_cert_make(&p, NULL, c, NULL), 0);
}

static void on_tick(void *arg);

static int
set_up(void **state)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct server *v = calloc(1, sizeof(*v));
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);

	make_cert(&v->certs[0], "first");
	make_cert(&v->certs[1], "second");
	v->config = config(v, 0);
	assert_non_null(v->config);
	v->loop = io_loop_new();
	v->timer = io_timer_new(v->loop, on_tick, v);
	v->fd = io_listen_tcp(&at);
	v->l = io_listen_new(v->loop, v->fd, on_accept, v);
	assert_int_equal(getsockname(v->fd, (struct sockaddr *)&ss, &n), 0);
	assert_true(addr_from_sockaddr(&ss, &at));
	v->port = at.port;
	*state = v;
	return 0;
}

static int
tear_down(void **state)
{
	struct server *v = *state;
	size_t i;

	for (i = 0; i < v->npeers; i++)
		io_stream_free(v->peers[i].s);
	io_listen_free(v->l);
	io_timer_free(v->timer);
	close(v->fd);
	io_loop_free(v->loop);
	io_tls_config_unref(v->config);
	ca_cert_clear(&v->certs[0]);
	ca_cert_clear(&v->certs[1]);
	free(v);
	return 0;
}

/* --- openssl's client ------------------------------------------------------------------- */

static void
on_tick(void *arg)
{
	struct server *v = arg;

	if (!v->client_gone && waitpid(v->client, &v->status, WNOHANG) == v->client)
		v->client_gone = true;
}

/* Run "sh -c COMMAND" with $C = openssl s_client at our port $A, $D = a folder and until_said WORD,
 * which waits for a line in the output, and the loop beside it. The output. */
static const char *
run(struct server *v, const char *command)
{
	static char out[OUTPUT];
	static const char prelude[] = "until_said() { while ! grep -q \"^$1\" $D/out; do sleep 0.02; done; }; ";
	char client[128], file[64], text[1024];
	size_t n;
	FILE *f;

	snprintf(client, sizeof(client), "timeout 20 openssl s_client -connect 127.0.0.1:%u", v->port);
	snprintf(file, sizeof(file), "%s/out", dir);
	v->client_gone = false;
	v->client = fork();
	if (v->client == 0) {
		setenv("C", client, 1);
		setenv("A", strrchr(client, ' ') + 1, 1);
		setenv("D", dir, 1);
		if (freopen(file, "w", stdout) == NULL || dup2(1, 2) < 0)
			_exit(126);
		snprintf(text, sizeof(text), "%s%s", prelude, command);
		execl("/bin/sh", "sh", "-c", text, NULL);
		_exit(127);
	}
	io_timer_every(v->timer, 2);
	assert_true(until(v->loop, &v->client_gone));
	io_timer_stop(v->timer);
	f = fopen(file, "r");
	assert_non_null(f);
	n = fread(out, 1, sizeof(out) - 1, f);
	out[n] = '\0';
	fclose(f);
	return out;
}

static void
says(const char *out, const char *want)
{
	if (strstr(out, want) == NULL)
		fail_msg("no \"%s\" in:\n%s", want, out);
}

static void
connects(struct server *v, const char *options, const char *want)
{
	char command[256];
	size_t before = v->opened;
	const char *out;

	snprintf(command, sizeof(command), "(echo hello; until_said hello) | $C %s", options);
	out = run(v, command);
	if (v->opened != before + 1)
		fail_msg("%s: no handshake:\n%s", options, out);
	says(out, want);
	says(out, "\nhello\n");
}

static void
is_refused(struct server *v, const char *options, const char *want)
{
	char command[256];
	size_t before = v->opened, errors = v->errors;
	const char *out;

	snprintf(command, sizeof(command), "$C %s </dev/null", options);
	out = run(v, command);
	says(out, want);
	assert_int_equal(v->opened, before);
	assert_int_equal(v->errors, errors + 1);
}

/* --- versions and suites -------------------------------------------------------------------- */

/* WEB-1: TLS 1.2 with these three suites, over each curve, and nothing else. */
static void
suites_and_curves(void **state)
{
	static const char *const suites[] = {
		"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
	};
	static const char *const curves[][2] = {
		{ "P-256:X25519", "Server Temp Key: X25519" }, { "P-256", "Server Temp Key: ECDH, prime256v1" },
		{ "P-384:P-256", "Server Temp Key: ECDH, prime256v1" },
	};
	struct server *v = *state;
	char options[128], want[128];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(options, sizeof(options), "-cipher %s", suites[i]);
		snprintf(want, sizeof(want), "New, TLSv1.2, Cipher is %s\n", suites[i]);
		connects(v, options, want);
	}
	for (i = 0; i < 3; i++) {
		snprintf(options, sizeof(options), "-groups %s", curves[i][0]);
		connects(v, options, curves[i][1]);
	}
	connects(v, "", "Server Temp Key: X25519");
}

static void
everything_else_is_refused(void **state)
{
	struct server *v = *state;

	is_refused(v, "-tls1_3", "alert");
	is_refused(v, "-tls1_1 -cipher ALL:@SECLEVEL=0", "Cipher is (NONE)");
	is_refused(v, "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", "alert");
	is_refused(v, "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", "alert");	/* our certificate is of the other kind */
	is_refused(v, "-tls1_2 -cipher AES128-GCM-SHA256", "alert");
	is_refused(v, "-tls1_2 -groups P-384", "alert");
	is_refused(v, "-tls1_2 -sigalgs RSA-PSS+SHA256", "alert");
}

static void
protocols(void **state)
{
	struct server *v = *state;

	connects(v, "-alpn h2,http/1.1", "ALPN protocol: http/1.1");
	connects(v, "", "No ALPN negotiated");
	is_refused(v, "-alpn h2", "alert no application protocol");
}

/* WEB-2: the name chooses the certificate; an unknown one gets none. */
static void
names(void **state)
{
	struct server *v = *state;
	struct io_tls_config *strict = v->config;

	connects(v, "-noservername", "subject=CN = first");
	assert_string_equal(v->name, "");
	connects(v, "-servername FIRST.example", "subject=CN = first");
	assert_string_equal(v->name, "first.example");
	connects(v, "-servername a.second.example", "subject=CN = second");
	is_refused(v, "-servername second.example", "alert handshake failure");
	is_refused(v, "-servername a.b.second.example", "alert handshake failure");
	is_refused(v, "-servername other.example", "alert handshake failure");
	v->config = config(v, 1);
	connects(v, "-servername other.example", "subject=CN = second");
	io_tls_config_unref(strict);
}

/* An exact name goes before "*.x", and the earlier certificate where two have the same one. */
static void
the_nearest_name_wins(void **state)
{
	static const char *const stars[] = { "*.one.example", "*.TWO.example" };
	static const char *const exact[] = { "a.one.example", "*.two.example" };
	struct server *v = *state;
	const uint8_t *chains[2];
	const struct io_tls_cert certs[2] = {
		tls_cert(&v->certs[0], &chains[0], stars, 2), tls_cert(&v->certs[1], &chains[1], exact, 2),
	};
	struct io_tls_config *c = io_tls_config_new(certs, 2, NULL);

	assert_ptr_equal(io_tls_site_find(c, "b.one.example"), c->sites[0]);
	assert_ptr_equal(io_tls_site_find(c, "a.one.example"), c->sites[1]);
	assert_ptr_equal(io_tls_site_find(c, "a.two.example"), c->sites[0]);
	assert_ptr_equal(io_tls_site_find(c, ""), c->sites[0]);
	assert_null(io_tls_site_find(c, "one.example"));
	assert_null(io_tls_site_find(c, ".one.example"));
	assert_null(io_tls_site_find(c, "*.one.example"));
	io_tls_config_unref(c);
}

/* --- RSA ------------------------------------------------------------------------------------ */

static size_t
read_made(const char *name, uint8_t *p, size_t max)
{
	char path[64];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(p, 1, max, f);
	fclose(f);
	return n;
}

/* One certificate of openssl's, for "rsa.example". */
struct rsa {
	uint8_t der[4096], key[4096];
	const uint8_t *chain;
	size_t n;
	struct io_tls_cert c;
};

static void
make_rsa(struct server *v, struct rsa *r, int bits)
{
	static const char *const names[] = { "rsa.example" };
	char command[512];

	snprintf(command, sizeof(command), "openssl req -x509 -newkey rsa:%d -nodes -keyout $D/k.pem -subj /CN=rsa -days 9 "
	    "-outform DER -out $D/c.der && openssl rsa -in $D/k.pem -outform DER -out $D/k.der && echo made", bits);
	says(run(v, command), "made\n");
	r->n = read_made("c.der", r->der, sizeof(r->der));
	r->chain = r->der;
	r->c = (struct io_tls_cert){ .chain = &r->chain, .chain_len = &r->n, .nchain = 1, .key = r->key,
	    .key_len = read_made("k.der", r->key, sizeof(r->key)), .names = names, .nnames = 1 };
}

/* TLS-9: imported certificates are often RSA; beside one of the other kind each name gets its own. */
static void
rsa_beside_ec(void **state)
{
	static const char *const suites[] = {
		"ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
	};
	static const char *const first[] = { "first.example" };
	struct server *v = *state;
	const uint8_t *chain;
	struct io_tls_cert certs[2] = { tls_cert(&v->certs[0], &chain, first, 1) };
	struct rsa r;
	char options[128], want[128];
	size_t i;

	make_rsa(v, &r, 2048);
	certs[1] = r.c;
	io_tls_config_unref(v->config);
	v->config = io_tls_config_new(certs, 2, NULL);
	assert_non_null(v->config);
	for (i = 0; i < 3; i++) {
		snprintf(options, sizeof(options), "-servername rsa.example -cipher %s", suites[i]);
		snprintf(want, sizeof(want), "New, TLSv1.2, Cipher is %s\n", suites[i]);
		connects(v, options, want);
	}
	connects(v, "-servername rsa.example", "subject=CN = rsa");
	connects(v, "-servername rsa.example -sigalgs RSA+SHA384", "Peer signing digest: SHA384");
	connects(v, "-servername first.example", "subject=CN = first");
	is_refused(v, "-servername rsa.example -sigalgs RSA-PSS+SHA256 -tls1_2", "alert");
	is_refused(v, "-servername rsa.example -cipher ECDHE-ECDSA-AES128-GCM-SHA256 -tls1_2", "alert");
	is_refused(v, "-servername first.example -cipher ECDHE-RSA-AES128-GCM-SHA256 -tls1_2", "alert");
}

static void
rsa_keys_that_do_not_fit(void **state)
{
	struct server *v = *state;
	struct rsa r, other;

	make_rsa(v, &r, 4096);
	assert_true(io_tls_cert_fits(&r.c));
	make_rsa(v, &other, 2048);
	assert_true(io_tls_cert_fits(&other.c));
	other.c.key = r.key;
	other.c.key_len = r.c.key_len;
	assert_false(io_tls_cert_fits(&other.c));
	r.c.key_len -= 1;
	assert_false(io_tls_cert_fits(&r.c));
	r.c.key = v->certs[0].key;
	r.c.key_len = 32;
	assert_false(io_tls_cert_fits(&r.c));
	make_rsa(v, &r, 1024);
	assert_false(io_tls_cert_fits(&r.c));
}

/* --- resumption ----------------------------------------------------------------------------- */

static void
sessions_resume_for_the_same_name_only(void **state)
{
	static const char full[] = "(echo 1; until_said 1$) | $C -tls1_2 -servername a.second.example -sess_out $D/s";
	static const char again[] = "(echo 2; until_said 2$) | $C -tls1_2 -servername a.second.example -sess_in $D/s";
	static const char other[] = "echo 3 | $C -tls1_2 -servername b.second.example -sess_in $D/s";
	struct server *v = *state;

	says(run(v, full), "New, TLSv1.2");
	assert_int_equal(v->opened, 1);
	says(run(v, again), "Reused, TLSv1.2");
	assert_int_equal(v->opened, 2);
	assert_string_equal(v->name, "a.second.example");
	(void)run(v, other);
	assert_int_equal(v->opened, 2);
	assert_int_equal(v->errors, 1);
}

/* Another certificate comes, one stays: sessions of the one that stays resume, those of the one that went do not. */
static void
sessions_outlive_a_change_elsewhere(void **state)
{
	static const char full[] = "(echo 1; until_said 1$) | $C -tls1_2 -servername a.second.example -sess_out $D/s";
	static const char again[] = "(echo 2; until_said 2$) | $C -tls1_2 -servername a.second.example -sess_in $D/s";
	struct server *v = *state;
	struct io_tls_config *old = v->config;
	struct ca_cert kept = v->certs[1];

	says(run(v, full), "New, TLSv1.2");
	ca_cert_clear(&v->certs[0]);
	make_cert(&v->certs[0], "third");
	v->config = config_like(v, 0, old);
	assert_ptr_equal(v->config->sites[1], old->sites[1]);
	assert_ptr_not_equal(v->config->sites[0], old->sites[0]);
	io_tls_config_resume(v->config, old);
	io_tls_config_unref(old);
	says(run(v, again), "Reused, TLSv1.2");
	make_cert(&v->certs[1], "fourth");
	old = v->config;
	v->config = config_like(v, 0, old);
	io_tls_config_resume(v->config, old);
	io_tls_config_unref(old);
	says(run(v, again), "New, TLSv1.2");
	assert_int_equal(v->errors, 0);
	ca_cert_clear(&kept);
}

/* --- dialogue ----------------------------------------------------------------------------------- */

/* Asked for a new handshake, the server says no. */
static void
no_renegotiation(void **state)
{
	struct server *v = *state;
	const char *out = run(v, "(echo one; until_said one; echo R; until_said '.*no renegotiation') | "
	    "$C -tls1_2");

	says(out, "\none\n");
	says(out, "no renegotiation");
	assert_int_equal(v->opened, 1);
}

/* Megabytes through records, queues and back-pressure, unharmed; the proper end is an end. */
static void
much_passes_both_ways(void **state)
{
	static const char command[] =
	    "head -c 1000000 /dev/urandom | od -An -tx1 -v >$D/in && "
	    "(cat $D/in; until cmp -s $D/in $D/back; do sleep 0.1; done) | $C -quiet -no_ign_eof -tls1_2 2>/dev/null "
	    ">$D/back; cmp $D/in $D/back && echo same";
	struct server *v = *state;

	says(run(v, command), "same\n");
	assert_true(v->bytes > 3000000);
	assert_int_equal(v->eofs, 1);
	assert_int_equal(v->errors, 0);
}

/* A connection that is cut is an error, not an end: somebody may have cut it to shorten what was said. */
static void
a_cut_is_no_end(void **state)
{
	struct server *v = *state;

	(void)run(v, "{ (echo hello; sleep 3) | openssl s_client -connect $A & } ; p=$!; until_said hello; kill -9 $p");
	spin(v->loop, 20);
	assert_int_equal(v->opened, 1);
	assert_int_equal(v->eofs, 0);
	assert_int_equal(v->errors, 1);
}

static void
what_is_no_tls_is_an_error(void **state)
{
	struct server *v = *state;
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } }, .port = v->port };
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(&at, &ss), i;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
	assert_int_equal(send(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27, 0), 27);
	for (i = 0; i < 1000 && v->errors == 0; i++)
		spin(v->loop, 2);
	assert_int_equal(v->errors, 1);
	assert_int_equal(v->opened, 0);
	close(fd);
}

/* --- configuration ---------------------------------------------------------------------------------- */

static void
a_key_that_does_not_fit_is_refused(void **state)
{
	struct server *v = *state;
	const uint8_t *chain;
	struct io_tls_cert c = tls_cert(&v->certs[0], &chain, NULL, 0);

	c.key = v->certs[1].key;
	assert_null(io_tls_config_new(&c, 1, NULL));
	c.key = v->certs[0].key;
	chain = (const uint8_t *)"no certificate";
	c.chain_len = &(size_t){ 14 };
	assert_null(io_tls_config_new(&c, 1, NULL));
	assert_null(io_tls_config_new(&c, 0, NULL));
}

/* Replacing the certificates leaves open connections alone (WEB, certificates change without dropping connections). */
static void
connections_outlive_their_configuration(void **state)
{
	struct server *v = *state;
	struct io_tls_config *next = config(v, 1);
	const char *out;

	io_tls_config_unref(v->config);
	v->config = next;
	out = run(v, "(echo a; until_said a$) | $C -tls1_2");
	io_tls_config_unref(io_tls_config_ref(v->config));
	says(out, "\na\n");
}

static int
group_set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int
group_tear_down(void **state)
{
	static const char *const files[] = { "out", "s", "in", "back", "k.pem", "k.der", "c.der" };
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(suites_and_curves, set_up, tear_down),
		cmocka_unit_test_setup_teardown(everything_else_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(protocols, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_nearest_name_wins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rsa_beside_ec, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rsa_keys_that_do_not_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sessions_resume_for_the_same_name_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sessions_outlive_a_change_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_renegotiation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(much_passes_both_ways, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cut_is_no_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_tls_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_key_that_does_not_fit_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(connections_outlive_their_configuration, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
