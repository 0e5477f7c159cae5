/* src/role/authority*.c: TLS-6, TLS-7, TLS-9, STA-1; what time and names demand, what is kept, what is issued and revoked. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "lab.h"

#include "base/log.h"
#include "role/authority.h"
#include "role/snapshot.h"
#include "vault/vault.h"

#define PIC_FAULTS
#include "sys/file_sys.c"

enum { NOW = 1800000000 };

struct lab {
	char dir[64];
	int fd;
	struct vault *vault;
	struct conf *conf;
	struct net_ifaddr ifs[2];
	struct cert_for f;
	struct authority *a;
};

/* What core does with what authority_follow() makes. */
static bool
follow(struct lab *x)
{
	struct authority *next;
	struct err e;

	err_clear(&e);
	if (authority_follow(&next, x->a, &x->f, &e) < 0)
		fail_msg("%s", e.detail);
	if (next == NULL)
		return false;
	authority_free(x->a);
	x->a = next;
	assert_null(authority_due(x->a, &x->f));
	return true;
}

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));
	struct err e;

	assert_true(sodium_init() >= 0);
	log_open("test", LOG_CRITICAL);
	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-authority-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	x->fd = open(x->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(vault_open(&x->vault, x->fd, true, &e), 0);
	x->conf = lab_conf("{}");
	x->ifs[0] = lab_ifaddr("eth0", 2, "192.168.1.2/24");
	x->ifs[1] = lab_ifaddr("eth0", 2, "2001:db8::7/64");
	x->f = (struct cert_for){ x->conf, "box", x->ifs, 2, NOW, CA_CLOCK_TRUSTED, "http://ca.home.home.arpa/ca/crl.der" };
	x->a = authority_load(x->fd, x->vault);
	assert_non_null(x->a);
	*state = x;
	return 0;
}

static int
forget_file(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	authority_free(x->a);
	conf_unref(x->conf);
	vault_close(x->vault);
	close(x->fd);
	nftw(x->dir, forget_file, 16, FTW_DEPTH | FTW_PHYS);
	free(x);
	return 0;
}

static bool
names(const struct authority *a, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(cell_cert_names(authority_server(a)), i, one)
		if (strcmp(json_string_value(one), text) == 0)
			return true;
	return false;
}

/* A value in DER: how much it holds, and where that begins. */
static size_t
der_size(const uint8_t **p)
{
	size_t more = (*p)[1] > 0x80 ? (*p)[1] & 0x7f : 0, n = more == 0 ? (*p)[1] : 0, i;

	for (i = 0; i < more; i++)
		n = n << 8 | (*p)[2 + i];
	*p += 2 + more;
	return n;
}

/* Of a list what is signed: how long the signature is, is a matter of chance. */
static size_t
list_size(const struct authority *a, size_t i)
{
	const char *id;
	struct authority_bytes list = authority_list(a, i, &id);

	if (list.n == 0)
		return 0;
	assert_true(der_size(&list.p) < list.n);
	return der_size(&list.p);
}

static char *
fingerprint(const struct authority *a, char out[CA_FINGERPRINT_TEXT])
{
	const struct authority_bytes root = authority_root(a);

	ca_fingerprint(root.p, root.n, out);
	return out;
}

static void
test_made(void **state)
{
	struct lab *x = *state;
	json_t *about;

	assert_false(authority_exists(x->a));
	assert_null(authority_about(x->a));
	x->f.clock = CA_CLOCK_WRONG;
	assert_false(follow(x));
	x->f.clock = CA_CLOCK_UNSURE;
	assert_non_null(authority_due(x->a, &x->f));
	assert_true(follow(x));
	assert_false(follow(x));
	assert_true(names(x->a, "*.home.home.arpa") && names(x->a, "home.home.arpa") && names(x->a, "home.cell") &&
	    names(x->a, "box.local") && names(x->a, "192.168.1.2"));
	assert_false(names(x->a, "2001:db8::7"));	/* outside every scope: all would be refused */
	assert_int_equal(json_array_size(authority_issued(x->a)), 1);
	about = authority_about(x->a);
	assert_int_equal(json_array_size(json_object_get(about, "permitted_cidrs")), 7);
	assert_true(json_array_size(json_object_get(about, "permitted_names")) >= 4);
	assert_int_equal(strncmp(json_string_value(json_object_get(about, "subject")), "home root ", 10), 0);
	json_decref(about);
}

static bool
permits(const struct authority *a, const char *name)
{
	json_t *about = authority_about(a);
	const json_t *one;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(about, "permitted_names"), i, one)
		found = found || strcmp(json_string_value(one), name) == 0;
	json_decref(about);
	return found;
}

/* TLS-6, SEC-8: a host that is called as a top-level domain is must not put that into the constraints. */
static void
test_host_like_a_top_level_domain(void **state)
{
	struct lab *x = *state;

	x->f.host_label = "dev";
	assert_true(follow(x));
	assert_false(permits(x->a, "dev") || names(x->a, "dev"));
	assert_true(permits(x->a, "dev.local") && names(x->a, "dev.local"));
}

/* A new address or the passing of sixty days: another certificate, the same root. TLS-7: another domain: another root. */
static void
test_reasons(void **state)
{
	struct lab *x = *state;
	struct conf *other = lab_conf("{\"identity\":{\"domain_name\":\"other.home.arpa\"}}");
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT], id[CERT_ID_SIZE];

	assert_true(follow(x));
	fingerprint(x->a, a);
	x->ifs[0] = lab_ifaddr("eth0", 2, "10.7.7.7/8");
	snprintf(id, sizeof(id), "%s", cell_cert_id(authority_server(x->a)));
	assert_true(follow(x) && names(x->a, "10.7.7.7"));
	assert_string_not_equal(id, cell_cert_id(authority_server(x->a)));
	x->ifs[0] = lab_ifaddr("eth0", 2, "169.254.1.1/16");
	assert_false(follow(x));	/* it went: no reason */
	x->f.now += 61 * CA_DAY_S;
	assert_true(follow(x));
	assert_string_equal(fingerprint(x->a, b), a);
	x->f.host_label = "crate";	/* outside: served without being certified */
	assert_false(follow(x));
	assert_true(authority_covers(x->a, x->conf));
	assert_false(authority_covers(x->a, other));
	x->f.conf = other;
	assert_true(follow(x));
	assert_string_not_equal(fingerprint(x->a, b), a);
	assert_true(names(x->a, "other.home.arpa") && names(x->a, "crate.local"));
	conf_unref(other);
}

/* Addresses that change without end do not fill the list. */
static void
test_many_moves(void **state)
{
	struct lab *x = *state;
	char text[32];
	int i;

	for (i = 1; i <= 40; i++) {
		snprintf(text, sizeof(text), "10.0.%d.1/24", i);
		x->ifs[0] = lab_ifaddr("eth0", 2, text);
		assert_true(follow(x));
	}
	assert_in_range(json_array_size(authority_issued(x->a)), 1, AUTHORITY_OWN_MAX + 1);
}

static void
test_kept(void **state)
{
	struct lab *x = *state;
	struct authority *back;
	struct snapshot_cert s, t;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT];
	struct err e;

	assert_true(follow(x));
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	back = authority_load(x->fd, x->vault);
	assert_string_equal(fingerprint(back, a), fingerprint(x->a, b));
	assert_null(authority_due(back, &x->f));
	assert_true(json_equal(authority_issued(back), authority_issued(x->a)));
	assert_int_equal(list_size(back, 0), list_size(x->a, 0));
	cell_cert_snapshot(authority_server(back), &s);
	cell_cert_snapshot(authority_server(x->a), &t);
	assert_int_equal(s.nchain, 2);
	assert_int_equal(s.key_len, P256_KEY);
	assert_memory_equal(s.key, t.key, P256_KEY);
	assert_false(s.any_name);
	/* its keys work: what it signs next is as good */
	authority_free(x->a);
	x->a = back;
	x->f.now += 70 * CA_DAY_S;
	assert_true(follow(x));
}

static size_t
count(const struct lab *x, const char *folder)
{
	char path[128];
	struct dirent *d;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/vault/%s", x->dir, folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

static bool
is_server(void *arg, const char *id)
{
	return strcmp(id, cell_cert_id(authority_server(arg))) == 0;
}

/* What is no longer named goes, the provisional certificate too; what is named stays and loads. */
static void
test_sweep(void **state)
{
	struct lab *x = *state;
	struct cell_cert *provisional;
	struct authority *next;
	struct err e;
	int i;

	assert_int_equal(cell_cert_make(&provisional, NULL, &x->f, &e), 0);
	assert_int_equal(cell_cert_store(provisional, x->fd, x->vault, &e), 0);
	cell_cert_free(provisional);
	assert_true(follow(x));
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(authority_rotate(&next, x->a, &x->f, true, &e), 0);
		authority_free(x->a);
		x->a = next;
		assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	}
	assert_int_equal(count(x, "certs"), 5);
	assert_int_equal(count(x, "ca"), 1 + 3 * 4);
	authority_sweep(x->a, x->fd);
	cell_cert_sweep(x->fd, is_server, x->a);
	assert_int_equal(count(x, "certs"), 1);
	assert_int_equal(count(x, "ca"), 1 + 3);
	next = authority_load(x->fd, x->vault);
	assert_true(authority_exists(next) && authority_server(next) != NULL);
	assert_null(authority_due(next, &x->f));
	authority_free(next);
}

/* STA-1: stored over another one, and killed at any of its system calls: the old one or the new one, whole. */
static void
test_killed(void **state)
{
	struct lab *x = *state;
	struct authority *next, *back;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT], got[CA_FINGERPRINT_TEXT];
	bool seen_old = false, seen_new = false;
	struct err e;
	unsigned nth;
	int status = 9 << 8;

	assert_true(follow(x));
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	assert_int_equal(authority_rotate(&next, x->a, &x->f, true, &e), 0);
	fingerprint(x->a, a);
	fingerprint(next, b);
	for (nth = 1; WIFEXITED(status) && WEXITSTATUS(status) == 9; nth++) {
		pid_t pid = fork();

		if (pid == 0) {
			file_fault(nth, 0);
			_exit(authority_store(next, x->fd, x->vault, &e) == 0 ? 0 : 1);
		}
		assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
		back = authority_load(x->fd, x->vault);
		assert_null(authority_due(back, &x->f));
		fingerprint(back, got);
		assert_true(strcmp(got, a) == 0 || strcmp(got, b) == 0);
		seen_old |= strcmp(got, a) == 0;
		seen_new |= strcmp(got, b) == 0;
		authority_free(back);
		if (nth > 500)
			fail_msg("it never ends");
	}
	assert_true(seen_old && seen_new && status == 0);
	authority_free(next);
}

/* R7: whatever fails on the way, the next try keeps all of it. */
static void
test_disk_fails(void **state)
{
	struct lab *x = *state;
	struct authority *next, *back;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT];
	struct err e;
	unsigned nth;
	int error = -1;

	assert_true(follow(x));
	for (nth = 1; error < 0; nth++) {
		assert_int_equal(authority_rotate(&next, x->a, &x->f, true, &e), 0);
		file_fault(nth, ENOSPC);
		error = authority_store(next, x->fd, x->vault, &e);
		file_fault(0, 0);
		if (error < 0)
			assert_int_equal(authority_store(next, x->fd, x->vault, &e), 0);
		back = authority_load(x->fd, x->vault);
		assert_null(authority_due(back, &x->f));
		assert_string_equal(fingerprint(back, a), fingerprint(next, b));
		authority_free(back);
		authority_free(next);
	}
	assert_in_range(nth, 20, 200);
}

/* --- issued and revoked --------------------------------------------------------------------- */

static int
issue(struct lab *x, const char *const *list, size_t n, json_t **made, struct err *e)
{
	const struct authority_ask ask = { list, n, NULL, "admin", 90, x->f.now, x->f.clock, x->f.crl_url };
	struct authority *next;
	int error;

	err_clear(e);
	error = authority_issue(&next, x->a, &ask, made, e);
	if (error == 0) {
		authority_free(x->a);
		x->a = next;
	}
	return error;
}

static void
test_issue(void **state)
{
	static const char *const good[] = { "nas.home.home.arpa", "192.168.1.9" }, *const addr[] = { "10.1.1.1" };
	static const struct { const char *name, *why; } bad[] = {
		{ "bank.example", "own names" }, { "8.8.8.8", "private" }, { "a b", "neither" }, { "home.arpa", "own names" }, { "", "neither" },
	};
	struct lab *x = *state;
	json_t *made;
	struct err e;
	size_t i;

	assert_int_not_equal(issue(x, good, 2, &made, &e), 0);	/* by whom? */
	assert_true(follow(x));
	assert_int_equal(issue(x, good, 2, &made, &e), 0);
	assert_non_null(strstr(json_string_value(json_object_get(made, "certificate")), "-----BEGIN CERTIFICATE-----"));
	assert_non_null(strstr(json_string_value(json_object_get(made, "private_key")), "-----BEGIN PRIVATE KEY-----"));
	assert_non_null(json_object_get(made, "chain"));
	/* the record has no key */
	assert_null(json_object_get(json_array_get(authority_issued(x->a), 1), "private_key"));
	assert_true(json_equal(json_object_get(made, "id"), json_object_get(json_array_get(authority_issued(x->a), 1), "id")));
	json_decref(made);
	assert_int_equal(issue(x, addr, 1, &made, &e), 0);
	json_decref(made);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(issue(x, &bad[i].name, 1, &made, &e), -22);
		assert_string_equal(e.fields[0].field, "names");
		if (strstr(e.detail, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].name, e.detail);
	}
	assert_int_equal(issue(x, NULL, 0, &made, &e), -22);
	assert_int_equal(json_array_size(authority_issued(x->a)), 3);
}

static void
test_full(void **state)
{
	static const char *const name[] = { "nas.home.home.arpa" };
	struct lab *x = *state;
	json_t *made;
	struct err e;
	size_t i;

	assert_true(follow(x));
	for (i = 1; i < AUTHORITY_ISSUED_MAX; i++) {
		assert_int_equal(issue(x, name, 1, &made, &e), 0);
		json_decref(made);
	}
	assert_int_equal(issue(x, name, 1, &made, &e), -17);
	x->f.now += 92 * CA_DAY_S;	/* they have run out */
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	json_decref(made);
}

static void
rotate(struct lab *x, bool root)
{
	struct authority *next;
	struct err e;

	assert_int_equal(authority_rotate(&next, x->a, &x->f, root, &e), 0);
	authority_free(x->a);
	x->a = next;
}

static void
store_and_load(struct lab *x)
{
	struct err e;

	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	authority_sweep(x->a, x->fd);
	authority_free(x->a);
	x->a = authority_load(x->fd, x->vault);
}

/* A clock that nobody vouches for: what has run out by it makes room when there is none, unless it is revoked. */
static void
test_full_unsure(void **state)
{
	static const char *const name[] = { "nas.home.home.arpa" };
	struct lab *x = *state;
	char first[CERT_ID_SIZE] = "";
	struct authority *next;
	size_t i, before;
	json_t *made;
	struct err e;

	x->f.clock = CA_CLOCK_UNSURE;
	assert_true(follow(x));
	for (i = 1; i < AUTHORITY_ISSUED_MAX; i++) {
		assert_int_equal(issue(x, name, 1, &made, &e), 0);
		if (i == 1)
			snprintf(first, sizeof(first), "%s", json_string_value(json_object_get(made, "id")));
		json_decref(made);
	}
	assert_int_equal(authority_revoke(&next, x->a, first, CA_KEY_COMPROMISE, NOW, &e), 0);
	authority_free(x->a);
	x->a = next;
	assert_int_equal(issue(x, name, 1, &made, &e), -17);
	before = list_size(x->a, 0);
	x->f.now += 92 * CA_DAY_S;
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	json_decref(made);
	assert_true(follow(x));
	assert_int_equal(list_size(x->a, 0), before);	/* the revoked one is in it still */
}

/* TLS-9: after a new intermediate the earlier one revokes what it has issued, by its own list, until all has run out; then
 * its key is forgotten. */
static void
test_earlier_revokes(void **state)
{
	static const char *const name[] = { "nas.home.home.arpa" };
	struct lab *x = *state;
	char id[CERT_ID_SIZE], earlier[8];
	const char *list;
	struct authority *next;
	size_t before, today;
	json_t *made;
	struct err e;

	assert_true(follow(x));
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	snprintf(id, sizeof(id), "%s", json_string_value(json_object_get(made, "id")));
	json_decref(made);
	(void)authority_list(x->a, 0, &list);
	snprintf(earlier, sizeof(earlier), "%s", list);
	rotate(x, false);
	store_and_load(x);
	assert_int_equal(count(x, "ca"), 1 + 1 + 2 * 2);
	(void)authority_list(x->a, 1, &list);
	assert_string_equal(list, earlier);
	before = list_size(x->a, 1);
	today = list_size(x->a, 0);
	assert_int_equal(authority_revoke(&next, x->a, id, CA_KEY_COMPROMISE, NOW, &e), 0);
	authority_free(x->a);
	x->a = next;
	assert_true(list_size(x->a, 1) > before + CA_SERIAL);
	assert_int_equal(list_size(x->a, 0), today);
	x->f.now += 25 * CA_DAY_S;	/* both lists are signed anew */
	assert_true(follow(x));
	x->f.now += 100 * CA_DAY_S;
	assert_true(follow(x));
	assert_int_equal(list_size(x->a, 1), 0);
	store_and_load(x);
	assert_int_equal(count(x, "ca"), 1 + 1 + 2);
}

static void
test_many_rotations(void **state)
{
	struct lab *x = *state;
	struct authority *next;
	struct err e;
	int i;

	assert_true(follow(x));
	for (i = 0; i < AUTHORITY_EARLIER_MAX; i++)
		rotate(x, false);
	assert_int_equal(authority_rotate(&next, x->a, &x->f, false, &e), -17);
	assert_null(next);
	rotate(x, true);
	rotate(x, false);
}

static void
test_revoke(void **state)
{
	static const char *const name[] = { "nas.home.home.arpa" };
	struct lab *x = *state;
	struct authority *next;
	char id[CERT_ID_SIZE];
	size_t before;
	json_t *made;
	struct err e;

	assert_true(follow(x));
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	snprintf(id, sizeof(id), "%s", json_string_value(json_object_get(made, "id")));
	json_decref(made);
	before = list_size(x->a, 0);
	assert_int_equal(authority_revoke(&next, x->a, "nobody", CA_UNSPECIFIED, NOW, &e), -2);
	assert_int_equal(authority_revoke(&next, x->a, id, CA_KEY_COMPROMISE, NOW, &e), 0);
	authority_free(x->a);
	x->a = next;
	assert_true(list_size(x->a, 0) > before + CA_SERIAL);
	assert_int_equal(authority_revoke(&next, x->a, id, CA_KEY_COMPROMISE, NOW, &e), -17);
	assert_false(follow(x));
	/* the cell's own: it is served no more */
	snprintf(id, sizeof(id), "%s", cell_cert_id(authority_server(x->a)));
	assert_int_equal(authority_revoke(&next, x->a, id, CA_SUPERSEDED, NOW, &e), 0);
	authority_free(x->a);
	x->a = next;
	assert_true(follow(x));
	assert_string_not_equal(id, cell_cert_id(authority_server(x->a)));
	/* under another root: nobody can */
	snprintf(id, sizeof(id), "%s", cell_cert_id(authority_server(x->a)));
	rotate(x, true);
	assert_int_equal(authority_revoke(&next, x->a, id, CA_SUPERSEDED, NOW, &e), -17);
	assert_non_null(strstr(e.detail, "signs no more"));
}

/* As many names as there may be, as often as there may be: what is stored is read again. */
static void
test_large(void **state)
{
	enum { NAMES = 58 };
	static char text[NAMES][254];
	const char *list[NAMES];
	struct lab *x = *state;
	struct authority *back;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT];
	json_t *made;
	struct err e;
	size_t i;

	for (i = 0; i < NAMES; i++) {
		snprintf(text[i], sizeof(text[i]), "n%02zu.%060d.%060d.%060d.%047d.home.home.arpa", i, 0, 0, 0, 0);
		list[i] = text[i];
	}
	assert_true(follow(x));
	for (i = 1; i < AUTHORITY_ISSUED_MAX; i++) {
		assert_int_equal(issue(x, list, NAMES, &made, &e), 0);
		json_decref(made);
	}
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	back = authority_load(x->fd, x->vault);
	assert_true(authority_exists(back));
	assert_string_equal(fingerprint(back, a), fingerprint(x->a, b));
	authority_free(back);
}

/* TIM-8: a clock that leaps ahead and comes back has made no certificate good again. */
static void
test_leap(void **state)
{
	static const char *const name[] = { "nas.home.home.arpa" };
	struct lab *x = *state;
	struct authority *next;
	size_t listed;
	json_t *made;
	struct err e;

	assert_true(follow(x));
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	assert_int_equal(authority_revoke(&next, x->a, json_string_value(json_object_get(made, "id")), CA_KEY_COMPROMISE, NOW,
	    &e), 0);
	json_decref(made);
	authority_free(x->a);
	x->a = next;
	listed = list_size(x->a, 0);
	x->f.clock = CA_CLOCK_UNSURE;
	x->f.now += 200 * CA_DAY_S;
	assert_true(follow(x));
	assert_int_equal(issue(x, name, 1, &made, &e), 0);
	json_decref(made);
	x->f.clock = CA_CLOCK_TRUSTED;
	x->f.now -= 199 * CA_DAY_S;
	assert_true(follow(x));
	assert_int_equal(list_size(x->a, 0), listed);
}

/* A list holds so many; more are refused, not left out. */
static void
test_many_revoked(void **state)
{
	struct lab *x = *state;
	struct authority *next = NULL;
	char id[CERT_ID_SIZE];
	struct err e;
	size_t i;
	int error = 0;

	for (i = 0; i <= AUTHORITY_ISSUED_MAX && error == 0; i++) {
		assert_true(follow(x));
		snprintf(id, sizeof(id), "%s", cell_cert_id(authority_server(x->a)));
		err_clear(&e);
		error = authority_revoke(&next, x->a, id, CA_SUPERSEDED, NOW, &e);
		if (error == 0) {
			authority_free(x->a);
			x->a = next;
		}
	}
	assert_int_equal(error, -17);
	assert_int_equal(i, AUTHORITY_ISSUED_MAX + 1);
	assert_int_equal(authority_rotate(&next, x->a, &x->f, false, &e), 0);
	authority_free(x->a);
	x->a = next;
	assert_int_equal(authority_revoke(&next, x->a, cell_cert_id(authority_server(x->a)), CA_SUPERSEDED, NOW, &e), 0);
	authority_free(next);
}

/* Without its intermediate the root that devices trust stays, and signs another. */
static void
test_intermediate_lost(void **state)
{
	struct lab *x = *state;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT], command[160];
	struct err e;

	assert_true(follow(x));
	fingerprint(x->a, a);
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	snprintf(command, sizeof(command), "rm %s/vault/ca/intermediate-*", x->dir);
	assert_int_equal(system(command), 0);
	authority_free(x->a);
	x->a = authority_load(x->fd, x->vault);
	x->f.clock = CA_CLOCK_WRONG;
	assert_false(follow(x));
	x->f.clock = CA_CLOCK_UNSURE;
	assert_true(follow(x));
	assert_string_equal(fingerprint(x->a, b), a);
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
}

static void
run(const struct lab *x, const char *format)
{
	char command[200];

	snprintf(command, sizeof(command), format, x->dir, x->dir);
	assert_int_equal(system(command), 0);
}

/* R7: what the disk does not read now it may read later. No other authority takes the place of one that devices trust,
 * unless somebody asks for that; and nothing of it is swept. */
static void
test_lost(void **state)
{
	static const char *const break_it[] = { "cd %s/vault/ca && mv root-*.pem aside && mkdir $(cat ../../name)",
	    "cd %s/vault/ca && mv index.json aside && mkdir index.json",
	    "cd %s/vault/ca && mv index.json aside && echo '{' > index.json",
	    "cd %s/vault/ca && mv root-*.pem aside" };
	static const char *const mend_it[] = { "cd %s/vault/ca && rmdir root-* && mv aside $(cat ../../name)",
	    "cd %s/vault/ca && rmdir index.json && mv aside index.json", "cd %s/vault/ca && mv aside index.json",
	    "cd %s/vault/ca && mv aside $(cat ../../name)" };
	struct lab *x = *state;
	char a[CA_FINGERPRINT_TEXT], b[CA_FINGERPRINT_TEXT];
	size_t i;

	assert_true(follow(x));
	fingerprint(x->a, a);
	store_and_load(x);
	run(x, "cd %s/vault/ca && ls root-*.pem > ../../name");
	for (i = 0; i < 4; i++) {
		run(x, break_it[i]);
		authority_free(x->a);
		x->a = authority_load(x->fd, x->vault);
		assert_non_null(authority_fault(x->a));
		assert_false(authority_exists(x->a) || follow(x));
		assert_null(authority_due(x->a, &x->f));
		assert_true(authority_needs_secret(x->a, "sec_any"));
		authority_sweep(x->a, x->fd);
		run(x, mend_it[i]);
		authority_free(x->a);
		x->a = authority_load(x->fd, x->vault);
		assert_null(authority_fault(x->a));
		assert_string_equal(fingerprint(x->a, b), a);
		assert_null(authority_due(x->a, &x->f));
	}
	run(x, break_it[1]);
	authority_free(x->a);
	x->a = authority_load(x->fd, x->vault);
	rotate(x, true);
	assert_true(authority_exists(x->a) && authority_fault(x->a) == NULL);
	assert_string_not_equal(fingerprint(x->a, b), a);
}

static void
with_routes(struct lab *x, size_t n, const char *format)
{
	json_t *routes = json_array(), *doc = json_pack("{s{so}}", "proxy", "routes", routes);
	char id[40], name[8], host[256], *text;
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012zu", i);
		snprintf(name, sizeof(name), "r%zu", i);
		snprintf(host, sizeof(host), "n%02zu.%s.home.home.arpa", i, format);
		json_array_append_new(routes, json_pack("{ss, ss, ss, ss}", "id", id, "name", name, "host", host,
		    "target", "http://192.168.1.9"));
	}
	text = json_dumps(doc, 0);
	conf_unref(x->conf);
	x->f.conf = x->conf = lab_conf(text);
	free(text);
	json_decref(doc);
}

/* More routes than a certificate has room for, with the longest names that DNS has: as many as fit are in it. */
static void
test_long_names(void **state)
{
	struct lab *x = *state;
	struct authority *back;
	char middle[256];
	struct err e;

	snprintf(middle, sizeof(middle), "%060d.%060d.%060d.%047d", 0, 0, 0, 0);
	with_routes(x, 100, middle);
	assert_true(follow(x));
	assert_int_equal(json_array_size(cell_cert_names(authority_server(x->a))), CA_CERT_NAMES_MAX);
	assert_int_equal(authority_store(x->a, x->fd, x->vault, &e), 0);
	back = authority_load(x->fd, x->vault);
	assert_null(authority_due(back, &x->f));
	authority_free(back);
}

/* A host of many containers has an address on each of their networks: they leave room for routes. */
static void
test_many_addresses(void **state)
{
	struct net_ifaddr ifs[60];
	struct lab *x = *state;
	char text[32];
	size_t i;

	for (i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "172.17.%zu.1/24", i);
		ifs[i] = lab_ifaddr("br0", 2, text);
	}
	x->f.ifs = ifs;
	x->f.nifs = 60;
	with_routes(x, 1, "deep");
	assert_true(follow(x));
	assert_true(names(x->a, "n00.deep.home.home.arpa") && names(x->a, "172.17.59.1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_made, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_like_a_top_level_domain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reasons, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sweep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disk_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_issue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_unsure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_earlier_revokes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_rotations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_revoke, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_revoked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_intermediate_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_addresses, setup, teardown),
	};

	return cmocka_run_group_tests_name("role/authority", tests, NULL, NULL);
}
