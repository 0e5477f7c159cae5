/* Private keys of clients: PEER-2, data.md 2. */
#include <sys/stat.h>
#include <time.h>

#include "vault/client.c"

#include "../conf/state.h"
#include "vault/vault.h"

#define PUBLIC "jNXHt1yPTdoWVp3ZsHLrPm5dwvVyPFbVRaVbbZkpgTE="
#define OTHER "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
#define PRIVATE "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
#define OTHER_PRIVATE "ABCz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="

static struct vault *
must_open(const struct state *s, bool first_run)
{
	struct vault *v;
	struct err e;

	(void)unsetenv("PIC_SEAL_KEY_FILE");
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	if (vault_open(&v, s->fd, first_run, &e) < 0)
		fail_msg("%s", e.detail);
	return v;
}

static void
file_of(const char *public_key, char path[128])
{
	char name[VAULT_CLIENT_NAME_SIZE];

	vault_client_name(public_key, name);
	(void)snprintf(path, 128, "vault/client/%s", name);
}

static void
is_kept_sealed_over_a_restart(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char key[VAULT_CLIENT_KEY_SIZE], path[128], *text;
	size_t n;
	struct err e;

	assert_false(vault_client_has(v, PUBLIC));
	assert_int_equal(vault_client_get(v, PUBLIC, key, &e), -ENOENT);
	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), 0);
	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), -EEXIST);
	vault_close(v);
	file_of(PUBLIC, path);
	assert_int_equal(file_read(s->fd, path, 4096, &text, &n, &e), 0);
	assert_null(memmem(text, n, PRIVATE, 20));
	free(text);
	v = must_open(s, false);
	assert_true(vault_client_has(v, PUBLIC));
	assert_int_equal(vault_client_get(v, PUBLIC, key, &e), 0);
	assert_string_equal(key, PRIVATE);
	vault_close(v);
}

static void
one_under_the_name_of_another_does_not_open(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char key[VAULT_CLIENT_KEY_SIZE], a[128], b[128];
	struct err e;

	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), 0);
	assert_int_equal(vault_client_put(v, OTHER, OTHER_PRIVATE, &e), 0);
	file_of(PUBLIC, a);
	file_of(OTHER, b);
	assert_int_equal(renameat(s->fd, a, s->fd, b), 0);
	assert_int_equal(vault_client_get(v, OTHER, key, &e), -EIO);
	vault_close(v);
}

static void
what_is_destroyed_is_gone(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char path[128];
	struct err e;

	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), 0);
	assert_int_equal(vault_client_drop(v, PUBLIC, &e), 0);
	assert_int_equal(vault_client_drop(v, PUBLIC, &e), 0);
	file_of(PUBLIC, path);
	assert_false(state_has(s, path));
	assert_false(vault_client_has(v, PUBLIC));
	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), 0);
	vault_close(v);
}

static bool
is_young(void *arg, const char *name, int64_t made_at)
{
	(void)name;
	return made_at > *(const int64_t *)arg;
}

static void
a_sweep_looks_at_the_age(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
	int64_t since = (int64_t)time(NULL) - 3600;
	char path[128];
	struct err e;

	assert_int_equal(vault_client_put(v, PUBLIC, PRIVATE, &e), 0);
	assert_int_equal(vault_client_put(v, OTHER, OTHER_PRIVATE, &e), 0);
	file_of(OTHER, path);
	assert_int_equal(utimensat(s->fd, path, old, 0), 0);
	state_puts(s, "vault/client/README", "a stranger's");
	assert_int_equal(vault_client_sweep(v, is_young, &since), 1);
	assert_true(vault_client_has(v, PUBLIC));
	assert_false(vault_client_has(v, OTHER));
	assert_true(state_has(s, "vault/client/README"));
	vault_close(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_kept_sealed_over_a_restart, state_make, state_drop),
		cmocka_unit_test_setup_teardown(one_under_the_name_of_another_does_not_open, state_make, state_drop),
		cmocka_unit_test_setup_teardown(what_is_destroyed_is_gone, state_make, state_drop),
		cmocka_unit_test_setup_teardown(a_sweep_looks_at_the_age, state_make, state_drop),
	};

	return cmocka_run_group_tests_name("vault/client", tests, NULL, NULL);
}
