/* src/role/sites.c and cert_take.c: certificates from elsewhere are read, kept, found again, and serve their names (TLS-4,
 * TLS-9). */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/pem.h"
#include "ca/cert.h"
#include "lab.h"
#include "role/cert.h"
#include "role/sites.h"
#include "role/snapshot.h"
#include "vault/vault.h"

#define PIC_FAULTS
#include "sys/file_sys.c"

enum { NOW = 1800000000, DAY_S = 86400 };

struct lab {
	char dir[64];
	int fd;
	struct vault *vault;
	struct conf *conf;
	struct sites *sites;
};

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));
	struct err e;

	assert_true(sodium_init() >= 0);
	log_open("test", LOG_CRITICAL);
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-sites-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(vault_open(&x->vault, x->fd, true, &e), 0);
	x->conf = lab_conf("{\"identity\":{\"domain\":\"home.cell\"}}");
	x->sites = sites_load(x->fd, x->vault);
	assert_int_equal(sites_count(x->sites), 0);
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

	sites_free(x->sites);
	conf_unref(x->conf);
	vault_close(x->vault);
	close(x->fd);
	nftw(x->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
	free(x);
	return 0;
}

/* --- making ------------------------------------------------------------------------ */

/* Names "a b c", valid from yesterday for so many days. */
static struct cell_cert *
taken(enum cert_source source, const char *names, int days)
{
	char text[512], *save = NULL, *name, *pem = NULL;
	const char *list[CA_CERT_NAMES_MAX];
	struct ca_cert_plan p = { .common_name = "anybody", .names = list, .from_s = NOW - DAY_S,
	    .until_s = NOW + (int64_t)days * DAY_S };
	struct cell_cert *c = NULL;
	struct ca_cert made;
	struct err e;
	size_t n;

	snprintf(text, sizeof(text), "%s", names);
	for (name = strtok_r(text, " ", &save); name != NULL; name = strtok_r(NULL, " ", &save))
		list[p.nnames++] = name;
	err_clear(&e);
	assert_int_equal(ca_cert_make(&p, NULL, &made, &e), 0);
	assert_true(pem_add(&pem, &n, "CERTIFICATE", made.der, made.n));
	if (cell_cert_take(&c, &(struct cert_from){ source, { pem, n }, made.key, sizeof(made.key) }, &e) < 0)
		fail_msg("%s", e.detail);
	free(pem);
	ca_cert_clear(&made);
	return c;
}

/* Its id. */
static const char *
add(struct lab *x, struct cell_cert *c)
{
	struct err e;

	err_clear(&e);
	if (sites_add(x->sites, c, x->fd, x->vault, &e) < 0)
		fail_msg("%s", e.detail);
	return cell_cert_id(c);
}

static void
load_again(struct lab *x)
{
	sites_free(x->sites);
	x->sites = sites_load(x->fd, x->vault);
}

static const char *
server(const struct lab *x, const char *name, int64_t now)
{
	return cell_cert_id(sites_for(x->sites, x->conf, name, now));
}

/* --- taking ------------------------------------------------------------------------- */

static void
test_taken(void **state)
{
	struct cell_cert *c = taken(CERT_ACME, "Home.Example *.home.example", 90);

	(void)state;
	assert_int_equal(strlen(cell_cert_id(c)), 32);
	assert_int_equal(json_array_size(cell_cert_names(c)), 2);
	assert_string_equal(json_string_value(json_array_get(cell_cert_names(c), 0)), "home.example");
	assert_string_equal(cell_cert_issuer(c), "anybody");
	assert_string_equal(cell_cert_source_text(c), "acme");
	assert_true(cell_cert_span(c).from_s == NOW - DAY_S && cell_cert_span(c).until_s == NOW + 90 * DAY_S);
	cell_cert_free(c);
}

static void
refuse(const char *chain, size_t n, const uint8_t *key, size_t nkey, const char *field)
{
	struct cell_cert *c = NULL;
	struct err e;

	err_clear(&e);
	assert_int_equal(cell_cert_take(&c, &(struct cert_from){ CERT_IMPORTED, { chain, n }, key, nkey }, &e), -EINVAL);
	assert_null(c);
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_string_equal(e.fields[0].field, field);
}

/* TLS-9 "mismatched key 400", and what else is none. */
static void
test_not_taken(void **state)
{
	static const char *const names[] = { "home.example" };
	const struct ca_cert_plan p = { .common_name = "a", .names = names, .nnames = 1, .from_s = NOW, .until_s = NOW + DAY_S };
	const struct ca_cert_plan nameless = { .common_name = "a", .from_s = NOW, .until_s = NOW + DAY_S };
	struct ca_cert a, b;
	char *pem = NULL, *many = NULL;
	size_t n, k = 0, i;
	struct err e;

	(void)state;
	assert_int_equal(ca_cert_make(&p, NULL, &a, &e), 0);
	assert_int_equal(ca_cert_make(&nameless, NULL, &b, &e), 0);
	assert_true(pem_add(&pem, &n, "CERTIFICATE", a.der, a.n));
	refuse(pem, n, b.key, P256_KEY, "key");
	refuse(pem, n, a.key, P256_KEY - 1, "key");
	refuse(pem, n - 40, a.key, P256_KEY, "chain");
	refuse("", 0, a.key, P256_KEY, "chain");
	for (i = 0; i <= SNAPSHOT_CHAIN_MAX; i++)
		assert_true(pem_add(&many, &k, "CERTIFICATE", a.der, a.n));
	refuse(many, k, a.key, P256_KEY, "chain");
	free(pem);
	pem = NULL;
	assert_true(pem_add(&pem, &n, "CERTIFICATE", b.der, b.n));
	refuse(pem, n, b.key, P256_KEY, "chain");
	free(pem);
	free(many);
	ca_cert_clear(&a);
	ca_cert_clear(&b);
}

/* --- keeping ------------------------------------------------------------------------ */

static void
test_kept(void **state)
{
	struct lab *x = *state;
	struct cell_cert *c = taken(CERT_ACME, "home.home.arpa", 90);
	struct snapshot_cert before, after;
	char id[CERT_ID_SIZE];
	uint8_t key[P256_KEY];
	struct err e;

	snprintf(id, sizeof(id), "%s", add(x, c));
	cell_cert_snapshot(c, &before);
	memcpy(key, before.key, P256_KEY);
	assert_true(sites_needs_secret(x->sites, cell_cert_secret_ref(c)));
	load_again(x);
	assert_int_equal(sites_count(x->sites), 1);
	assert_string_equal(cell_cert_issuer(sites_find(x->sites, id)), "anybody");
	cell_cert_snapshot(sites_find(x->sites, id), &after);
	assert_memory_equal(after.key, key, P256_KEY);
	assert_string_equal(server(x, "home.home.arpa", NOW), id);
	/* gone is gone, also when we are killed right after */
	assert_int_equal(sites_remove(x->sites, id, x->fd, &e), 0);
	load_again(x);
	assert_int_equal(sites_count(x->sites), 0);
	assert_true(sites_remove(x->sites, id, x->fd, &e) < 0);
	assert_int_equal(e.kind, ERR_NOT_FOUND);
}

/* With an RSA key, as openssl writes it. */
static void
test_rsa_kept(void **state)
{
	struct lab *x = *state;
	char command[512], *chain, *key;
	struct snapshot_cert after;
	struct cell_cert *c = NULL;
	size_t n, nkey;
	struct err e;

	snprintf(command, sizeof(command), "cd %s && exec 2>log && openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem "
	    "-subj /O=others/CN=x -days 9 -addext subjectAltName=DNS:rsa.home.home.arpa -out c.pem && "
	    "openssl rsa -in k.pem -outform DER -out k.der", x->dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_read(x->fd, "c.pem", 8192, &chain, &n, &e), 0);
	assert_int_equal(file_read(x->fd, "k.der", 8192, &key, &nkey, &e), 0);
	err_clear(&e);
	if (cell_cert_take(&c, &(struct cert_from){ CERT_IMPORTED, { chain, n }, (const uint8_t *)key, nkey }, &e) < 0)
		fail_msg("%s", e.detail);
	(void)add(x, c);
	load_again(x);
	assert_int_equal(sites_count(x->sites), 1);
	cell_cert_snapshot(sites_at(x->sites, 0), &after);
	assert_int_equal(after.key_len, nkey);
	assert_memory_equal(after.key, key, nkey);
	free(chain);
	free(key);
}

/* TLS-2: a renewal takes the place of the earlier one; killed in between, both are on disk, and one is served. */
static void
test_replaced(void **state)
{
	struct lab *x = *state;
	struct cell_cert *next = taken(CERT_ACME, "home.home.arpa *.home.home.arpa", 90);
	struct err e;

	(void)add(x, taken(CERT_ACME, "home.home.arpa", 10));
	(void)add(x, taken(CERT_IMPORTED, "home.home.arpa", 5));	/* of another source: it stays */
	assert_int_equal(cell_cert_store(next, x->fd, x->vault, &e), 0);
	load_again(x);
	assert_int_equal(sites_count(x->sites), 2);
	assert_string_equal(server(x, "nas.home.home.arpa", NOW), cell_cert_id(next));
	cell_cert_free(next);
	(void)add(x, taken(CERT_ACME, "*.home.home.arpa home.home.arpa", 91));
	assert_int_equal(sites_count(x->sites), 2);
}

/* --- serving ------------------------------------------------------------------------- */

/* TLS-4: while it is valid, for names of the cell; an imported one first, an exact name before "*". */
static void
test_order(void **state)
{
	struct lab *x = *state;
	char star[CERT_ID_SIZE], acme[CERT_ID_SIZE], own[CERT_ID_SIZE];

	snprintf(star, sizeof(star), "%s", add(x, taken(CERT_IMPORTED, "*.home.home.arpa", 5)));
	snprintf(acme, sizeof(acme), "%s", add(x, taken(CERT_ACME, "nas.home.home.arpa home.home.arpa", 90)));
	snprintf(own, sizeof(own), "%s", add(x, taken(CERT_IMPORTED, "home.home.arpa other.example", 5)));
	assert_string_equal(server(x, "nas.home.home.arpa", NOW), acme);
	assert_string_equal(server(x, "tv.home.home.arpa", NOW), star);
	assert_string_equal(server(x, "home.home.arpa", NOW), own);
	assert_string_equal(server(x, "home.home.arpa", NOW + 5 * DAY_S), acme);	/* that has run out */
	assert_string_equal(server(x, "tv.home.home.arpa", NOW + 5 * DAY_S), "");
	assert_string_equal(server(x, "tv.home.home.arpa", NOW - 2 * DAY_S), "");	/* it is not valid yet */
	assert_string_equal(server(x, "other.example", NOW), "");	/* none of our names */
	assert_string_equal(server(x, "home.cell", NOW), "");
	assert_true(sites_turned(x->sites, NOW, NOW + 5 * DAY_S));
	assert_false(sites_turned(x->sites, NOW, NOW + DAY_S));
}

static void
test_served(void **state)
{
	struct lab *x = *state;
	struct snapshot_cert list[4] = { { .nnames = 4, .names = { "home.home.arpa", "*.home.home.arpa", "api.home.home.arpa",
	    "home.cell" } } };

	(void)add(x, taken(CERT_ACME, "home.home.arpa *.home.home.arpa", 90));
	(void)add(x, taken(CERT_ACME, "gone.example", 90));
	(void)add(x, taken(CERT_ACME, "old.home.home.arpa", 1));
	assert_int_equal(sites_serve(x->sites, x->conf, NOW + DAY_S, list), 2);
	assert_int_equal(list[0].nnames, 1);
	assert_string_equal(list[0].names[0], "home.cell");
	assert_int_equal(list[1].nnames, 2);
	assert_false(list[1].any_name);
}

/* product.md 19: 256 of them, and a renewal even then. */
static void
test_many(void **state)
{
	struct lab *x = *state;
	struct cell_cert *c;
	char name[64];
	struct err e;
	int i;

	for (i = 0; i < SITES_MAX; i++) {
		snprintf(name, sizeof(name), "n%d.home.home.arpa", i);
		(void)add(x, taken(CERT_ACME, name, 90));
	}
	c = taken(CERT_ACME, "more.home.home.arpa", 90);
	assert_true(sites_add(x->sites, c, x->fd, x->vault, &e) < 0);
	assert_int_equal(e.kind, ERR_CONFLICT);
	(void)add(x, taken(CERT_ACME, "n7.home.home.arpa", 95));
	assert_int_equal(sites_count(x->sites), SITES_MAX);
	assert_true(cell_cert_span(sites_for(x->sites, x->conf, "n7.home.home.arpa", NOW)).until_s == NOW + 95 * DAY_S);
	load_again(x);
	assert_int_equal(sites_count(x->sites), SITES_MAX);
}

static void
test_forgotten(void **state)
{
	struct lab *x = *state;

	(void)add(x, taken(CERT_ACME, "home.home.arpa", 1));
	assert_false(sites_forget(x->sites, NOW + 30 * DAY_S, x->fd));
	assert_int_equal(sites_count(x->sites), 1);
	assert_true(sites_forget(x->sites, NOW + 31 * DAY_S, x->fd));
	load_again(x);
	assert_int_equal(sites_count(x->sites), 0);
}

/* STA-1: killed at any system call of storing a renewal, the old one or the new one is there. */
static void
test_killed(void **state)
{
	struct lab *x = *state;
	bool seen_old = false, seen_new = false, is_new;
	struct cell_cert *next = taken(CERT_ACME, "home.home.arpa", 90);
	int status = 9 << 8;
	unsigned nth;
	struct err e;

	for (nth = 1; status == 9 << 8; nth++) {
		(void)add(x, taken(CERT_ACME, "home.home.arpa", 10));
		pid_t child = fork();

		if (child == 0) {
			file_fault(nth, 0);
			_exit(sites_add(x->sites, next, x->fd, x->vault, &e) < 0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		load_again(x);
		assert_int_equal(sites_count(x->sites), 1);
		is_new = cell_cert_span(sites_at(x->sites, 0)).until_s == NOW + 90 * DAY_S;
		seen_new |= is_new;
		seen_old |= !is_new;
		assert_int_equal(sites_remove(x->sites, cell_cert_id(sites_at(x->sites, 0)), x->fd, &e), 0);
	}
	assert_true(seen_old && seen_new);
	cell_cert_free(next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_not_taken),
		cmocka_unit_test_setup_teardown(test_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rsa_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_served, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
