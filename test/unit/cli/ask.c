/* Questions and secrets (CLI-4, CLI-6): at a terminal, from files, from pipes.
 * The person at the terminal is a child at the other end of a pty. */
#include "cell.h"
#include "terminal.h"

#include "cli/ask.h"

static int
secret_at_terminal(const struct line *script, char *buf, size_t size)
{
	struct terminal t;
	int status;

	terminal_open(&t, script);
	status = cli_ask_secret("Secret", NULL, buf, size);
	assert_int_equal(terminal_close(&t), 0);
	return status;
}

static void
test_secret_is_not_shown(void **state)
{
	static const struct line script[] = {
		{ "Secret: ", true, "hush hush 1\r" }, { "again: ", true, "hush hush 1\r" }, { NULL, false, NULL } };
	char buf[CLI_LINE_MAX];

	(void)state;
	assert_int_equal(secret_at_terminal(script, buf, sizeof(buf)), CLI_OK);
	assert_string_equal(buf, "hush hush 1");
}

/* Erasing takes whole characters; a difference is said and asked again. */
static void
test_secret_is_edited(void **state)
{
	static const struct line script[] = {
		{ "Secret: ", true, "one\r" }, { "again: ", true, "two\r" },
		{ "not the same", false, "" }, { "Secret: ", true, "xx\025ab\xc3\xa5\177\177c\r" },
		{ "again: ", true, "ac\r" }, { NULL, false, NULL } };
	char buf[CLI_LINE_MAX];

	(void)state;
	assert_int_equal(secret_at_terminal(script, buf, sizeof(buf)), CLI_OK);
	assert_string_equal(buf, "ac");
}

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signum)
{
	interrupted = signum;
}

/* Ctrl-C ends the question as a signal would, with the terminal as it was. */
static void
test_secret_interrupted(void **state)
{
	static const struct line script[] = { { "Secret: ", true, "abc\003" }, { NULL, false, NULL } };
	char buf[CLI_LINE_MAX];

	(void)state;
	interrupted = 0;
	signal(SIGINT, on_interrupt);
	assert_int_equal(secret_at_terminal(script, buf, sizeof(buf)), CLI_FAILED);
	signal(SIGINT, SIG_DFL);
	assert_int_equal(interrupted, SIGINT);
}

/* --- files and pipes ------------------------------------------------------------------ */

/* Standard input with this text for the time of a call. */
static int
with_stdin(const char *text, const char *file, char *buf, size_t size, struct captured *said)
{
	int fds[2], old = dup(0), status;

	assert_return_code(pipe(fds), errno);
	assert_true(write(fds[1], text, strlen(text)) >= 0);
	close(fds[1]);
	dup2(fds[0], 0);
	close(fds[0]);
	captured_begin(said);
	status = cli_ask_secret("Secret", file, buf, size);
	captured_end(said);
	dup2(old, 0);
	close(old);
	return status;
}

static void
test_secret_from_stdin(void **state)
{
	char buf[CLI_LINE_MAX];
	struct captured said;

	(void)state;
	assert_int_equal(with_stdin(" spaces stay \r\nnot this\n", NULL, buf, sizeof(buf), &said), CLI_OK);
	assert_string_equal(buf, " spaces stay ");
	assert_string_equal(said.err, "");
	captured_free(&said);
	assert_int_equal(with_stdin("no line end", "-", buf, sizeof(buf), &said), CLI_OK);
	assert_string_equal(buf, "no line end");
	captured_free(&said);
	assert_int_equal(with_stdin("", NULL, buf, sizeof(buf), &said), CLI_FAILED);
	assert_non_null(strstr(said.err, "no secret"));
	captured_free(&said);
	assert_int_equal(with_stdin("\n", NULL, buf, sizeof(buf), &said), CLI_FAILED);
	captured_free(&said);
}

/* A password cut in silence would lock its owner out. */
static void
test_secret_too_long(void **state)
{
	char buf[8];
	struct captured said;

	(void)state;
	assert_int_equal(with_stdin("12345678", NULL, buf, sizeof(buf), &said), CLI_FAILED);
	assert_non_null(strstr(said.err, "too long"));
	captured_free(&said);
	assert_int_equal(with_stdin("1234567\n", NULL, buf, sizeof(buf), &said), CLI_OK);
	assert_string_equal(buf, "1234567");
	captured_free(&said);
}

static void
test_secret_from_file(void **state)
{
	char name[] = "/tmp/pic-ask-XXXXXX", buf[CLI_LINE_MAX];
	int fd = mkstemp(name);
	struct captured said;

	(void)state;
	assert_true(write(fd, "from a file\n", 12) == 12);
	close(fd);
	assert_int_equal(with_stdin("not this\n", name, buf, sizeof(buf), &said), CLI_OK);
	assert_string_equal(buf, "from a file");
	captured_free(&said);
	unlink(name);
	assert_int_equal(with_stdin("not this\n", name, buf, sizeof(buf), &said), CLI_FAILED);
	assert_non_null(strstr(said.err, name));
	captured_free(&said);
}

/* --- before something is lost ----------------------------------------------------------- */

static const struct cli_verb remove_verb = { .words = "user remove" };

static void
test_confirm_without_terminal(void **state)
{
	struct cli c = { .verb = &remove_verb };
	struct captured said;
	int null = open("/dev/null", O_RDONLY), old = dup(0);

	(void)state;
	dup2(null, 0);
	captured_begin(&said);
	assert_int_equal(cli_confirm(&c, "it is gone"), CLI_USAGE);
	captured_end(&said);
	assert_non_null(strstr(said.err, "--yes"));
	assert_non_null(strstr(said.err, "it is gone"));
	c.yes = true;
	assert_int_equal(cli_confirm(&c, "it is gone"), CLI_OK);
	dup2(old, 0);
	close(old);
	close(null);
	captured_free(&said);
}

static int
confirm_at_terminal(const char *typed)
{
	const struct line script[] = { { "user remove anna: it is gone", false, "" }, { "[no]: ", false, typed },
		{ NULL, false, NULL } };
	const struct cli c = { .verb = &remove_verb, .args = { "anna" }, .nargs = 1 };
	struct terminal t;
	int status;

	terminal_open(&t, script);
	status = cli_confirm(&c, "it is gone");
	assert_int_equal(terminal_close(&t), 0);
	return status;
}

static void
test_confirm_at_terminal(void **state)
{
	(void)state;
	assert_int_equal(confirm_at_terminal("yes\r"), CLI_OK);
	assert_int_equal(confirm_at_terminal("Y\r"), CLI_OK);
	assert_int_equal(confirm_at_terminal("\r"), CLI_FAILED);
	assert_int_equal(confirm_at_terminal("yesterday\r"), CLI_FAILED);
	assert_int_equal(confirm_at_terminal("\004"), CLI_FAILED);
}

static void
test_ask(void **state)
{
	static const struct line script[] = { { "Name: ", false, "\r" }, { "Name [x]: ", false, "\r" },
		{ "Name [x]: ", false, "abc\r" }, { "Name: ", false, "\004" }, { NULL, false, NULL } };
	char buf[CLI_LINE_MAX];
	struct terminal t;

	(void)state;
	terminal_open(&t, script);
	assert_true(cli_ask("Name", NULL, buf, sizeof(buf)));
	assert_string_equal(buf, "");
	assert_true(cli_ask("Name", "x", buf, sizeof(buf)));
	assert_string_equal(buf, "x");
	assert_true(cli_ask("Name", "x", buf, sizeof(buf)));
	assert_string_equal(buf, "abc");
	assert_false(cli_ask("Name", NULL, buf, sizeof(buf)));
	assert_int_equal(terminal_close(&t), 0);
}

static void
test_slurp(void **state)
{
	char name[] = "/tmp/pic-slurp-XXXXXX", *text;
	int fd = mkstemp(name);
	struct captured said;
	size_t n;

	(void)state;
	assert_true(write(fd, "12345", 5) == 5);
	close(fd);
	text = cli_slurp(name, 5, &n);
	assert_string_equal(text, "12345");
	assert_int_equal(n, 5);
	free(text);
	captured_begin(&said);
	assert_null(cli_slurp(name, 4, &n));
	assert_null(cli_slurp("/tmp", 4, &n));
	unlink(name);
	assert_null(cli_slurp(name, 5, &n));
	captured_end(&said);
	assert_non_null(strstr(said.err, "too large"));
	assert_non_null(strstr(said.err, "cannot be read"));
	captured_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_is_not_shown),
		cmocka_unit_test(test_secret_is_edited),
		cmocka_unit_test(test_secret_interrupted),
		cmocka_unit_test(test_secret_from_stdin),
		cmocka_unit_test(test_secret_too_long),
		cmocka_unit_test(test_secret_from_file),
		cmocka_unit_test(test_confirm_without_terminal),
		cmocka_unit_test(test_confirm_at_terminal),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_slurp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
