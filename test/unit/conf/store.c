/* Generations on disk: every row of data.md 3.3, and every system call of a
 * commit failing or being the last one (STA-1, STA-2, CFG-13). */
#ifndef PIC_FAULTS
#define PIC_FAULTS
#endif
#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static bool folders_fail;	/* to be synced */

static int
test_fsync(int fd)
{
	struct stat st;

	if (!folders_fail || fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
		return fsync(fd);
	errno = EIO;
	return -1;
}

#define fsync test_fsync
#include "sys/file_sys.c"
#undef fsync

#include "../sys/late.h"

#include "conf/store.c"

#include <sys/wait.h>

#include "state.h"

enum { CALLS_MAX = 200 };	/* far more than a commit makes */

/* A time zone for each of 26 generations: Etc/GMT-1 … -14, then +1 … +12. */
static const char *
zone_of(uint64_t g, char *out, size_t size)
{
	const int i = (int)((g - 1) % 26) + 1;

	(void)snprintf(out, size, "Etc/GMT%+d", i <= 14 ? -i : i - 14);
	return out;
}

/* The sample as generation g; differs from others in its time zone. */
static struct conf *
generation(uint64_t g)
{
	json_t *doc = sample_new();
	char zone[32];
	struct conf *c;
	struct err e;

	sample_set(doc, "identity.timezone", json_string(zone_of(g, zone, sizeof(zone))));
	sample_set(doc, "generation", json_integer((json_int_t)g));
	assert_int_equal(conf_build(&c, doc, &e), 0);
	json_decref(doc);
	return c;
}

static struct conf_store *
must_open(const struct state *s)
{
	struct conf_store *store;
	struct err e;

	if (conf_store_open(&store, s->fd, &e) < 0)
		fail_msg("%s", e.detail);
	return store;
}

static int
write_generation(struct conf_store *store, uint64_t g, struct err *e)
{
	struct conf *c = generation(g);
	int r = conf_store_write(store, c, e);

	conf_unref(c);
	return r;
}

/* A state directory with generations 1 … n. */
static void
fill(const struct state *s, uint64_t n)
{
	struct conf_store *store = must_open(s);
	struct err e;
	uint64_t g;

	for (g = 1; g <= n; g++)
		assert_int_equal(write_generation(store, g, &e), 0);
	conf_store_free(store);
}

static void
assert_current(struct conf_store *store, uint64_t g)
{
	const struct conf *c = conf_store_current(store);
	char zone[32];

	assert_non_null(c);
	assert_int_equal(c->generation, g);
	assert_string_equal(c->identity.timezone, zone_of(g, zone, sizeof(zone)));
}

static bool
is_shared(const struct state *s, uint64_t g)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "generations/%llu.json", (unsigned long long)g);
	return file_is_shared(s->fd, CURRENT, s->fd, name);
}

static void
assert_opens(const struct state *s, uint64_t g, bool recovered)
{
	struct conf_store *store = must_open(s);
	const char *why;

	assert_current(store, g);
	assert_false(is_shared(s, g));
	assert_int_equal(conf_store_recovered(store, &why), recovered);
	conf_store_free(store);
}

struct listing {
	const struct state *s;
	char text[4096];
};

static bool
on_entry(void *arg, const char *name)
{
	struct listing *l = arg;
	size_t n = strlen(l->text);

	(void)snprintf(l->text + n, sizeof(l->text) - n, "%s\n", name);
	return true;
}

/* Everything in the directory and its generations, by name; to see that nothing was made or removed. */
static void
list_all(const struct state *s, char out[4096])
{
	struct listing l = { .s = s };
	int fd = openat(s->fd, "generations", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(file_list(s->fd, on_entry, &l), 0);
	if (fd >= 0) {
		assert_int_equal(file_list(fd, on_entry, &l), 0);
		(void)close(fd);
	}
	memcpy(out, l.text, sizeof(l.text));
}

/* Opening must fail, say this, and change nothing. */
static void
assert_refused(const struct state *s, const struct conf_schema_steps *schema, const char *says)
{
	char before[4096], after[4096], *file = state_read(s, CURRENT), *again;
	struct conf_store *store;
	struct err e;

	list_all(s, before);
	assert_true(store_open(&store, s->fd, schema, &e) < 0);
	assert_null(store);
	if (strcmp(e.detail, says) != 0)
		fail_msg("said %s", e.detail);
	list_all(s, after);
	assert_string_equal(before, after);
	again = state_read(s, CURRENT);
	if (file != NULL)
		assert_string_equal(file, again);
	free(file);
	free(again);
}

/* --- loading: data.md 3.3 ------------------------------------------------------------------ */

static void
first_run(void **state)
{
	struct conf_store *store = must_open(*state);
	json_t *list = conf_store_list(store);
	const char *why;

	assert_null(conf_store_current(store));
	assert_false(conf_store_recovered(store, &why));
	assert_null(why);
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
	conf_store_free(store);
	conf_store_free(NULL);
}

static void
valid_is_used(void **state)
{
	const struct state *s = *state;
	struct stat st;

	fill(s, 3);
	assert_opens(s, 3, false);
	/* SEC-9 */
	assert_int_equal(fstatat(s->fd, CURRENT, &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fstatat(s->fd, "generations/3.json", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(fstatat(s->fd, "generations", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static bool
on_bad(void *arg, const char *name)
{
	if (strncmp(name, CURRENT ".bad-", sizeof(CURRENT ".bad-") - 1) == 0)
		(void)snprintf(arg, 128, "%s", name);
	return true;
}

/* Damage the file with text: generation g is used, the damage is kept, the reason is said. */
static void
assert_recovers(const struct state *s, const char *text, uint64_t g, const char *says)
{
	char bad[128] = "", *kept;
	struct conf_store *store;
	const char *why;

	state_puts(s, CURRENT, text);
	store = must_open(s);
	assert_current(store, g);
	assert_true(conf_store_recovered(store, &why));
	if (strcmp(why, says) != 0)
		fail_msg("said %s", why);
	conf_store_free(store);
	assert_int_equal(file_list(s->fd, on_bad, bad), 0);
	kept = state_read(s, bad);
	assert_string_equal(kept, text);
	free(kept);
	assert_int_equal(strlen(bad), sizeof(CURRENT ".bad-20260701T093000Z") - 1);
	assert_int_equal(unlinkat(s->fd, bad, 0), 0);
	assert_opens(s, g, false);	/* put right: the next start is an ordinary one */
}

static void
damaged_falls_back(void **state)
{
	const struct state *s = *state;

	fill(s, 3);
	assert_recovers(s, "{\"schema_version\": 1,\n  \"generation\"", 3,
	    "cell_config.json: line 2, column 15: the text ends too early; generation 3 is used instead");
	assert_recovers(s, "", 3, "cell_config.json: line 1, column 1: the text ends too early; generation 3 is used instead");
	assert_recovers(s, "[]", 3,
	    "cell_config.json: line 1, column 1: schema_version: is required; generation 3 is used instead");
	state_puts(s, "generations/3.json", "{}");
	assert_recovers(s, "nonsense", 2, "cell_config.json: line 1, column 8: not valid JSON; generation 2 is used instead");
}

/* A person finds a wrong value by its line. */
static void
invalid_is_named_with_its_place(void **state)
{
	const struct state *s = *state;
	char *text, *at, *p, says[160];
	unsigned line = 1, column = 1;

	fill(s, 2);
	text = state_read(s, CURRENT);
	at = strstr(text, "\"ttl\":300");
	assert_non_null(at);
	memcpy(at, "\"ttl\":-30", 9);
	for (p = text; p < at + 6; p++) {	/* to the value */
		line += *p == '\n';
		column = *p == '\n' ? 1 : column + 1;
	}
	(void)snprintf(says, sizeof(says), "cell_config.json: line %u, column %u: dns.records[0].ttl: must be from 0 to 604800; "
	    "generation 2 is used instead", line, column);
	assert_recovers(s, text, 2, says);
	free(text);
}

static void
generation_zero_is_damage(void **state)
{
	struct conf *c = conf_default("myhome");
	char *text = conf_json_pretty(c->doc);

	fill(*state, 1);
	assert_recovers(*state, text, 1, "cell_config.json: generation: must be at least 1; generation 1 is used instead");
	free(text);
	conf_unref(c);
}

static void
too_large_is_damage(void **state)
{
	const struct state *s = *state;
	char bad[128] = "", *text = calloc(1, CONF_FILE_MAX + 1);
	struct conf_store *store;
	const char *why;

	fill(s, 2);
	memset(text, ' ', CONF_FILE_MAX + 1);
	state_put(s, CURRENT, text, CONF_FILE_MAX + 1);
	store = must_open(s);
	assert_current(store, 2);
	assert_true(conf_store_recovered(store, &why));
	assert_string_equal(why, "cell_config.json is too large; generation 2 is used instead");
	assert_int_equal(file_list(s->fd, on_bad, bad), 0);
	assert_true(bad[0] != '\0');
	conf_store_free(store);
	free(text);
}

static void
missing_falls_back(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	const char *why;

	fill(s, 2);
	assert_int_equal(unlinkat(s->fd, CURRENT, 0), 0);
	store = must_open(s);
	assert_current(store, 2);
	assert_true(conf_store_recovered(store, &why));
	assert_string_equal(why, "cell_config.json: is missing; generation 2 is used instead");
	conf_store_free(store);
	assert_opens(s, 2, false);
}

#define LOST "; no valid generation is left in generations/: correct the file, or put the state directory back from a backup"

static void
nothing_valid_is_refused(void **state)
{
	const struct state *s = *state;

	fill(s, 1);
	state_puts(s, "generations/1.json", "{}");
	state_puts(s, CURRENT, "{\"a\": 1, \"a\": 2}");
	assert_refused(s, &conf_schema_steps, "cell_config.json: line 1, column 10: duplicate member \"a\"" LOST);
	/* Not even a second time, and not without the file: never a default over existing state (INP-6). */
	assert_refused(s, &conf_schema_steps, "cell_config.json: line 1, column 10: duplicate member \"a\"" LOST);
	assert_int_equal(unlinkat(s->fd, CURRENT, 0), 0);
	assert_refused(s, &conf_schema_steps, "cell_config.json: is missing" LOST);
	assert_int_equal(unlinkat(s->fd, "generations/1.json", 0), 0);
	state_puts(s, "generations/7.schema0.json", "{}");
	assert_refused(s, &conf_schema_steps, "cell_config.json: is missing" LOST);
}

static void
what_is_no_file_is_refused(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	struct err e;

	fill(s, 1);
	assert_int_equal(unlinkat(s->fd, CURRENT, 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", s->fd, CURRENT), 0);
	assert_true(conf_store_open(&store, s->fd, &e) < 0);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_true(state_has(s, CURRENT));
}

static void
newer_schema_is_refused(void **state)
{
	const struct state *s = *state;
	char *text;

	fill(s, 1);
	text = state_read(s, CURRENT);
	*(strchr(text, '1')) = '2';	/* schema_version stands first */
	state_puts(s, CURRENT, text);
	free(text);
	assert_refused(s, &conf_schema_steps, "cell_config.json: written by a newer pic (schema 2, this one knows 1); "
	    "run `pic update rollback` or the newer binary");
	/* whatever else is in it */
	state_puts(s, CURRENT, "{\"schema_version\": 99, \"shoe_size\": 46}");
	assert_refused(s, &conf_schema_steps, "cell_config.json: written by a newer pic (schema 99, this one knows 1); "
	    "run `pic update rollback` or the newer binary");
}

static int
up_0(json_t *doc, struct err *e)
{
	(void)e;
	return json_object_set_new(json_object_get(doc, "identity"), "timezone", json_string("UTC"));
}

static int
up_0_badly(json_t *doc, struct err *e)
{
	(void)e;
	return json_object_set_new(json_object_get(doc, "identity"), "timezone", json_integer(5));
}

static const struct conf_step good_steps[] = { { 0, up_0 }, { .up = NULL } };
static const struct conf_step bad_steps[] = { { 0, up_0_badly }, { .up = NULL } };

/* STA-5 */
static void
older_schema_is_migrated_once(void **state)
{
	const struct conf_schema_steps schema = { 1, good_steps };
	const struct state *s = *state;
	struct conf_store *store;
	char *old, *kept, *once, *twice;
	const char *why;
	struct err e;

	fill(s, 4);
	old = state_read(s, CURRENT);
	*(strchr(old, '1')) = '0';
	state_puts(s, CURRENT, old);
	assert_int_equal(store_open(&store, s->fd, &schema, &e), 0);
	assert_int_equal(conf_store_current(store)->generation, 5);
	assert_string_equal(conf_store_current(store)->identity.timezone, "UTC");
	assert_string_equal(conf_store_current(store)->summary, "schema 0 to 1");
	assert_false(conf_store_recovered(store, &why));
	conf_store_free(store);
	kept = state_read(s, "generations/4.schema0.json");
	assert_string_equal(kept, old);
	assert_true(state_has(s, "generations/5.json"));
	once = state_read(s, CURRENT);
	assert_int_equal(store_open(&store, s->fd, &schema, &e), 0);
	assert_int_equal(conf_store_current(store)->generation, 5);
	conf_store_free(store);
	twice = state_read(s, CURRENT);
	assert_string_equal(once, twice);
	free(old);
	free(kept);
	free(once);
	free(twice);
}

/* What was on its way when the program of before was killed had the number that would be the next. */
static void
a_migration_gives_no_number_twice(void **state)
{
	const struct conf_schema_steps schema = { 1, good_steps };
	const struct state *s = *state;
	struct conf_store *store;
	char *old;
	struct err e;

	fill(s, 4);
	old = state_read(s, CURRENT);
	*(strchr(old, '1')) = '0';
	state_puts(s, CURRENT, old);
	state_puts(s, "generations/next.json", "{\"schema_version\": 0, \"generation\": 5}");
	assert_int_equal(store_open(&store, s->fd, &schema, &e), 0);
	assert_int_equal(conf_store_current(store)->generation, 6);
	conf_store_free(store);
	free(old);
}

static void
failed_migration_falls_back(void **state)
{
	const struct conf_schema_steps schema = { 1, bad_steps };
	const struct state *s = *state;
	struct conf_store *store;
	const char *why;
	struct err e;
	char *old;

	fill(s, 2);
	old = state_read(s, CURRENT);
	*(strchr(old, '1')) = '0';
	state_puts(s, CURRENT, old);
	free(old);
	assert_int_equal(store_open(&store, s->fd, &schema, &e), 0);
	assert_current(store, 2);
	assert_true(conf_store_recovered(store, &why));
	assert_non_null(strstr(why, "identity.timezone: must be text"));
	conf_store_free(store);
}

/* --- the folder ------------------------------------------------------------------------------ */

static void
what_never_came_into_force_goes(void **state)
{
	const struct state *s = *state;
	char *text;

	fill(s, 2);
	text = state_read(s, "generations/2.json");
	state_puts(s, "generations/3.json", text);
	state_puts(s, "generations/2.json.tmp-0123456789abcdef", "half");
	state_puts(s, "cell_config.json.tmp-0123456789abcdef", "half");
	assert_int_equal(unlinkat(s->fd, "generations/2.json", 0), 0);
	assert_opens(s, 2, false);
	assert_false(state_has(s, "generations/3.json"));
	assert_false(state_has(s, "generations/2.json.tmp-0123456789abcdef"));
	assert_false(state_has(s, "cell_config.json.tmp-0123456789abcdef"));
	assert_true(state_has(s, "generations/2.json"));	/* the current one belongs there */
	free(text);
}

static void
a_file_must_hold_its_number(void **state)
{
	const struct state *s = *state;
	char *text;

	fill(s, 2);
	text = state_read(s, "generations/2.json");
	state_puts(s, "generations/9.json", text);
	free(text);
	state_puts(s, "generations/2.json", "{");
	assert_recovers(s, "{", 1, "cell_config.json: line 1, column 2: the text ends too early; generation 1 is used instead");
}

static void
twenty_are_kept(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	json_t *list;
	size_t i;

	fill(s, 25);
	assert_false(state_has(s, "generations/5.json"));
	assert_true(state_has(s, "generations/6.json"));
	store = must_open(s);
	list = conf_store_list(store);
	assert_int_equal(json_array_size(list), CONF_GENERATIONS);
	for (i = 0; i < CONF_GENERATIONS; i++)
		assert_int_equal(json_integer_value(json_object_get(json_array_get(list, i), "generation")), 25 - i);
	assert_true(json_is_true(sample_get(list, "0.current")));
	assert_true(json_is_false(sample_get(list, "1.current")));
	assert_int_equal(json_integer_value(sample_get(list, "0.changes_count")), 1);
	assert_true(json_is_null(sample_get(list, "19.changes_count")));	/* nobody knows any more */
	assert_string_equal(json_string_value(sample_get(list, "3.written_by")), "admin");
	assert_string_equal(json_string_value(sample_get(list, "3.written_at")), "2026-07-01T09:30:00Z");
	assert_string_equal(json_string_value(sample_get(list, "3.summary")), "dns.record.create nas");
	json_decref(list);
	conf_store_free(store);
}

static void
reads_kept_ones(void **state)
{
	struct conf_store *store;
	struct err e;
	json_t *doc;

	fill(*state, 3);
	store = must_open(*state);
	doc = conf_store_read(store, 2, &e);
	assert_string_equal(json_string_value(sample_get(doc, "identity.timezone")), "Etc/GMT-2");
	json_decref(doc);
	assert_null(conf_store_read(store, 4, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_string_equal(e.detail, "generation 4 is not kept");
	assert_null(conf_store_read(store, 0, &e));
	state_puts(*state, "generations/1.json", "{");
	assert_null(conf_store_read(store, 1, &e));
	assert_int_equal(e.kind, ERR_VALIDATION);
	conf_store_free(store);
}

/* Two generations, the second of which names another secret. */
static struct conf_store *
open_two_secrets(const struct state *s)
{
	json_t *doc = sample_new();
	struct conf_store *store;
	struct conf *c;
	struct err e;

	fill(s, 1);
	sample_set(doc, "generation", json_integer(2));
	sample_set(doc, "users.0.secret_ref", json_string("sec_55555555555555555555555555"));
	assert_int_equal(conf_build(&c, doc, &e), 0);
	store = must_open(s);
	assert_int_equal(conf_store_write(store, c, &e), 0);
	conf_unref(c);
	json_decref(doc);
	return store;
}

static void
knows_the_secrets_of_all(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = open_two_secrets(s);
	json_t *set;

	set = conf_store_refs(store);
	assert_int_equal(json_object_size(set), 7);	/* five secrets, the text of a zone, a trusted key */
	assert_non_null(json_object_get(set, SAMPLE_SECRET));	/* of generation 1 */
	assert_non_null(json_object_get(set, "sec_55555555555555555555555555"));
	json_decref(set);
	conf_store_free(store);
	/* One that cannot be read may name any secret. */
	state_puts(s, "generations/1.json", "{");
	store = must_open(s);
	assert_null(conf_store_refs(store));
	conf_store_free(store);
}

/* Also of the one in force whose own file is not there, and cannot be written. */
static void
knows_the_secrets_in_force(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = open_two_secrets(s);
	json_t *set;

	conf_store_free(store);
	assert_int_equal(unlinkat(s->fd, "generations/2.json", 0), 0);
	file_fault_lasting(1, ENOSPC);
	store = must_open(s);
	assert_false(conf_store_settle(store));
	file_fault(0, 0);
	set = conf_store_refs(store);
	assert_non_null(json_object_get(set, SAMPLE_SECRET));
	assert_non_null(json_object_get(set, "sec_55555555555555555555555555"));
	assert_true(conf_store_settle(store));	/* and is tried again */
	assert_true(state_has(s, "generations/2.json"));
	json_decref(set);
	conf_store_free(store);
}

/* --- writing ----------------------------------------------------------------------------------- */

static void
numbers_follow_each_other(void **state)
{
	struct conf_store *store = must_open(*state);
	struct err e;

	assert_int_equal(write_generation(store, 1, &e), 0);
	assert_int_equal(write_generation(store, 1, &e), -EIO);
	assert_string_equal(e.detail, "generation 1 does not follow 1");
	assert_int_equal(write_generation(store, 3, &e), 0);	/* back from 2, which never was in force */
	assert_int_equal(write_generation(store, 2, &e), -EIO);
	conf_store_free(store);
}

/* P6: once. Then an edit by hand, which goes into the file, must not reach the generation. */
static void
a_document_is_written_once_at_first(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	char *was, *is;
	struct err e;

	assert_int_equal(write_generation(store, 1, &e), 0);
	assert_true(is_shared(s, 1));
	assert_int_equal(write_generation(store, 2, &e), 0);
	assert_true(is_shared(s, 2));
	assert_false(is_shared(s, 1));
	was = state_read(s, CURRENT);
	file_fault(3, EIO);
	assert_false(conf_store_settle(store));
	file_fault(0, 0);
	assert_true(is_shared(s, 2));
	state_puts(s, CURRENT, "by hand");	/* too early, and so in both */
	assert_true(conf_store_settle(store));
	assert_false(is_shared(s, 2));
	is = state_read(s, "generations/2.json");
	assert_string_equal(is, was);
	free(is);
	is = state_read(s, CURRENT);
	assert_string_equal(is, "by hand");
	assert_true(conf_store_settle(store));
	conf_store_free(store);
	assert_recovers(s, "by hand", 2,
	    "cell_config.json: line 1, column 2: not valid JSON; generation 2 is used instead");
	free(is);
	free(was);
}

/* Settled, generation 1 has a file of its own, whatever came before. */
static void
assert_settles(const struct state *s, struct conf_store *store)
{
	char *was, *is;

	assert_true(conf_store_settle(store));
	assert_false(is_shared(s, 1));
	was = state_read(s, "generations/1.json");
	state_puts(s, CURRENT, "by hand");
	conf_store_free(store);
	is = state_read(s, "generations/1.json");
	assert_string_equal(is, was);
	assert_non_null(strstr(is, "Etc/GMT-1"));
	free(is);
	free(was);
}

/* What cannot be written leaves the generation in force without a file of its own, and that is still known. */
static void
a_refused_change_leaves_it_shared(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	unsigned nth, failed;
	struct err e;

	for (nth = 1, failed = 1; failed > 0; nth++) {
		store = must_open(s);
		assert_int_equal(write_generation(store, 1, &e), 0);
		assert_true(is_shared(s, 1));
		file_fault_lasting(nth, EIO);
		failed = write_generation(store, 2, &e) < 0;
		file_fault(0, 0);
		if (failed && conf_store_current(store)->generation == 1)
			assert_settles(s, store);
		else
			conf_store_free(store);
		assert_int_equal(file_list(s->fd, state_wipe, &(int){ s->fd }), 0);
	}
	assert_true(nth > 10);		/* else nothing was tried */
}

/* R1: whatever fails, and goes on failing: what is said to be in force is what a start loads. */
static void
what_a_start_would_load_is_in_force(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	unsigned nth, failed, unsure = 0;
	struct err e;

	for (nth = 1, failed = 1; failed > 0; nth++) {
		fill(s, 1);
		store = must_open(s);
		file_fault_lasting(nth, EIO);
		failed = write_generation(store, 2, &e) < 0;
		unsure += failed && conf_store_current(store)->generation == 2;
		file_fault(0, 0);
		assert_opens(s, conf_store_current(store)->generation, false);
		conf_store_free(store);
		assert_int_equal(file_list(s->fd, state_wipe, &(int){ s->fd }), 0);
	}
	assert_int_equal(unsure, 1);	/* the name stood, but the folder could not be synced */
}

/* And is written anew, by the owner's next settling, until the disk confirms it. */
static void
what_is_unsure_is_written_again(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	unsigned nth;
	struct err e;

	fill(s, 1);
	for (nth = 1;; nth++) {
		store = must_open(s);
		file_fault_lasting(nth, EIO);
		(void)write_generation(store, 2, &e);	/* seen below */
		if (conf_store_current(store)->generation == 2)
			break;
		file_fault(0, 0);
		conf_store_free(store);
	}
	assert_string_equal(e.detail, "the disk did not confirm it: generation 2 is in force, but a loss of power may bring back "
	    "the one before");
	assert_false(conf_store_settle(store));
	file_fault(0, 0);
	assert_true(is_shared(s, 2));
	assert_true(conf_store_settle(store));
	assert_false(is_shared(s, 2));
	conf_store_free(store);
	assert_opens(s, 2, false);
}

/* The name was given and taken back, but the disk may have the first of that only: the old text is written over it. */
static void
what_is_taken_back_is_written_again(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	struct conf *two = generation(2);
	struct stat was, is;
	struct err e;

	fill(s, 1);
	store = must_open(s);
	assert_int_equal(fstatat(s->fd, CURRENT, &was, 0), 0);
	assert_int_equal(conf_store_stage(store, two, &e), 0);
	folders_fail = true;
	assert_true(conf_store_commit(store, &e) < 0);
	assert_current(store, 1);
	assert_false(conf_store_settle(store));
	folders_fail = false;
	assert_true(conf_store_settle(store));
	assert_int_equal(fstatat(s->fd, CURRENT, &is, 0), 0);
	assert_int_not_equal(was.st_ino, is.st_ino);
	conf_store_free(store);
	assert_opens(s, 1, false);
	conf_unref(two);
}

/* So it is where there was none before: the folder is written again. */
static void
a_first_one_that_is_taken_back_stays_away(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	struct conf *one = generation(1);
	struct err e;

	assert_int_equal(conf_store_stage(store, one, &e), 0);
	folders_fail = true;
	assert_true(conf_store_commit(store, &e) < 0);
	assert_null(conf_store_current(store));
	assert_false(conf_store_settle(store));
	folders_fail = false;
	assert_true(conf_store_settle(store));
	assert_false(state_has(s, CURRENT));
	assert_false(state_has(s, STRAY));
	conf_store_free(store);
	conf_unref(one);
	store = must_open(s);
	assert_null(conf_store_current(store));
	conf_store_free(store);
}

/* Neither confirmed nor with a file of its own: two things to do. */
static void
settles_both(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	struct conf *two = generation(2);
	struct err e;

	fill(s, 1);
	store = must_open(s);
	assert_int_equal(conf_store_stage(store, two, &e), 0);
	assert_int_equal(write_current(store, &e), 0);
	assert_int_equal(mkdirat(s->fd, "generations/2.json", 0700), 0);	/* cannot be its name */
	put_in_force(store, false);
	assert_int_equal(unlinkat(s->fd, "generations/2.json", AT_REMOVEDIR), 0);
	assert_true(conf_store_settle(store));
	assert_true(state_has(s, "generations/2.json"));
	conf_store_free(store);
	conf_unref(two);
}

/* What a disk refused to write may be right in memory alone, where it is compared: who tries again writes all of it elsewhere. */
static void
what_failed_is_not_written_over(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	struct conf *c;
	struct stat was, is;
	unsigned nth, failed = 0;
	uint64_t g;
	struct err e;

	for (g = 1; g <= CONF_GENERATIONS; g++)
		assert_int_equal(write_generation(store, g, &e), 0);
	for (nth = 1; nth < 10; nth++, g += 2) {
		assert_int_equal(write_generation(store, g, &e), 0);	/* the file of the one that goes is spare */
		assert_int_equal(fstatat(s->fd, "generations/next.json", &was, 0), 0);
		c = generation(g + 1);
		file_fault_lasting(nth, EIO);
		if (conf_store_stage(store, c, &e) < 0) {
			failed++;
			file_fault(0, 0);
			assert_int_equal(conf_store_stage(store, c, &e), 0);
			assert_int_equal(fstatat(s->fd, "generations/next.json", &is, 0), 0);
			assert_int_not_equal(was.st_ino, is.st_ino);
		}
		file_fault(0, 0);
		assert_int_equal(conf_store_commit(store, &e), 0);
		conf_unref(c);
	}
	assert_true(failed > 4 && failed < nth - 1);
	conf_store_free(store);
}

/* Before a file that is not kept any more is written over, the disk has its new name: else a loss of power would leave the new text
 * under the old one. */
static void
what_is_not_renamed_for_certain_is_not_written_over(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	struct stat was, is;
	uint64_t g;
	struct err e;

	for (g = 1; g <= CONF_GENERATIONS + 1; g++)
		assert_int_equal(write_generation(store, g, &e), 0);
	assert_int_equal(fstatat(s->fd, "generations/next.json", &was, 0), 0);
	assert_int_equal(write_generation(store, g++, &e), 0);
	assert_int_equal(fstatat(s->fd, CURRENT, &is, 0), 0);
	assert_int_equal(was.st_ino, is.st_ino);
	assert_int_equal(fstatat(s->fd, "generations/next.json", &was, 0), 0);
	late_error = -EIO;
	assert_int_equal(write_generation(store, g, &e), 0);
	assert_int_equal(late_error, 0);
	assert_int_equal(fstatat(s->fd, CURRENT, &is, 0), 0);
	assert_int_not_equal(was.st_ino, is.st_ino);
	conf_store_free(store);
	assert_opens(s, g, false);
}

/* As after a kill, and then on a full disk. */
static void
a_start_that_cannot_settle_knows(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	struct err e;

	assert_int_equal(write_generation(store, 1, &e), 0);
	file_fault_lasting(1, ENOSPC);
	assert_false(conf_store_settle(store));
	conf_store_free(store);
	store = must_open(s);
	file_fault(0, 0);
	assert_current(store, 1);
	assert_true(is_shared(s, 1));
	assert_settles(s, store);
}

/* With g in force, freshly opened or just written: then there is a spare file of one that went. */
static struct conf_store *
open_at(const struct state *s, uint64_t g, bool spare)
{
	struct conf_store *store = must_open(s);
	struct err e;

	if (spare)
		assert_int_equal(write_generation(store, g, &e), 0);
	assert_current(store, g);
	return store;
}

/* STA-2: each system call of a commit fails in turn, in each way. From generation g on; returns the one that is in force then. */
static uint64_t
try_failure(const struct state *s, uint64_t g, bool spare, unsigned nth, int error)
{
	struct conf_store *store = open_at(s, g + spare, spare);
	struct err e;
	int r;

	g += spare;
	file_fault(nth, error);
	r = write_generation(store, g + 1, &e);
	file_fault(0, 0);
	if (r < 0) {
		assert_int_equal(e.kind, error == ENOSPC || error == EROFS ? ERR_STORAGE_FULL : ERR_INTERNAL);
		assert_current(store, g);
		assert_opens(s, g, false);
		assert_int_equal(write_generation(store, g + 1, &e), 0);	/* and it goes on when the cause is gone */
	}
	assert_current(store, g + 1);
	conf_store_free(store);
	assert_opens(s, g + 1, false);
	return g + 1;
}

static void
failures_leave_the_old_one_in_force(void **state)
{
	static const int errors[] = { ENOSPC, EIO, EROFS, FILE_FAULT_SHORT };
	uint64_t g = CONF_GENERATIONS;
	unsigned nth;
	size_t i;

	fill(*state, g);
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		for (nth = 1; nth < 30; nth++) {
			g = try_failure(*state, g, false, nth, errors[i]);
			g = try_failure(*state, g, true, nth, errors[i]);
		}
}

static void
says_that_it_is_read_only(void **state)
{
	struct conf_store *store;
	struct err e;

	fill(*state, 1);
	store = must_open(*state);
	file_fault(2, EROFS);
	assert_int_equal(write_generation(store, 2, &e), -ENOSPC);
	file_fault(0, 0);
	assert_int_equal(e.kind, ERR_STORAGE_FULL);
	assert_string_equal(e.detail, "the state directory is read-only; nothing was changed");
	conf_store_free(store);
}

/* STA-1: each system call of a commit is the last one of the process. From *g on, which then is the one in force. */
static bool
try_death(const struct state *s, uint64_t *g, bool spare, unsigned nth)
{
	const uint64_t before = *g + spare;
	struct conf_store *store;
	struct err e;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		store = open_at(s, before, spare);
		file_fault(nth, 0);
		_exit(write_generation(store, before + 1, &e) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0));
	store = must_open(s);
	*g = conf_store_current(store)->generation;
	assert_true(*g == before + 1 || (*g == before && WEXITSTATUS(status) == 9));	/* acknowledged is there */
	conf_store_free(store);
	assert_opens(s, *g, false);
	return WEXITSTATUS(status) == 9;
}

static void
death_leaves_one_or_the_other(void **state)
{
	uint64_t g = CONF_GENERATIONS;
	unsigned nth;
	int spare;

	fill(*state, g);
	for (spare = 0; spare < 2; spare++) {
		for (nth = 1; try_death(*state, &g, spare, nth); nth++)
			assert_true(nth < CALLS_MAX);
		assert_true(nth > 10);		/* else nothing was tried */
	}
}

/* What was only staged is no generation: neither on a first run nor where another is looked for. */
static void
what_is_staged_is_none(void **state)
{
	const struct state *s = *state;
	struct conf_store *store = must_open(s);
	struct conf *one = generation(1), *two = generation(2);
	struct err e;

	assert_int_equal(conf_store_stage(store, one, &e), 0);
	conf_store_free(store);
	store = must_open(s);
	assert_null(conf_store_current(store));
	assert_int_equal(conf_store_write(store, one, &e), 0);
	assert_int_equal(conf_store_stage(store, two, &e), 0);
	assert_current(store, 1);
	conf_store_free(store);
	assert_recovers(s, "{", 1, "cell_config.json: line 1, column 2: the text ends too early; generation 1 is used instead");
	conf_unref(one);
	conf_unref(two);
}

/* Its number may have been seen, so it is not given again: until there is a higher one, its file tells. */
static void
what_was_given_is_known(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	struct conf *two = generation(2);
	struct err e;

	fill(s, 1);
	store = must_open(s);
	assert_int_equal(conf_store_given(store), 1);
	assert_int_equal(conf_store_stage(store, two, &e), 0);
	conf_store_free(store);
	assert_opens(s, 1, false);
	store = must_open(s);
	assert_current(store, 1);
	assert_int_equal(conf_store_given(store), 3);	/* one more, for what is in force */
	assert_int_equal(write_generation(store, 4, &e), 0);
	assert_int_equal(conf_store_given(store), 4);
	conf_store_free(store);
	conf_unref(two);
	store = must_open(s);
	assert_int_equal(conf_store_given(store), 4);
	conf_store_free(store);
}

/* The new name went back, that of its generation did not: the next start drops that, but remembers the number. */
static void
a_number_outlives_its_generation(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	char *one;
	int i;

	fill(s, 3);
	one = state_read(s, "generations/1.json");
	state_puts(s, CURRENT, one);
	for (i = 0; i < 2; i++) {
		store = must_open(s);
		assert_current(store, 1);
		assert_false(state_has(s, "generations/2.json"));
		assert_false(state_has(s, "generations/3.json"));
		assert_int_equal(conf_store_given(store), 4);
		conf_store_free(store);
	}
	free(one);
}

/* Its document is read for that only where a person has put the number elsewhere. */
static void
a_number_is_found_wherever_it_stands(void **state)
{
	static const struct { const char *text; uint64_t given; } texts[] = {
		{ "{\"schema_version\": 1, \"generation\": 7, and then it was killed", 8 },
		{ "{\"schema_version\": 1, \"summary\": \"\\\"generation\\\": 9\", \"generation\": 7}", 8 },
		{ "{\"schema_version\": 1, \"generation\": 9223372036854775807}", 1 },
		{ "{\"schema_version\": 1, \"generation\": -1}", 1 },
		{ "{\"schema_version\": 1, \"generation\": \"7\"}", 1 },
	};
	char long_way[1024];
	const struct state *s = *state;
	struct conf_store *store;
	size_t i;

	fill(s, 1);
	(void)snprintf(long_way, sizeof(long_way), "{\"summary\": \"%*s\", \"schema_version\": 1, \"generation\": 7}", 600, "");
	for (i = 0; i <= sizeof(texts) / sizeof(texts[0]); i++) {
		const bool is_long = i == sizeof(texts) / sizeof(texts[0]);

		state_puts(s, "generations/next.json", is_long ? long_way : texts[i].text);
		store = must_open(s);
		assert_int_equal(conf_store_given(store), is_long ? 8 : texts[i].given);
		conf_store_free(store);
	}
}

/* What tells nothing is not left behind: neither what was killed when it had begun, nor the file of one that went. */
static void
no_text_is_left_behind(void **state)
{
	static const char *const texts[] = { "{\"schema_version\": 1,", "{\"schema_version\": 1, \"generation\": 1}", "[]" };
	const struct state *s = *state;
	size_t i;

	fill(s, CONF_GENERATIONS + 1);
	assert_false(state_has(s, "generations/next.json"));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		state_puts(s, "generations/next.json", texts[i]);
		assert_opens(s, CONF_GENERATIONS + 1, false);
		assert_false(state_has(s, "generations/next.json"));
	}
}

/* The change before is settled while this one is under way. */
static void
settling_leaves_what_is_staged(void **state)
{
	struct conf_store *store;
	struct conf *two = generation(2);
	struct err e;

	fill(*state, 1);
	store = must_open(*state);
	assert_int_equal(conf_store_stage(store, two, &e), 0);
	assert_true(conf_store_settle(store));
	file_fault(2, EPERM);	/* no second name */
	assert_int_equal(conf_store_commit(store, &e), 0);
	file_fault(0, 0);
	conf_store_free(store);
	conf_unref(two);
	assert_opens(*state, 2, false);
}

/* The way out of damage is itself safe. */
static void
recovery_survives_failure(void **state)
{
	const struct state *s = *state;
	struct conf_store *store;
	const char *why;
	unsigned nth;
	struct err e;

	fill(s, 2);
	for (nth = 1; nth < 20; nth++) {
		state_puts(s, CURRENT, "{");
		file_fault(nth, ENOSPC);
		assert_int_equal(conf_store_open(&store, s->fd, &e), 0);
		file_fault(0, 0);
		assert_current(store, 2);
		assert_true(conf_store_recovered(store, &why));
		conf_store_free(store);
		store = must_open(s);
		assert_current(store, 2);
		conf_store_free(store);
	}
}

static void
refuses_what_is_too_large(void **state)
{
	struct conf_store *store;
	json_t *doc = sample_new(), *records = json_array();
	char id[40], *value = malloc(2200);
	struct conf *c;
	struct err e;
	int i;

	fill(*state, 1);
	memset(value, 'x', 2199);
	value[2199] = '\0';
	for (i = 0; i < CONF_RECORDS_MAX; i++) {
		(void)snprintf(id, sizeof(id), "3f000000-0000-4000-8000-00000000%04x", i);
		assert_int_equal(json_array_append_new(records, json_pack("{s:s, s:s, s:s, s:s+}", "id", id, "name", "a", "type",
		    "TXT",
		    "value", id, value)), 0);
	}
	sample_set(doc, "dns.records", records);
	sample_set(doc, "generation", json_integer(2));
	assert_int_equal(conf_build(&c, doc, &e), 0);
	store = must_open(*state);
	err_clear(&e);
	assert_int_equal(conf_store_write(store, c, &e), -EEXIST);
	assert_string_equal(e.fields[0].field, "dns");
	assert_non_null(strstr(e.fields[0].message, "8 MiB at most"));
	assert_current(store, 1);
	conf_store_free(store);
	conf_unref(c);
	json_decref(doc);
	free(value);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, state_make, state_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_run), TEST(valid_is_used), TEST(damaged_falls_back), TEST(invalid_is_named_with_its_place),
		TEST(generation_zero_is_damage), TEST(too_large_is_damage), TEST(missing_falls_back),
		    TEST(nothing_valid_is_refused),
		TEST(what_is_no_file_is_refused), TEST(newer_schema_is_refused), TEST(older_schema_is_migrated_once),
		TEST(failed_migration_falls_back), TEST(what_never_came_into_force_goes), TEST(a_file_must_hold_its_number),
		TEST(twenty_are_kept), TEST(reads_kept_ones), TEST(knows_the_secrets_of_all),
		TEST(knows_the_secrets_in_force), TEST(what_is_taken_back_is_written_again),
		TEST(a_first_one_that_is_taken_back_stays_away), TEST(settles_both),
		TEST(what_was_given_is_known), TEST(a_number_outlives_its_generation),
		TEST(a_number_is_found_wherever_it_stands), TEST(a_migration_gives_no_number_twice), TEST(no_text_is_left_behind),
		TEST(what_failed_is_not_written_over),
		TEST(what_is_not_renamed_for_certain_is_not_written_over), TEST(numbers_follow_each_other),
		TEST(a_document_is_written_once_at_first), TEST(a_refused_change_leaves_it_shared),
		TEST(what_a_start_would_load_is_in_force),
		TEST(what_is_unsure_is_written_again), TEST(what_is_staged_is_none), TEST(settling_leaves_what_is_staged),
		TEST(a_start_that_cannot_settle_knows),
		TEST(failures_leave_the_old_one_in_force), TEST(says_that_it_is_read_only), TEST(death_leaves_one_or_the_other),
		TEST(recovery_survives_failure), TEST(refuses_what_is_too_large),
	};

	log_open("test", LOG_CRITICAL);	/* failures are the rule here */
	return cmocka_run_group_tests_name("conf/store", tests, NULL, NULL);
}
