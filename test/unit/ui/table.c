/* What mkassets.sh made of src/ui/none: the table that is really linked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "ui/assets.h"

/* Unpack a whole gzip member into text (a string); its length. */
static size_t
unpack(const struct ui_asset *a, char *text, size_t size)
{
	z_stream z = { 0 };

	assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
	z.next_in = a->gz;
	z.avail_in = (uInt)(a->gz_end - a->gz);
	z.next_out = (unsigned char *)text;
	z.avail_out = (uInt)(size - 1);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(inflateEnd(&z), Z_OK);
	text[z.total_out] = '\0';
	return z.total_out;
}

static void
test_the_page_is_whole(void **state)
{
	const struct ui_asset *a = ui_asset_find("/index.html", 11);
	char text[4096];

	(void)state;
	assert_non_null(a);
	assert_string_equal(a->type, "text/html; charset=utf-8");
	assert_false(a->immutable);
	assert_true(unpack(a, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "built without interface"));
	assert_non_null(strstr(text, "</html>"));
}

/* No time stamp, no file name: the same page gives the same bytes. */
static void
test_the_member_names_no_time(void **state)
{
	static const unsigned char head[8] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0 };
	const struct ui_asset *a = ui_asset_find("/index.html", 11);

	(void)state;
	assert_non_null(a);
	assert_memory_equal(a->gz, head, sizeof(head));
}

static void
test_tags_are_quoted_and_rows_sorted(void **state)
{
	size_t i, n;
	const struct ui_asset *t = ui_asset_table(&n);

	(void)state;
	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(strlen(t[i].etag), 22);
		assert_int_equal(t[i].etag[0], '"');
		assert_int_equal(t[i].etag[21], '"');
		assert_true(i == 0 || strcmp(t[i - 1].path, t[i].path) < 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_is_whole),
		cmocka_unit_test(test_the_member_names_no_time),
		cmocka_unit_test(test_tags_are_quoted_and_rows_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
