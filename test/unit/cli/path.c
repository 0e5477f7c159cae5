/* Paths of the API from what people type (ACC-13: nothing typed becomes a
 * segment or a parameter of its own). */
#include "cell.h"

#include "cli/path.h"

static void
test_encode(void **state)
{
	char buf[64];

	(void)state;
	assert_true(cli_encode("nas-1.home_x~", buf, sizeof(buf)));
	assert_string_equal(buf, "nas-1.home_x~");
	assert_true(cli_encode("a/b?c&d=e%f #", buf, sizeof(buf)));
	assert_string_equal(buf, "a%2Fb%3Fc%26d%3De%25f%20%23");
	assert_true(cli_encode("\xc3\xa5", buf, sizeof(buf)));
	assert_string_equal(buf, "%C3%A5");
	assert_true(cli_encode("", buf, sizeof(buf)));
	assert_string_equal(buf, "");
}

static void
test_encode_room(void **state)
{
	char buf[4];

	(void)state;
	assert_true(cli_encode("abc", buf, sizeof(buf)));
	assert_false(cli_encode("abcd", buf, sizeof(buf)));
	assert_true(cli_encode("/", buf, sizeof(buf)));
	assert_false(cli_encode("a/", buf, sizeof(buf)));
}

static void
test_path(void **state)
{
	char path[CLI_PATH_MAX];

	(void)state;
	assert_true(cli_path(path, "/api/jobs"));
	assert_string_equal(path, "/api/jobs");
	assert_true(cli_path(path, "/api/auth/users/%s/unlock", "../x"));
	assert_string_equal(path, "/api/auth/users/..%2Fx/unlock");
	assert_true(cli_path(path, "/q?name=%s&type=%s", "a b", "TXT"));
	assert_string_equal(path, "/q?name=a%20b&type=TXT");
}

static void
test_path_too_long(void **state)
{
	char path[CLI_PATH_MAX], name[CLI_PATH_MAX];
	struct captured said;

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	captured_begin(&said);
	assert_false(cli_path(path, "/api/%s", name));
	captured_end(&said);
	assert_non_null(strstr(said.err, "too long"));
	captured_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_encode_room),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_path_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
