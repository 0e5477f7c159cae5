/* The table of verbs (CLI-1, CLI-10, PRO-4): what a row may hold, matching by
 * words, usage, and that the manual page says the same. */
#include "cell.h"

static bool
has_any(const char *s, const char *chars)
{
	return strpbrk(s, chars) != NULL;
}

/* Completion scripts hold the rows between quotes and semicolons; arguments have to fit their array. */
static void
test_rows(void **state)
{
	const struct cli_verb *v, *w;

	(void)state;
	for (v = cli_verbs; v->words != NULL; v++) {
		assert_true(v->words[0] >= 'a' && v->words[0] <= 'z');
		assert_false(has_any(v->words, ";'\"|"));
		assert_false(has_any(v->args, ";'\""));
		assert_false(has_any(v->help, "'\"\n"));
		assert_true(v->min <= v->max && v->max <= CLI_ARGS_MAX);
		assert_int_equal(v->args[0] == '\0', v->max == 0);
		assert_true(v->run != NULL || strcmp(v->words, "run") == 0);
		for (w = cli_verbs; w < v; w++)
			assert_string_not_equal(v->words, w->words);
	}
}

static void
test_options(void **state)
{
	const struct cli_option *o, *p;
	const struct cli_verb *v;

	(void)state;
	for (v = cli_verbs; v->words != NULL; v++)
		for (o = v->options; o < v->options + CLI_OPTIONS_MAX && o->name != NULL; o++) {
			assert_memory_equal(o->name, "--", 2);
			for (p = cli_common; p->name != NULL; p++)
				assert_true(strcmp(p->name, o->name) != 0 || v->run == NULL);
		}
}

/* Fish offers the words of a noun once, because its verbs stand together. */
static void
test_nouns_stand_together(void **state)
{
	const struct cli_verb *v, *w;
	size_t n;

	(void)state;
	for (v = cli_verbs + 1; v->words != NULL; v++) {
		n = strcspn(v->words, " ");
		if (strncmp(v[-1].words, v->words, n) == 0 && strcspn(v[-1].words, " ") == n)
			continue;
		for (w = cli_verbs; w < v; w++)
			assert_false(strncmp(w->words, v->words, n) == 0 && strcspn(w->words, " ") == n);
	}
}

static void
test_find(void **state)
{
	static const struct { const char *words[5]; const char *verb; } cases[] = {
		{ { "status" }, "status" }, { { "setup" }, "setup" }, { { "setup", "token" }, "setup token" },
		{ { "setup", "x" }, "setup" }, { { "dns", "records", "add", "nas", "A" }, "dns records add" },
		{ { "dns", "records" }, NULL }, { { "dns" }, NULL }, { { "dn" }, NULL }, { { "statuss" }, NULL },
		{ { "jobs", "show", "1" }, "jobs show" }, { { "" }, NULL },
	};
	const struct cli_verb *v;
	size_t i, n, used;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (n = 0; n < 5 && cases[i].words[n] != NULL; n++)
			continue;
		v = cli_verb_find(cases[i].words, n, &used);
		if (cases[i].verb == NULL) {
			assert_null(v);
			assert_int_equal(used, 0);
			continue;
		}
		assert_non_null(v);
		assert_string_equal(v->words, cases[i].verb);
	}
	v = cli_verb_find(cases[0].words, 0, &used);
	assert_null(v);
}

static void
test_find_every_verb(void **state)
{
	const char *words[8];
	char copy[128], *p;
	const struct cli_verb *v;
	size_t n, used;

	(void)state;
	for (v = cli_verbs; v->words != NULL; v++) {
		snprintf(copy, sizeof(copy), "%s", v->words);
		n = 0;
		for (p = strtok(copy, " "); p != NULL; p = strtok(NULL, " "))
			words[n++] = p;
		assert_ptr_equal(cli_verb_find(words, n, &used), v);
		assert_int_equal(used, n);
	}
}

static void
test_is_under(void **state)
{
	const struct cli_verb v = { .words = "dns records add" };

	(void)state;
	assert_true(cli_verb_is_under(&v, "dns"));
	assert_true(cli_verb_is_under(&v, "dns records"));
	assert_true(cli_verb_is_under(&v, "dns records add"));
	assert_false(cli_verb_is_under(&v, "dns rec"));
	assert_false(cli_verb_is_under(&v, "dns records add x"));
}

static void
test_usage(void **state)
{
	static const struct cli_verb v = { .words = "a b", .args = "X", .options = { { "--t", "N" }, { "--s", NULL } },
	    .help = "does it" };
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	cli_verb_usage(&v, f);
	fclose(f);
	assert_string_equal(text, "usage: pic a b X [--t N] [--s]\n  does it\n");
	free(text);
}

/* --- the manual page --------------------------------------------------------------------- */

enum { PAGE_MAX = 1 << 20, ITEM_MAX = 1024 };

/* "[PATH]" as "Oo Ar PATH Oc"; the words outside of brackets as one "Ar". */
static void
item_args(FILE *f, const char *args)
{
	const char *open_ = strchr(args, '['), *close_ = strchr(args, ']');
	int plain = open_ == NULL ? (int)strlen(args) : (int)(open_ - args);

	while (plain > 0 && args[plain - 1] == ' ')
		plain--;
	if (plain > 0)
		fprintf(f, " Ar %.*s", plain, args);
	if (open_ != NULL)
		fprintf(f, " Oo Ar %.*s Oc", (int)(close_ - open_) - 1, open_ + 1);
}

/* The line that the page has for a row. */
static void
item_of(const struct cli_verb *v, char buf[ITEM_MAX])
{
	FILE *f = fmemopen(buf, ITEM_MAX, "w");
	const struct cli_option *o;

	fprintf(f, "\n.It Cm %s", v->words);
	item_args(f, v->args);
	for (o = v->options; o < v->options + CLI_OPTIONS_MAX && o->name != NULL; o++) {
		fprintf(f, " Oo Fl %s", o->name + 1);
		if (o->value != NULL)
			fprintf(f, " Ar %s", o->value);
		fprintf(f, " Oc");
	}
	fputc('\n', f);
	fclose(f);
}

/* PRO-4: the page has exactly the verbs of the table, with their arguments and options. */
static void
test_manual(void **state)
{
	static char page[PAGE_MAX];
	FILE *f = fopen("src/cli/pic.1", "r");
	const struct cli_verb *v;
	char item[ITEM_MAX];
	size_t verbs = 0, items = 0;
	const char *p;

	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
	fclose(f);
	for (v = cli_verbs; v->words != NULL; v++, verbs++) {
		item_of(v, item);
		if (strstr(page, item) == NULL)
			fail_msg("pic.1 has no line%s", item);
	}
	for (p = page; (p = strstr(p, "\n.It Cm ")) != NULL; p++)
		items++;
	assert_int_equal(items, verbs);
	for (const struct cli_option *o = cli_common; o->name != NULL; o++) {
		snprintf(item, sizeof(item), "\n.It Fl %s", o->name + 1);
		assert_non_null(strstr(page, item));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_nouns_stand_together),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_every_verb),
		cmocka_unit_test(test_is_under),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
