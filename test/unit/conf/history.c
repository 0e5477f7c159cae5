/* The folder generations/, as far as the tests of the store do not see it. */
#include "conf/history.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/dump.h"
#include "conf/migrate.h"
#include "conf/store.h"

#include "devices.h"
#include "state.h"

static struct conf_history *
must_open(const struct state *s)
{
	struct conf_history *h;
	struct err e;

	if (conf_history_open(&h, s->fd, &conf_schema_steps, &e) < 0)
		fail_msg("%s", e.detail);
	return h;
}

static void
put(const struct state *s, uint64_t g)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "generations/%llu.json", (unsigned long long)g);
	state_puts(s, name, "{}");
}

static void
numbers_are_sorted(void **state)
{
	struct conf_history *h = must_open(*state);
	struct conf_numbers l;

	put(*state, 9);
	put(*state, 10);
	put(*state, 100);
	put(*state, 11);
	assert_int_equal(conf_history_numbers(h, &l), 0);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.v[0], 100);
	assert_int_equal(l.v[1], 11);
	assert_int_equal(l.v[2], 10);
	assert_int_equal(l.v[3], 9);
	assert_false(l.other);
	conf_history_free(h);
}

static void
other_names_are_no_numbers(void **state)
{
	static const char *const names[] = { "007.json", "0.json", ".json", "5.json.bak", "-5.json", "5",
	    "99999999999999999999.json",
		"5.schema0.json", "5.JSON" };
	struct conf_history *h = must_open(*state);
	struct conf_numbers l;
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "generations/%s", names[i]);
		state_puts(*state, path, "{}");
		assert_int_equal(conf_history_numbers(h, &l), 0);
		assert_int_equal(l.n, 0);
		assert_true(l.other);
		assert_int_equal(unlinkat(((const struct state *)*state)->fd, path, 0), 0);
	}
	conf_history_free(h);
}

/* Whatever order the folder is read in, the newest are among those that are seen. */
static void
of_too_many_the_newest_count(void **state)
{
	struct conf_history *h = must_open(*state);
	struct conf_numbers l;
	uint64_t g;

	for (g = 1; g <= CONF_HISTORY_MAX + 30; g++)
		put(*state, g * 7919 % 1000 + 1);
	put(*state, 5000);
	assert_int_equal(conf_history_numbers(h, &l), 0);
	assert_int_equal(l.n, CONF_HISTORY_MAX);
	assert_int_equal(l.v[0], 5000);
	for (g = 1; g < l.n; g++)
		assert_true(l.v[g] < l.v[g - 1]);
	conf_history_free(h);
}

/* A damaged one is not in the list; the others are. */
static void
lists_what_can_be_read(void **state)
{
	struct conf_history *h = must_open(*state);
	json_t *doc = sample_new(), *list;
	char *text = conf_json_pretty(doc);
	struct err e;

	assert_int_equal(conf_history_stage(h, 7, doc, text, strlen(text), &e), 0);
	assert_true(conf_history_place(h, 7));
	state_puts(*state, "generations/8.json", "{");
	list = conf_history_list(h, 7);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(json_integer_value(sample_get(list, "0.generation")), 7);
	json_decref(list);
	/* the same from the files alone */
	conf_history_free(h);
	h = must_open(*state);
	list = conf_history_list(h, 8);
	assert_int_equal(json_array_size(list), 1);
	assert_true(json_is_false(sample_get(list, "0.current")));
	json_decref(list);
	json_decref(doc);
	free(text);
	conf_history_free(h);
	conf_history_free(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, state_make, state_drop)

static void
write_doc(struct conf_history *h, uint64_t g, json_t *doc)
{
	struct err e;
	char *text;
	size_t n;

	sample_set(doc, "generation", json_integer((json_int_t)g));
	text = conf_dump(doc, &n);
	assert_int_equal(conf_history_stage(h, g, doc, text, n, &e), 0);
	assert_true(conf_history_place(h, g));
	free(text);
}

/* Who wrote a generation is told without its file, once it was asked for; of one that is not there nothing is. */
static void
remembers_who_wrote(void **state)
{
	struct conf_history *h = must_open(*state);
	json_t *doc = sample_new(), *shown;

	sample_set(doc, "written_by", json_string("anna"));
	write_doc(h, 7, doc);
	conf_history_free(h);
	h = must_open(*state);		/* nothing but the file */
	shown = conf_history_shown(h, 7);
	assert_string_equal(json_string_value(sample_get(shown, "written_by")), "anna");
	json_decref(shown);
	state_puts(*state, "generations/7.json", "{");
	shown = conf_history_shown(h, 7);
	assert_string_equal(json_string_value(sample_get(shown, "written_by")), "anna");
	json_decref(shown);
	assert_null(conf_history_shown(h, 6));
	assert_null(conf_history_shown(h, 7 + CONF_HISTORY_MAX));
	json_decref(doc);
	conf_history_free(h);
}

/* As somebody sees them who has to read all files. */
static void
assert_refs(const struct state *s, struct conf_history *h)
{
	struct conf_history *other = must_open(s);
	json_t *want = conf_history_refs(other, NULL), *set = conf_history_refs(h, NULL);

	assert_true(json_equal(set, want));
	json_decref(set);
	json_decref(want);
	conf_history_free(other);
}

/* The file goes; odd: without a word that it did. */
static void
take_back(const struct state *s, struct conf_history *h, uint64_t generation, bool odd)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "generations/%llu.json", (unsigned long long)generation);
	if (odd) {
		assert_int_equal(unlinkat(s->fd, name, 0), 0);
		assert_int_equal(mkdirat(s->fd, name, 0700), 0);
	}
	assert_int_equal(conf_history_drop(h, generation), !odd);
	if (odd)
		assert_int_equal(unlinkat(s->fd, name, AT_REMOVEDIR), 0);
}

/* No secret of a kept generation is forgotten, and none stays that no one names: whatever came, went and was taken back. */
static void
refs_are_those_of_the_files(void **state)
{
	struct sample_rng rng = { 41 };
	struct conf_history *h = must_open(*state);
	json_t *doc = devices_start(), *next;
	uint64_t g = 0;
	unsigned i;

	for (i = 0; i < 150; i++) {
		next = devices_next(&rng, doc);
		write_doc(h, ++g, next);
		if (sample_below(&rng, 8) == 0) {	/* it did not come into force */
			take_back(*state, h, g, sample_below(&rng, 2) == 0);
			g--;
			json_decref(next);
		} else {
			json_decref(doc);
			doc = next;
		}
		conf_history_prune(h);
		if (i % 5 == 0)
			assert_refs(*state, h);
	}
	json_decref(doc);
	conf_history_free(h);
}

static ino_t
inode_of(const struct state *s, const char *name)
{
	struct stat st;

	return fstatat(s->fd, name, &st, 0) == 0 ? st.st_ino : 0;
}

/* The file of the generation that goes is where the next one is written, unless somebody holds it by another name. */
static void
written_over_what_goes(void **state)
{
	const struct state *s = *state;
	struct sample_rng rng = { 7 };
	struct conf_history *h = must_open(s);
	json_t *doc = devices_start(), *next;
	char *kept = NULL, *is;
	ino_t first = 0;
	uint64_t g;

	for (g = 1; g <= CONF_GENERATIONS + 3; g++) {
		next = devices_next(&rng, doc);
		write_doc(h, g, next);
		json_decref(doc);
		doc = next;
		if (g == 2) {
			first = inode_of(s, "generations/1.json");
			kept = state_read(s, "generations/2.json");
			assert_int_equal(linkat(s->fd, "generations/2.json", s->fd, "backup", 0), 0);
		}
		conf_history_prune(h);
	}
	assert_true(inode_of(s, "generations/22.json") == first);	/* what is in it refs_are_those_of_the_files() tells */
	next = conf_history_read(h, 22, NULL);
	assert_non_null(next);
	json_decref(next);
	assert_true(inode_of(s, "generations/23.json") != inode_of(s, "backup"));
	is = state_read(s, "backup");
	assert_string_equal(is, kept);
	free(is);
	free(kept);
	json_decref(doc);
	conf_history_tidy(h);
	assert_int_equal(inode_of(s, "generations/next.json"), 0);
	conf_history_free(h);
}

/* A first start that was killed is followed by a first start. */
static void
what_is_staged_is_nothing(void **state)
{
	struct conf_history *h = must_open(*state);
	struct conf_numbers l;

	state_puts(*state, "generations/next.json", "{");
	assert_int_equal(conf_history_numbers(h, &l), 0);
	assert_int_equal(l.n, 0);
	assert_false(l.other);
	conf_history_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_sorted),
		TEST(other_names_are_no_numbers),
		TEST(of_too_many_the_newest_count),
		TEST(lists_what_can_be_read),
		TEST(remembers_who_wrote),
		TEST(refs_are_those_of_the_files),
		TEST(written_over_what_goes),
		TEST(what_is_staged_is_nothing),
	};

	return cmocka_run_group_tests_name("conf/history", tests, NULL, NULL);
}
