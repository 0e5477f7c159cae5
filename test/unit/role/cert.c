/* src/role/cert.c: TLS-4, data.md 4.11; when another certificate is needed, and what is kept on disk. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

/* The list of names and the folders are looked into. */
#include "role/cert.c"
#include "role/cert_file.c"

#include "base/log.h"
#include "lab.h"

enum { NOW = 1800000000 };

struct lab {
	char dir[64];
	int fd;
	struct vault *vault;
	struct conf *conf;
	struct net_ifaddr ifs[8];
	struct cert_for f;
};

static void
host(struct lab *x, const char *const *addresses)
{
	for (x->f.nifs = 0; addresses[x->f.nifs] != NULL; x->f.nifs++)
		x->ifs[x->f.nifs] = lab_ifaddr("eth0", 2, addresses[x->f.nifs]);
}

static const char *const home[] = { "192.168.1.2/24", "fe80::2/64", NULL };

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));
	struct err e;

	assert_true(sodium_init() >= 0);
	log_open("test", LOG_CRITICAL);
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-cert-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(vault_open(&x->vault, x->fd, true, &e), 0);
	x->conf = lab_conf("{}");
	x->f = (struct cert_for){ x->conf, "box", x->ifs, 0, NOW, CA_CLOCK_TRUSTED, NULL };
	host(x, home);
	*state = x;
	return 0;
}

static int
forget(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	conf_unref(x->conf);
	vault_close(x->vault);
	close(x->fd);
	nftw(x->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
	free(x);
	return 0;
}

static struct cell_cert *
made(struct lab *x, const struct cell_cert *old)
{
	struct cell_cert *c = NULL;
	struct err e;

	err_clear(&e);
	if (cell_cert_make(&c, old, &x->f, &e) < 0)
		fail_msg("%s", e.detail);
	assert_true(cell_cert_serves(c, &x->f));
	return c;
}

static bool
names(const struct cell_cert *c, const char *text)
{
	json_t *j = json_string(text);
	bool ok = has(c->names, j);

	json_decref(j);
	return ok;
}

static void
test_names(void **state)
{
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL);

	assert_true(names(c, "home.home.arpa") && names(c, "api.home.home.arpa") && names(c, "box.local"));
	assert_true(names(c, "192.168.1.2"));
	assert_false(names(c, "fe80::2"));
	assert_int_equal(strlen(cell_cert_fingerprint(c)), 32 * 3 - 1);
	assert_string_equal(cell_cert_secret_ref(c), "");
	assert_string_equal(cell_cert_secret_ref(NULL), "");
	assert_false(cell_cert_serves(NULL, &x->f));
	cell_cert_free(c);
}

/* A new name or an address that people type needs another one; an address that went, or a global IPv6 one, does not. */
static void
test_reasons(void **state)
{
	static const char *const more[] = { "192.168.1.2/24", "10.1.1.1/8", NULL };
	static const char *const ula[] = { "192.168.1.2/24", "fd00::7/64", NULL };
	static const char *const global[] = { "192.168.1.2/24", "2001:db8::7/64", NULL };
	static const char *const none[] = { NULL };
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL);
	struct conf *other = lab_conf("{\"identity\":{\"domain\":\"other.home.arpa\"}}");

	host(x, more);
	assert_false(cell_cert_serves(c, &x->f));
	host(x, ula);
	assert_false(cell_cert_serves(c, &x->f));
	host(x, global);
	assert_true(cell_cert_serves(c, &x->f));
	host(x, none);
	assert_true(cell_cert_serves(c, &x->f));
	x->f.conf = other;
	assert_false(cell_cert_serves(c, &x->f));
	x->f.conf = x->conf;
	x->f.host_label = "crate";
	assert_false(cell_cert_serves(c, &x->f));
	conf_unref(other);
	cell_cert_free(c);
}

/* Two networks in turn need two certificates, not one for each move. */
static void
test_moving(void **state)
{
	static const char *const work[] = { "10.7.7.7/8", NULL };
	struct lab *x = *state;
	struct cell_cert *a = made(x, NULL), *b;

	host(x, work);
	assert_false(cell_cert_serves(a, &x->f));
	b = made(x, a);
	assert_true(names(b, "192.168.1.2") && names(b, "10.7.7.7"));
	host(x, home);
	assert_true(cell_cert_serves(b, &x->f));
	cell_cert_free(a);
	cell_cert_free(b);
}

/* What is remembered has a bound: the addresses of today stand first. */
static void
test_many_moves(void **state)
{
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL), *old;
	char text[32];
	int i;

	for (i = 1; i <= 200; i++) {
		snprintf(text, sizeof(text), "10.0.%d.1/24", i);
		x->ifs[0] = lab_ifaddr("eth0", 2, text);
		x->f.nifs = 1;
		old = c;
		c = made(x, old);
		cell_cert_free(old);
	}
	assert_true(json_array_size(c->names) <= NAMES_MAX + ADDRS_MAX);
	assert_true(names(c, "10.0.200.1") && names(c, "10.0.199.1"));
	assert_false(names(c, "192.168.1.2"));
	cell_cert_free(c);
}

/* R7: it runs out, it is renewed before; a clock that leaps ten years either way, or begins in 1970, gets one that holds. */
static void
test_time(void **state)
{
	static const int64_t leaps[] = { 0, 1800, NOW - 10 * 365 * (int64_t)DAY_S, NOW + 10 * 365 * (int64_t)DAY_S,
	    NOW + 50 * 365 * (int64_t)DAY_S };
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL), *d;
	size_t i;

	x->f.now = NOW + (CERT_DAYS - CERT_RENEW_DAYS) * DAY_S - 1;
	assert_true(cell_cert_serves(c, &x->f));
	x->f.now += 2;
	assert_false(cell_cert_serves(c, &x->f));
	for (i = 0; i < sizeof(leaps) / sizeof(leaps[0]); i++) {
		x->f.now = leaps[i];
		assert_false(cell_cert_serves(c, &x->f));
		d = made(x, c);
		x->f.now = NOW;
		assert_false(cell_cert_serves(d, &x->f));
		cell_cert_free(d);
	}
	cell_cert_free(c);
}

static void
test_kept(void **state)
{
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL), *back;
	struct snapshot_cert a, b;
	char *text;
	size_t n;
	struct err e;
	int dir;

	assert_null(cell_cert_load(x->fd, CERT_PROVISIONAL, x->vault));
	assert_int_equal(cell_cert_store(c, x->fd, x->vault, &e), 0);
	back = cell_cert_load(x->fd, CERT_PROVISIONAL, x->vault);
	assert_non_null(back);
	assert_true(cell_cert_serves(back, &x->f));
	assert_string_equal(cell_cert_fingerprint(back), cell_cert_fingerprint(c));
	assert_string_equal(cell_cert_secret_ref(back), cell_cert_secret_ref(c));
	cell_cert_snapshot(c, &a);
	cell_cert_snapshot(back, &b);
	assert_int_equal(a.chain_len[0], b.chain_len[0]);
	assert_memory_equal(a.chain[0], b.chain[0], a.chain_len[0]);
	assert_int_equal(a.key_len, b.key_len);
	assert_memory_equal(a.key, b.key, a.key_len);
	cell_cert_free(back);
	/* the PEM is one that others read: lines of 64 */
	dir = open_folder(x->fd, CERT_PROVISIONAL, &e);
	assert_int_equal(file_read(dir, "chain.pem", META_MAX, &text, &n, &e), 0);
	assert_int_equal(strncmp(text, "-----BEGIN CERTIFICATE-----\n", 28), 0);
	assert_int_equal(text[28 + 64], '\n');
	assert_int_equal(strcmp(text + n - 26, "-----END CERTIFICATE-----\n"), 0);
	free(text);
	close(dir);
	cell_cert_free(c);
}

/* Whatever is damaged: there is none, and a new one is made. */
static void
test_damaged(void **state)
{
	static const char *const files[] = { "chain.pem", "meta.json" };
	static const char *const texts[] = { "", "{}", "-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\n!\n-----END",
	    "{\"names\":[1],\"secret_ref\":\"sec_x\",\"not_before\":\"x\",\"not_after\":\"y\"}" };
	struct lab *x = *state;
	struct cell_cert *c = made(x, NULL);
	struct err e;
	size_t i, k;
	int dir;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		for (k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
			assert_int_equal(cell_cert_store(c, x->fd, x->vault, &e), 0);
			dir = open_folder(x->fd, CERT_PROVISIONAL, &e);
			assert_int_equal(file_write(dir, files[i], texts[k], strlen(texts[k]), 0600, &e), 0);
			assert_null(cell_cert_load(x->fd, CERT_PROVISIONAL, x->vault));
			close(dir);
		}
	cell_cert_free(c);
}

/* Killed between the two files: the certificate is another key's. */
static void
test_half_written(void **state)
{
	struct lab *x = *state;
	struct cell_cert *a = made(x, NULL), *b = made(x, NULL);
	struct err e;
	char *meta;
	size_t n;
	int dir;

	assert_int_equal(cell_cert_store(a, x->fd, x->vault, &e), 0);
	dir = open_folder(x->fd, CERT_PROVISIONAL, &e);
	assert_int_equal(file_read(dir, "meta.json", META_MAX, &meta, &n, &e), 0);
	assert_int_equal(cell_cert_store(b, x->fd, x->vault, &e), 0);
	assert_int_equal(file_write(dir, "meta.json", meta, n, 0600, &e), 0);
	assert_null(cell_cert_load(x->fd, CERT_PROVISIONAL, x->vault));
	free(meta);
	close(dir);
	cell_cert_free(a);
	cell_cert_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reasons, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moving, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_written, setup, teardown),
	};

	return cmocka_run_group_tests_name("role/cert", tests, NULL, NULL);
}
