/* From argv to a verb (CLI-1, CLI-3, CLI-9): places of options, counts of
 * arguments, what is said about mistakes. */
#include "cell.h"

#include "cli/parse.h"

struct parsed {
	struct cli cli;
	int status;
	struct captured text;
};

/* words: a command line without quotes; kept as long as the call. */
static void
parse(struct parsed *x, char *words)
{
	char *argv[80] = { (char *)(uintptr_t)"pic" }, *p;
	int argc = 1;

	for (p = strtok(words, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	captured_begin(&x->text);
	x->status = cli_parse(&x->cli, argc, argv);
	captured_end(&x->text);
}

#define PARSE(x, words) \
	char words_of_##x[] = words; \
	struct parsed x; \
	parse(&x, words_of_##x)

static void
test_arguments(void **state)
{
	PARSE(x, "dns records add nas A 192.168.1.5");

	(void)state;
	assert_int_equal(x.status, CLI_OK);
	assert_string_equal(x.cli.verb->words, "dns records add");
	assert_int_equal(x.cli.nargs, 3);
	assert_string_equal(x.cli.args[2], "192.168.1.5");
	assert_null(cli_opt(&x.cli, "--ttl"));
	assert_false(x.cli.json || x.cli.yes || x.cli.no_wait);
	captured_free(&x.text);
}

static void
test_options_anywhere(void **state)
{
	PARSE(a, "--json --state /s dns records add --ttl 60 nas A --views=vpn,lan 10.0.0.1 --yes");
	PARSE(b, "dns --json records list --all --socket=/run/x");

	(void)state;
	assert_int_equal(a.status, CLI_OK);
	assert_true(a.cli.json && a.cli.yes);
	assert_string_equal(a.cli.state, "/s");
	assert_string_equal(cli_opt(&a.cli, "--ttl"), "60");
	assert_string_equal(cli_opt(&a.cli, "--views"), "vpn,lan");
	assert_int_equal(a.cli.nargs, 3);
	assert_int_equal(b.status, CLI_OK);
	assert_string_equal(b.cli.verb->words, "dns records list");
	assert_string_equal(cli_opt(&b.cli, "--all"), "");
	assert_string_equal(b.cli.sock, "/run/x");
	captured_free(&a.text);
	captured_free(&b.text);
}

/* A value may look like an option where it cannot be meant as one. */
static void
test_end_of_options(void **state)
{
	PARSE(a, "config set -- identity.x --json");
	PARSE(b, "dns records set 1 --value=--yes");

	(void)state;
	assert_int_equal(a.status, CLI_OK);
	assert_false(a.cli.json);
	assert_string_equal(a.cli.args[1], "--json");
	assert_int_equal(b.status, CLI_OK);
	assert_string_equal(cli_opt(&b.cli, "--value"), "--yes");
	captured_free(&a.text);
	captured_free(&b.text);
}

/* CLI-3: usage mistakes are 2, told on standard error with the usage of the verb. */
static void
test_mistakes(void **state)
{
	static const struct { const char *words, *said; } cases[] = {
		{ "", "what shall I do" }, { "sttaus", "unknown verb sttaus" }, { "dns", "dns what?" },
		{ "dns records", "pic: dns records what?\nusage: pic dns records list" },
		{ "dns --all", "dns what?" }, { "dns nonsense", "unknown verb dns nonsense" }, { "config nonsense", "unknown verb config nonsense" },
		{ "status --bogus", "there is no option --bogus" }, { "status extra", "too many arguments: extra" },
		{ "user add", "NAME is missing" }, { "firewall rules add a b", "TO is missing" },
		{ "user add a --role", "a value is missing behind --role" },
		{ "status --json=1", "no value belongs to --json" }, { "--state", "a value is missing behind --state" },
		{ "dns records list --all=1", "no value belongs to --all" }, { "--bogus status", "unknown verb" },
		{ "token new a b c d e f g h i", "too many arguments" }, { "--json run", "first word" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[128];
		struct parsed x;

		snprintf(words, sizeof(words), "%s", cases[i].words);
		parse(&x, words);
		assert_int_equal(x.status, CLI_USAGE);
		assert_non_null(strstr(x.text.err, cases[i].said));
		assert_true(strstr(x.text.err, "usage: pic ") != NULL || strstr(x.text.err, "try: pic help") != NULL);
		assert_string_equal(x.text.out, "");
		captured_free(&x.text);
	}
}

static void
test_too_many_words(void **state)
{
	char words[300] = "";
	struct parsed x;

	(void)state;
	for (int i = 0; i < 70; i++)
		strncat(words, "a ", sizeof(words) - strlen(words) - 1);
	parse(&x, words);
	assert_int_equal(x.status, CLI_USAGE);
	captured_free(&x.text);
}

/* Help is never refused: nothing else is looked at. */
static void
test_help(void **state)
{
	PARSE(a, "user add --help");
	PARSE(b, "-h");
	PARSE(c, "dns --help");

	(void)state;
	assert_int_equal(a.status, CLI_OK);
	assert_true(a.cli.help);
	assert_string_equal(a.cli.verb->words, "user add");
	assert_int_equal(b.status, CLI_OK);
	assert_true(b.cli.help && b.cli.verb == NULL);
	assert_int_equal(c.status, CLI_OK);
	assert_true(c.cli.help && c.cli.verb == NULL);
	captured_free(&a.text);
	captured_free(&b.text);
	captured_free(&c.text);
}

/* CLI-2: a file is no terminal. */
static void
test_no_color_in_files(void **state)
{
	PARSE(x, "status");

	(void)state;
	assert_false(x.cli.color);
	captured_free(&x.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_options_anywhere),
		cmocka_unit_test(test_end_of_options),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_too_many_words),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_no_color_in_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
