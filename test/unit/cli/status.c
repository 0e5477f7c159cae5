/* pic status: how the cell is, in words, in JSON and as exit status (CLI-3,
 * CLI-7), and the calls that need no cell. */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)
#define CELL_(dns) "{\"cell_name\":\"home\",\"uptime\":3725,\"services\":{\"dns\":{\"running\":" dns ",\"status\":\"x\"}}}"

static const char parts[] = OK_("{\"dns\":{\"running\":false,\"status\":\"failed\",\"detail\":\"port 53 is taken\"}}");

static void
status(struct call *x, const char *line, const char *answer)
{
	const char *const answers[] = { answer, parts, NULL };

	call_run(x, line, NULL, answers);
}

static void
test_well(void **state)
{
	struct call x;

	(void)state;
	status(&x, "status", OK_(CELL_("true")));
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.said.out, "Cell           home\n"));
	assert_non_null(strstr(x.said.out, "Up             1 h 2 min\n"));
	assert_non_null(strstr(x.said.out, "dns   failed  port 53 is taken\n"));
	assert_string_equal(x.said.err, "");
	call_free(&x);
}

static void
test_degraded(void **state)
{
	struct call x;

	(void)state;
	status(&x, "status", OK_(CELL_("false")));
	assert_int_equal(x.status, CLI_DEGRADED);
	call_free(&x);
	status(&x, "status --json", OK_(CELL_("false")));
	assert_int_equal(x.status, CLI_DEGRADED);
	assert_string_equal(x.said.out, CELL_("false") "\n");
	call_free(&x);
}

/* Not set up, or not yet ready, is a state and no failure. */
static void
test_not_ready(void **state)
{
	static const char unset[] = CELL_REPLY("428 Precondition Required", "{\"status\":428,\"detail\":\"not set up yet\"}");
	struct call x;

	(void)state;
	status(&x, "status", unset);
	assert_int_equal(x.status, CLI_DEGRADED);
	assert_non_null(strstr(x.said.err, "not set up yet"));
	assert_non_null(strstr(x.said.err, "pic setup"));
	call_free(&x);
	status(&x, "status --json", unset);
	assert_int_equal(x.status, CLI_DEGRADED);
	assert_string_equal(x.said.out, "{\"status\":428,\"detail\":\"not set up yet\"}\n");
	call_free(&x);
	status(&x, "status", CELL_REPLY("503 Unavailable", "{\"detail\":\"starting or stopping\"}"));
	assert_int_equal(x.status, CLI_DEGRADED);
	call_free(&x);
	status(&x, "status", CELL_REPLY("500 Oops", "{\"detail\":\"a fault\",\"incident\":\"i77\"}"));
	assert_int_equal(x.status, CLI_FAILED);
	assert_non_null(strstr(x.said.err, "incident i77"));
	call_free(&x);
}

/* Run without any cell. */
static int
alone(const char *line, struct captured *said)
{
	char words[256], *argv[20] = { (char *)(uintptr_t)"pic" }, *p;
	int argc = 1, result;

	snprintf(words, sizeof(words), "%s", line);
	for (p = strtok(words, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	captured_begin(said);
	result = cli_main(argc, argv);
	captured_end(said);
	return result;
}

static void
test_not_running(void **state)
{
	static const char *const lines[] = { "status", "jobs", "config get", "dns records add a A 1", "events", "doctor",
		"user list" };
	struct captured said;
	char line[80];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "%s --socket /nowhere/pic.sock", lines[i]);
		assert_int_equal(alone(line, &said), CLI_NOT_RUNNING);
		assert_string_equal(said.out, "");
		captured_free(&said);
	}
}

/* CLI-1: these need no cell. */
static void
test_alone(void **state)
{
	static const struct { const char *line; int status; const char *out; } cases[] = {
		{ "version", CLI_OK, "pic " PIC_VERSION "\n" }, { "--version", CLI_OK, "pic " PIC_VERSION "\n" },
		{ "version --json", CLI_OK, "{\"version\":\"" PIC_VERSION "\"}\n" },
		{ "help", CLI_OK, "pic status " }, { "--help", CLI_OK, "pic status " }, { "-h", CLI_OK, "pic status " },
		{ "help status", CLI_OK, "usage: pic status\n" }, { "status --help", CLI_OK, "usage: pic status\n" },
		{ "help run", CLI_OK, "usage: pic run [--state DIR] [--user-mode]\n" },
		{ "help dns records", CLI_OK, "usage: pic dns records remove" }, { "help nonsense", CLI_USAGE, "" },
		{ "completion bash", CLI_OK, "complete -o default -F _pic pic\n" },
	};
	struct captured said;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(alone(cases[i].line, &said), cases[i].status);
		assert_non_null(strstr(said.out, cases[i].out));
		captured_free(&said);
	}
}

/* CLI-7: each verb stands in the list and has a usage of its own. */
static void
test_help_is_complete(void **state)
{
	const struct cli_verb *v;
	struct captured all, one;
	char line[128];

	(void)state;
	assert_int_equal(alone("help", &all), CLI_OK);
	for (v = cli_verbs; v->words != NULL; v++) {
		snprintf(line, sizeof(line), "  pic %s", v->words);
		assert_non_null(strstr(all.out, line));
		assert_non_null(strstr(all.out, v->help));
		snprintf(line, sizeof(line), "help %s", v->words);
		assert_int_equal(alone(line, &one), CLI_OK);
		assert_memory_equal(one.out, "usage: pic ", 11);
		captured_free(&one);
	}
	captured_free(&all);
}

/* What was not written was not done. */
static void
test_full_disk(void **state)
{
	int full = open("/dev/full", O_WRONLY), out = dup(1), err = dup(2), status_;
	struct captured said;

	(void)state;
	captured_begin(&said);
	dup2(full, 1);
	status_ = cli_main(2, (char *[]){ (char *)(uintptr_t)"pic", (char *)(uintptr_t)"version", NULL });
	clearerr(stdout);
	captured_end(&said);
	dup2(out, 1);
	dup2(err, 2);
	assert_int_equal(status_, CLI_FAILED);
	assert_non_null(strstr(said.err, "standard output"));
	captured_free(&said);
	close(full);
	close(out);
	close(err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well),
		cmocka_unit_test(test_degraded),
		cmocka_unit_test(test_not_ready),
		cmocka_unit_test(test_not_running),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_help_is_complete),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
