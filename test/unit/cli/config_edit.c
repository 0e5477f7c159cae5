/* pic config edit at a terminal (APL-3, CLI-10): an editor changes the file,
 * only differences are sent, with the ETag of what was shown. */
#include "cell.h"
#include "terminal.h"

#include "cli/config_edit.c"

static const char section[] = "HTTP/1.1 200 OK\r\nETag: \"r7\"\r\n\r\n{\"a\":1,\"b\":\"two\",\"c\":[1,2]}";
static const char saved[] = CELL_REPLY("200 OK", "{\"message\":\"applied\"}");
static const char wrong[] = CELL_REPLY("400 Bad Request", "{\"status\":400,\"detail\":\"a: is wrong\"}");
static const char stale[] = CELL_REPLY("412 Precondition Failed", "{\"status\":412,\"detail\":\"somebody was faster\"}");

static const struct line nobody[] = { { NULL, false, NULL } };

/* command: the editor; it gets the file as its argument. */
static void
edit(struct call *x, const char *command, const struct line *script, const char *const *answers)
{
	setenv("VISUAL", command, 1);
	call_at_terminal(x, "config edit dns", script, answers);
	unsetenv("VISUAL");
}

static bool
files_are_left(void)
{
	return system("ls /tmp/pic-dns-*.json > /dev/null 2>&1") == 0;
}

static void
test_only_differences(void **state)
{
	static const char *const answers[] = { section, saved, NULL };
	struct call x;

	(void)state;
	edit(&x, "sed -i -e s/two/three/ -e '/c.:/,/]/d' -e 's/three.,/three\"/'", nobody, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_string_equal(x.said.out, "saved\n");
	assert_non_null(strstr(x.asked, "GET /api/config/sections/dns HTTP"));
	assert_non_null(strstr(x.asked, "PUT /api/config/sections/dns HTTP"));
	assert_non_null(strstr(x.asked, "If-Match: \"r7\"\r\n"));
	assert_non_null(strstr(x.asked, "\r\n\r\n{\"b\":\"three\",\"c\":null}"));
	assert_false(files_are_left());
	call_free(&x);
}

static void
test_no_difference(void **state)
{
	static const char *const answers[] = { section, saved, NULL };
	struct call x;

	(void)state;
	edit(&x, "true", nobody, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_string_equal(x.said.out, "nothing was changed\n");
	assert_null(strstr(x.asked, "PUT"));
	call_free(&x);
}

/* What was typed is kept for the next try. */
static void
test_mistakes_can_be_mended(void **state)
{
	static const char *const answers[] = { section, wrong, saved, NULL };
	static const struct line script[] = { { "a: is wrong", false, "" }, { "Edit again [yes]: ", false, "\r" },
		{ NULL, false, NULL } };
	struct call x;

	(void)state;
	edit(&x, "sed -i s/2/22/", script, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "{\"c\":[1,22]}"));
	assert_non_null(strstr(x.asked, "{\"c\":[1,222]}"));
	call_free(&x);
}

static void
test_broken_document(void **state)
{
	static const char *const answers[] = { section, saved, NULL };
	static const struct line script[] = { { "line 2, column", false, "" }, { "[yes]: ", false, "no\r" },
		{ NULL, false, NULL } };
	struct call x;

	(void)state;
	edit(&x, "sed -i 1s/./[/", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	assert_null(strstr(x.asked, "PUT"));
	assert_false(files_are_left());
	call_free(&x);
}

/* Somebody else's change cannot be mended here: it has to be looked at. */
static void
test_overtaken(void **state)
{
	static const char *const answers[] = { section, stale, NULL };
	static const struct line script[] = { { "somebody was faster", false, "" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	edit(&x, "sed -i s/two/three/", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	call_free(&x);
}

static void
test_editor_fails(void **state)
{
	static const char *const answers[] = { section, saved, NULL };
	static const struct line script[] = { { "the editor failed", false, "" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	edit(&x, "false", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	assert_null(strstr(x.asked, "PUT"));
	call_free(&x);
}

/* Settings are nobody else's business, and a section is no path. */
static void
test_file(void **state)
{
	static const char *const answers[] = { section, saved, NULL };
	struct call x;
	struct cli c = { .args = { "../etc" } };
	struct edit e = { .cli = &c };
	struct captured said;

	(void)state;
	edit(&x, "sh -c 'stat -c %a%F $0 > /tmp/pic-edit-mode'", nobody, answers);
	assert_int_equal(x.status, CLI_OK);
	call_free(&x);
	assert_int_equal(system("grep -qx '600regular file' /tmp/pic-edit-mode"), 0);
	unlink("/tmp/pic-edit-mode");
	captured_begin(&said);
	assert_int_equal(write_file(&e, "{}"), CLI_FAILED);
	captured_end(&said);
	assert_string_equal(e.file, "");
	captured_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_differences),
		cmocka_unit_test(test_no_difference),
		cmocka_unit_test(test_mistakes_can_be_mended),
		cmocka_unit_test(test_broken_document),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_editor_fails),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
