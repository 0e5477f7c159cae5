/* Look-up over a table of our own, wider than the one embedded here (UI-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/assets.c"

#define ROW(path) { path, "text/plain", "\"0\"", NULL, NULL, false }

const struct ui_asset ui_table[] = {
	ROW("/a"), ROW("/a.js"), ROW("/assets/app-1.js"), ROW("/assets/app-10.js"),
	ROW("/b"), ROW("/index.html"), ROW("/\xc3\xa4"),
};
const size_t ui_table_count = sizeof(ui_table) / sizeof(ui_table[0]);

static void
test_every_row_is_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ui_table_count; i++) {
		const char *path = ui_table[i].path;

		assert_ptr_equal(ui_asset_find(path, strlen(path)), &ui_table[i]);
	}
}

static void
test_only_exact_paths_match(void **state)
{
	static const char *const none[] = {
		"", "/", "/A", "/a.", "/a.j", "/a.jss", "/assets/", "/assets/app-1",
		"/assets/app-1.js/", "//a", "/c", "/index.htm", "/index.html?", "/z",
		"/../index.html", "\xff",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(ui_asset_find(none[i], strlen(none[i])));
}

/* The path comes out of a request buffer: nothing ends it but its length. */
static void
test_the_length_counts_not_a_zero(void **state)
{
	(void)state;
	assert_ptr_equal(ui_asset_find("/a.json", 5), &ui_table[1]);
	assert_null(ui_asset_find("/a\0", 3));
	assert_null(ui_asset_find("/a\0.js", 6));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_found),
		cmocka_unit_test(test_only_exact_paths_match),
		cmocka_unit_test(test_the_length_counts_not_a_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
