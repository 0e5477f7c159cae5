/* src/role/acme_kept.c: what is kept of ACME is there again, whole, or not at all (TIM-2, STA-1). */
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
#include "role/acme_kept.h"

#define PIC_FAULTS
#include "sys/file_sys.c"

#define DIRECTORY "https://acme.example/dir"

struct lab {
	char dir[64];
	int fd;
	struct acme_kept *kept;
};

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));

	assert_true(sodium_init() >= 0);
	log_open("test", LOG_CRITICAL);
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-acme-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	x->kept = acme_kept_load(x->fd);
	assert_non_null(x->kept);
	assert_int_equal(x->kept->nitems + x->kept->nservers, 0);
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

	acme_kept_free(x->kept);
	close(x->fd);
	nftw(x->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
	free(x);
	return 0;
}

static void
put_text(char *to, const char *text)
{
	strncpy(to, text, strlen(text) + 1);
}

/* An account, two servers, an order under way and one that failed. */
static void
fill(struct acme_kept *k)
{
	struct acme_item *t = acme_kept_item(k, "home.example");

	put_text(k->account_ref, "sec_account");
	put_text(k->spare_ref, "sec_spare");
	put_text(acme_kept_server(k, DIRECTORY)->account_url, "https://acme.example/acct/1");
	acme_kept_server(k, DIRECTORY)->staged = true;
	(void)acme_kept_server(k, DIRECTORY "2");
	acme_ledger_add(&k->ledger, 1800000000);
	t->past = (struct acme_past){ 3, 1800000100, { 1799999999, 1799999998 }, 1700000000, { 1, 2, 3 } };
	put_text(t->issued_by, DIRECTORY);
	t->order = (struct acme_order){ { 2, { "home.example", "*.home.example" } }, "sec_key", DIRECTORY,
	    "https://acme.example/o/7", true };
	t = acme_kept_item(k, "tv.home.example");
	put_text(t->error, "nobody answers");
	t->error_at = 1800000001;
}

static void
test_round_trip(void **state)
{
	struct lab *x = *state;
	struct acme_kept *back;
	struct err e;

	fill(x->kept);
	assert_int_equal(acme_kept_store(x->kept, x->fd, &e), 0);
	back = acme_kept_load(x->fd);
	assert_memory_equal(back, x->kept, sizeof(*back));
	assert_true(acme_kept_needs(back, "sec_account") && acme_kept_needs(back, "sec_key") && acme_kept_needs(back, "sec_spare"));
	assert_false(acme_kept_needs(back, "sec_other"));
	assert_null(acme_kept_find(back, "other.example"));
	acme_kept_free(back);
}

/* A key that an order no longer needs goes. */
static void
test_secrets(void **state)
{
	struct lab *x = *state;

	fill(x->kept);
	acme_kept_item(x->kept, "home.example")->order.want.n = 0;
	assert_false(acme_kept_needs(x->kept, "sec_key"));
}

static void
test_damaged(void **state)
{
	static const char *const texts[] = { "", "{}", "[]", "{\"account_ref\":7}",
	    "{\"account_ref\":\"\",\"spare_ref\":\"\",\"servers\":[{}]}",
	    "{\"account_ref\":\"\",\"spare_ref\":\"\",\"certificates\":[{\"name\":\"a\",\"error\":\"\"}]}",
	    ("{\"account_ref\":\"\",\"spare_ref\":\"\",\"certificates\":[{\"name\":\"a\",\"error\":\"\",\"issued_by\":\"\","
	    "\"order\":{\"names\":[\"a\",\"b\",\"c\"],\"key_ref\":\"\",\"directory\":\"\",\"url\":\"\"}}]}") };
	struct lab *x = *state;
	struct acme_kept *k;
	struct err e;
	size_t i;
	int fd = file_dir_sub(x->fd, "vault", &e);

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(file_write(fd, "acme.json", texts[i], strlen(texts[i]), 0600, &e), 0);
		k = acme_kept_load(x->fd);
		assert_int_equal(k->nitems + k->nservers, 0);
		assert_string_equal(k->account_ref, "");
		acme_kept_free(k);
	}
	close(fd);
}

/* Names come and go: what has neither a certificate nor an order makes room. */
static void
test_bounds(void **state)
{
	struct lab *x = *state;
	char name[32];
	int i;

	for (i = 0; i < ACME_WANTS_MAX; i++) {
		snprintf(name, sizeof(name), "n%d.home.example", i);
		put_text(acme_kept_item(x->kept, name)->issued_by, i == 9 ? "" : DIRECTORY);
	}
	assert_non_null(acme_kept_item(x->kept, "more.home.example"));
	assert_null(acme_kept_find(x->kept, "n9.home.example"));
	put_text(acme_kept_item(x->kept, "more.home.example")->issued_by, DIRECTORY);
	assert_null(acme_kept_item(x->kept, "too.many.example"));
	assert_non_null(acme_kept_item(x->kept, "n8.home.example"));
	for (i = 0; i <= ACME_SERVERS_MAX; i++) {
		snprintf(name, sizeof(name), "https://s%d.example/", i);
		(void)acme_kept_server(x->kept, name);
	}
	assert_int_equal(x->kept->nservers, ACME_SERVERS_MAX);
	assert_string_equal(x->kept->servers[0].directory, "https://s1.example/");
}

/* Killed at any system call of a write: what was before, or what is new. */
static void
test_killed(void **state)
{
	struct lab *x = *state;
	bool seen_old = false, seen_new = false;
	struct acme_kept *back;
	int status = 9 << 8;
	unsigned nth;
	struct err e;
	pid_t child;

	fill(x->kept);
	assert_int_equal(acme_kept_store(x->kept, x->fd, &e), 0);
	put_text(x->kept->account_ref, "sec_next");
	for (nth = 1; status == 9 << 8; nth++) {
		child = fork();
		if (child == 0) {
			file_fault(nth, 0);
			_exit(acme_kept_store(x->kept, x->fd, &e) < 0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		back = acme_kept_load(x->fd);
		assert_int_equal(back->nitems, 2);
		seen_old |= strcmp(back->account_ref, "sec_account") == 0;
		seen_new |= strcmp(back->account_ref, "sec_next") == 0;
		acme_kept_free(back);
	}
	assert_true(seen_old && seen_new);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
