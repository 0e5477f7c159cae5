/* Sealed secrets: data.md 5, SEC-7, SEC-9. */
#ifndef PIC_FAULTS
#define PIC_FAULTS
#endif
#include "sys/file_sys.c"
#include "../sys/late.h"

#include "vault/seal.c"
#include "vault/vault.c"

#include "../conf/state.h"

#define SECRETS "vault/secrets/"

static void
no_environment(void)
{
	(void)unsetenv("PIC_SEAL_KEY_FILE");
	(void)unsetenv("CREDENTIALS_DIRECTORY");
}

static int
make(void **state)
{
	no_environment();
	return state_make(state);
}

static int
drop(void **state)
{
	no_environment();
	file_fault(0, 0);
	return state_drop(state);
}

static struct vault *
must_open(const struct state *s, bool first_run)
{
	struct vault *v;
	struct err e;

	if (vault_open(&v, s->fd, first_run, &e) < 0)
		fail_msg("%s", e.detail);
	return v;
}

static void
must_put(struct vault *v, const char *text, char ref[VAULT_REF_SIZE])
{
	json_t *secret = sample_json(text);
	struct err e;

	if (vault_put(v, secret, ref, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(secret);
}

static void
assert_holds(struct vault *v, const char *ref, const char *text)
{
	json_t *want = sample_json(text), *got;
	struct err e;

	if (vault_get(v, ref, &got, &e) < 0)
		fail_msg("%s", e.detail);
	assert_true(json_equal(got, want));
	json_decref(got);
	json_decref(want);
}

static void
assert_mode(const struct state *s, const char *name, mode_t mode)
{
	struct stat st;

	assert_int_equal(fstatat(s->fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void
secret_path(char buf[64], const char *ref)
{
	(void)snprintf(buf, 64, SECRETS "%s", ref);
}

#define PASSWORD "{\"password_hash\":\"$argon2id$marked-secret\",\"totp_secret\":\"JBSWY3DP\"}"

static void
puts_and_gets(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char a[VAULT_REF_SIZE], b[VAULT_REF_SIZE], path[64];
	struct stat st;

	must_put(v, PASSWORD, a);
	must_put(v, PASSWORD, b);
	assert_true(conf_is_secret_ref(str_of(a)));
	assert_string_not_equal(a, b);
	assert_holds(v, a, PASSWORD);
	vault_close(v);
	v = must_open(s, false);
	assert_holds(v, b, PASSWORD);
	must_put(v, "{}", b);
	assert_holds(v, b, "{}");
	vault_close(v);
	vault_close(NULL);
	assert_mode(s, "vault", 0700);
	assert_mode(s, "vault/secrets", 0700);
	assert_mode(s, "vault/seal.key", 0400);
	secret_path(path, a);
	assert_mode(s, path, 0600);
	assert_int_equal(fstatat(s->fd, "vault/seal.key", &st, 0), 0);
	assert_int_equal(st.st_size, VAULT_KEY_BYTES);
}

/* The file is as data.md 5 says, checked with the library alone. */
static void
file_has_the_form(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char ref[VAULT_REF_SIZE], path[64], *key, *file, ad[64];
	unsigned char plain[64];
	unsigned long long n;
	struct stat st;

	must_put(v, "{\"b\":1,\"a\":\"x\"}", ref);
	vault_close(v);
	secret_path(path, ref);
	key = state_read(s, "vault/seal.key");
	file = state_read(s, path);
	assert_int_equal(fstatat(s->fd, path, &st, 0), 0);
	assert_memory_equal(file, "PICSEAL1", 8);
	(void)snprintf(ad, sizeof(ad), "PICSEAL1%s", ref);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, (unsigned char *)file + 32,
	    (unsigned long long)st.st_size - 32, (unsigned char *)ad, strlen(ad), (unsigned char *)file + 8, (unsigned char *)key),
	    0);
	assert_int_equal(n, 15);
	assert_memory_equal(plain, "{\"a\":\"x\",\"b\":1}", 15);
	free(key);
	free(file);
}

static void
limits(void **state)
{
	struct vault *v = must_open(*state, true);
	char ref[VAULT_REF_SIZE], *big = malloc(VAULT_SECRET_MAX + 1);
	json_t *secret, *got;
	struct err e;

	memset(big, 'x', VAULT_SECRET_MAX);
	big[VAULT_SECRET_MAX - 8] = '\0';	/* {"k":""} are eight more */
	secret = json_pack("{s:s}", "k", big);
	assert_int_equal(vault_put(v, secret, ref, &e), 0);
	assert_int_equal(vault_get(v, ref, &got, &e), 0);
	assert_true(json_equal(secret, got));
	json_decref(secret);
	json_decref(got);
	big[VAULT_SECRET_MAX - 8] = 'x';
	big[VAULT_SECRET_MAX - 7] = '\0';
	secret = json_pack("{s:s}", "k", big);
	assert_int_equal(vault_put(v, secret, ref, &e), -EFBIG);
	assert_string_equal(ref, "");
	json_decref(secret);
	secret = json_array();
	assert_true(vault_put(v, secret, ref, &e) < 0);
	json_decref(secret);
	free(big);
	vault_close(v);
}

static void
assert_no_secret(struct vault *v, const char *ref, int error)
{
	json_t *got;
	struct err e;

	assert_int_equal(vault_get(v, ref, &got, &e), error);
	assert_null(got);
	assert_true(e.kind != ERR_NONE);
}

static void
strangers_names_are_no_secrets(void **state)
{
	struct vault *v = must_open(*state, true);

	assert_no_secret(v, "sec_abcdefghijklmnopqrstuvwxyz", -ENOENT);
	assert_no_secret(v, "", -ENOENT);
	assert_no_secret(v, NULL, -ENOENT);
	assert_no_secret(v, "../seal.key", -ENOENT);
	assert_no_secret(v, "sec_../../seal.keyaaaaaaaaaaaaa", -ENOENT);
	vault_close(v);
}

/* One bit, a cut, another name: it does not open, and the others do. */
static void
damage_is_found(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char a[VAULT_REF_SIZE], b[VAULT_REF_SIZE], path[64], other[64], *file;
	struct stat st;
	size_t i, n;

	must_put(v, PASSWORD, a);
	must_put(v, "{\"k\":1}", b);
	secret_path(path, b);
	file = state_read(s, path);
	assert_int_equal(fstatat(s->fd, path, &st, 0), 0);
	n = (size_t)st.st_size;
	for (i = 0; i < n; i++) {
		file[i] ^= 1;
		state_put(s, path, file, n);
		assert_no_secret(v, b, -EIO);
		file[i] ^= 1;
		state_put(s, path, file, i);
		assert_no_secret(v, b, -EIO);
	}
	state_put(s, path, file, n);
	assert_holds(v, b, "{\"k\":1}");
	secret_path(other, a);
	state_put(s, other, file, n);	/* b's content under a's name */
	assert_no_secret(v, a, -EIO);
	assert_holds(v, b, "{\"k\":1}");
	vault_close(v);
	v = must_open(s, false);	/* one that does not open does not stop the start */
	assert_holds(v, b, "{\"k\":1}");
	vault_close(v);
	free(file);
}

/* --- the key: SEC-7 ---------------------------------------------------------------------------- */

struct listing {
	int fd;
	char text[2048];
};

static bool
on_entry(void *arg, const char *name)
{
	struct listing *l = arg;
	size_t n = strlen(l->text);
	int fd = openat(l->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), up = l->fd;

	(void)snprintf(l->text + n, sizeof(l->text) - n, "%s\n", name);
	if (fd >= 0) {
		l->fd = fd;
		(void)file_list(fd, on_entry, l);
		l->fd = up;
		(void)close(fd);
	}
	return true;
}

/* Opening fails with these words and leaves every file as it was. */
static void
assert_refused(const struct state *s, bool first_run, const char *says)
{
	struct listing before = { .fd = s->fd }, after = { .fd = s->fd };
	char *key = state_read(s, "vault/seal.key"), *again;
	struct vault *v;
	struct err e;

	assert_int_equal(file_list(s->fd, on_entry, &before), 0);
	assert_int_equal(vault_open(&v, s->fd, first_run, &e), -EINVAL);
	assert_null(v);
	if (strcmp(e.detail, says) != 0)
		fail_msg("said %s", e.detail);
	assert_int_equal(file_list(s->fd, on_entry, &after), 0);
	assert_string_equal(before.text, after.text);
	again = state_read(s, "vault/seal.key");
	assert_true((key == NULL) == (again == NULL));
	if (key != NULL)
		assert_memory_equal(key, again, strlen(key));
	free(key);
	free(again);
}

#define MISSING "the sealing key vault/seal.key is missing; nothing was made or changed: put it back from a backup"

static void
missing_key_stops_the_start(void **state)
{
	const struct state *s = *state;
	char ref[VAULT_REF_SIZE];
	struct vault *v;

	assert_refused(s, false, "vault/ with the sealing key is missing in the state directory; nothing was made or changed: "
	    "put it back from a backup");
	v = must_open(s, true);
	must_put(v, PASSWORD, ref);
	vault_close(v);
	assert_int_equal(unlinkat(s->fd, "vault/seal.key", 0), 0);
	assert_refused(s, false, MISSING);
	assert_refused(s, true, MISSING);	/* secrets are there: this is no first run */
}

static void
wrong_key_stops_the_start(void **state)
{
	const struct state *s = *state;
	char ref[VAULT_REF_SIZE];
	struct vault *v = must_open(s, true);

	must_put(v, PASSWORD, ref);
	must_put(v, PASSWORD, ref);
	vault_close(v);
	assert_int_equal(unlinkat(s->fd, "vault/seal.key", 0), 0);
	state_puts(s, "vault/seal.key", "0123456789abcdef0123456789abcdef");
	assert_refused(s, false, "the sealing key opens none of the 2 secrets in vault/secrets; nothing was made or changed: "
	    "put the right key back");
	state_puts(s, "vault/seal.key", "0123456789abcdef0123456789abcde");
	assert_refused(s, false, "the sealing key in vault/seal.key has 31 bytes, not 32; nothing was made or changed");
	state_puts(s, "vault/seal.key", "");
	assert_refused(s, true, "the sealing key in vault/seal.key has 0 bytes, not 32; nothing was made or changed");
}

/* A first run that was interrupted keeps the key that it made. */
static void
first_run_may_be_repeated(void **state)
{
	const struct state *s = *state;
	char *once, *twice;

	vault_close(must_open(s, true));
	once = state_read(s, "vault/seal.key");
	vault_close(must_open(s, true));
	twice = state_read(s, "vault/seal.key");
	assert_memory_equal(once, twice, VAULT_KEY_BYTES);
	free(once);
	free(twice);
}

static void
key_from_outside(void **state)
{
	const struct state *s = *state;
	char path[128], ref[VAULT_REF_SIZE];
	struct vault *v;

	(void)snprintf(path, sizeof(path), "%s/elsewhere", s->path);
	assert_int_equal(setenv("PIC_SEAL_KEY_FILE", path, 1), 0);
	assert_int_equal(mkdirat(s->fd, "vault", 0700), 0);
	assert_int_equal(mkdirat(s->fd, "vault/secrets", 0700), 0);
	assert_refused(s, true, "the sealing key of PIC_SEAL_KEY_FILE cannot be read: No such file or directory; "
	    "nothing was made or changed");
	state_puts(s, "elsewhere", "short");
	assert_refused(s, true, "the sealing key of PIC_SEAL_KEY_FILE has not 32 bytes; nothing was made or changed");
	state_puts(s, "elsewhere", "0123456789abcdef0123456789abcdefX");
	assert_refused(s, true, "the sealing key of PIC_SEAL_KEY_FILE has not 32 bytes; nothing was made or changed");
	state_puts(s, "elsewhere", "0123456789abcdef0123456789abcdef");
	v = must_open(s, true);
	must_put(v, PASSWORD, ref);
	vault_close(v);
	assert_false(state_has(s, "vault/seal.key"));	/* no copy lies in the state directory */
	v = must_open(s, false);
	assert_holds(v, ref, PASSWORD);
	vault_close(v);
}

static void
key_from_a_credential(void **state)
{
	const struct state *s = *state;
	char path[128], ref[VAULT_REF_SIZE];
	struct vault *v;

	assert_int_equal(mkdirat(s->fd, "credentials", 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/credentials", s->path);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", path, 1), 0);
	state_puts(s, "credentials/pic-seal-key", "0123456789abcdef0123456789abcdef");
	v = must_open(s, true);
	must_put(v, PASSWORD, ref);
	vault_close(v);
	assert_false(state_has(s, "vault/seal.key"));
	assert_int_equal(unlinkat(s->fd, "credentials/pic-seal-key", 0), 0);
	assert_refused(s, false, MISSING);	/* the unit has other credentials only */
}

/* --- memory -------------------------------------------------------------------------------------- */

/* Allocators keep their lists in the first bytes of what was freed: the secret is known by its tail. */
enum { MARK = 32, SKIP = 8, REGION_MAX = 1 << 28, CHUNK = 1 << 16 };

/* Is the text whose bytes are inverted in mark anywhere from p on? */
static bool
is_in(const unsigned char *p, size_t n, const unsigned char mark[MARK])
{
	size_t i, k;

	for (i = 0; i + MARK <= n; i++) {
		for (k = SKIP; k < MARK && p[i + k] == (unsigned char)~mark[k]; k++)
			;
		if (k == MARK)
			return true;
	}
	return false;
}

static bool
is_in_region(int mem, unsigned long from, unsigned long to, const unsigned char mark[MARK])
{
	static unsigned char chunk[CHUNK + MARK];
	bool found = false;
	ssize_t n;

	for (; from < to && !found; from += CHUNK) {
		n = pread(mem, chunk, sizeof(chunk), (off_t)from);
		found = n > 0 && is_in(chunk, (size_t)n, mark);
	}
	sodium_memzero(chunk, sizeof(chunk));
	return found;
}

/* In no memory of this process that can be written to, freed or not. */
static bool
is_in_memory(const unsigned char mark[MARK])
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned long from, to;
	char line[512], flags[8];
	bool found = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%lx %7s", &from, &to, flags) == 3 && strncmp(flags, "rw", 2) == 0 && to - from < REGION_MAX)
			found = is_in_region(mem, from, to, mark) || found;
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

static void
invert(unsigned char mark[MARK])
{
	size_t i;

	for (i = 0; i < MARK; i++)
		mark[i] = (unsigned char)~mark[i];
}

/* Use a secret as the program does; mark gets its text, inverted. */
static void
use_secret(struct vault *v, unsigned char mark[MARK])
{
	unsigned char random[MARK / 2];
	char ref[VAULT_REF_SIZE];
	json_t *secret, *got;
	struct err e;

	randombytes_buf(random, sizeof(random));
	(void)sodium_bin2hex((char *)mark, MARK + 1, random, sizeof(random));
	secret = json_pack("{s:s}", "password", (char *)mark);
	invert(mark);
	assert_int_equal(vault_put(v, secret, ref, &e), 0);
	assert_int_equal(vault_get(v, ref, &got, &e), 0);
	json_decref(secret);
	json_decref(got);
}

static void
nothing_stays_in_memory(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	unsigned char secret[MARK + 1], key[MARK];
	int fd = openat(s->fd, "vault/seal.key", O_RDONLY | O_CLOEXEC);
	char *kept;

	assert_int_equal(read(fd, key, MARK), MARK);
	(void)close(fd);
	invert(key);
	use_secret(v, secret);
	assert_false(is_in_memory(secret));
	vault_close(v);
	assert_false(is_in_memory(key));
	/* the search itself works */
	kept = malloc(MARK);
	memcpy(kept, secret, MARK);
	invert((unsigned char *)kept);
	assert_true(is_in_memory(secret));
	free(kept);
}

/* --- sweeping ------------------------------------------------------------------------------------ */

static bool
on_keep(void *arg, const char *ref)
{
	return json_object_get(arg, ref) != NULL;
}

static void
sweeps_what_nobody_names(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	char a[VAULT_REF_SIZE], b[VAULT_REF_SIZE], path[64];
	json_t *keep = json_object();

	must_put(v, PASSWORD, a);
	must_put(v, PASSWORD, b);
	state_puts(s, SECRETS "notes.txt", "not ours");
	assert_int_equal(json_object_set_new(keep, a, json_true()), 0);
	assert_int_equal(vault_sweep(v, on_keep, keep), 1);
	assert_holds(v, a, PASSWORD);
	assert_no_secret(v, b, -ENOENT);
	assert_true(state_has(s, SECRETS "notes.txt"));
	assert_int_equal(vault_sweep(v, on_keep, keep), 0);
	secret_path(path, a);
	file_fault(1, EIO);
	assert_int_equal(json_object_clear(keep), 0);
	assert_int_equal(vault_sweep(v, on_keep, keep), -EIO);
	assert_true(state_has(s, path));
	json_decref(keep);
	vault_close(v);
}

/* --- failing writes: STA-2 ------------------------------------------------------------------------- */

static void
failed_put_leaves_nothing(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	json_t *secret = sample_json(PASSWORD), *none = json_object();
	char ref[VAULT_REF_SIZE];
	unsigned nth;
	struct err e;
	int r;

	for (nth = 1; nth < 12; nth++) {
		file_fault(nth, ENOSPC);
		r = vault_put(v, secret, ref, &e);
		file_fault(0, 0);
		if (r == 0)
			break;
		assert_int_equal(r, -ENOSPC);
		assert_int_equal(e.kind, ERR_STORAGE_FULL);
		assert_string_equal(ref, "");
	}
	assert_true(nth > 3);
	assert_holds(v, ref, PASSWORD);
	assert_int_equal(vault_sweep(v, on_keep, none), 1);	/* that one, and none of the failed ones */
	json_decref(secret);
	json_decref(none);
	vault_close(v);
}

/* It is there at once, and durable when vault_sync() says so: that is not before the disk does. */
static void
what_may_come_later_is_waited_for(void **state)
{
	const struct state *s = *state;
	struct vault *v = must_open(s, true);
	json_t *secret = sample_json(PASSWORD);
	char ref[VAULT_REF_SIZE];
	struct err e;

	assert_int_equal(vault_put_later(v, secret, ref, &e), 0);
	assert_holds(v, ref, PASSWORD);
	assert_int_equal(v->sync->begun, 2);	/* the file, the folder */
	assert_int_equal(vault_sync(v, &e), 0);
	assert_int_equal(v->sync->begun, 0);
	assert_int_equal(vault_put(v, secret, ref, &e), 0);
	assert_int_equal(v->sync->begun, 0);
	assert_int_equal(vault_put_later(v, secret, ref, &e), 0);
	late_error = -ENOSPC;
	assert_int_equal(vault_sync(v, &e), -ENOSPC);
	assert_int_equal(e.kind, ERR_STORAGE_FULL);
	assert_int_equal(vault_sync(v, &e), 0);
	json_decref(secret);
	vault_close(v);
}

static void
failed_first_run_can_be_repeated(void **state)
{
	const struct state *s = *state;
	unsigned nth;
	struct vault *v;
	struct err e;

	for (nth = 1; nth < 8; nth++) {
		file_fault(nth, ENOSPC);
		if (vault_open(&v, s->fd, true, &e) == 0)
			break;
		file_fault(0, 0);
		assert_null(v);
	}
	file_fault(0, 0);
	if (nth == 8)
		v = must_open(s, true);
	vault_close(v);
	v = must_open(s, false);
	vault_close(v);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(puts_and_gets), TEST(file_has_the_form), TEST(limits), TEST(strangers_names_are_no_secrets),
		    TEST(damage_is_found),
		TEST(missing_key_stops_the_start), TEST(wrong_key_stops_the_start), TEST(first_run_may_be_repeated),
		    TEST(key_from_outside),
		TEST(key_from_a_credential), TEST(nothing_stays_in_memory), TEST(sweeps_what_nobody_names),
		    TEST(failed_put_leaves_nothing),
		TEST(what_may_come_later_is_waited_for), TEST(failed_first_run_can_be_repeated),
	};

	return cmocka_run_group_tests_name("vault/vault", tests, NULL, NULL);
}
