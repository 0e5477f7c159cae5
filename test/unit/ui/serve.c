/* src/ui/serve.c over a table of its own: UI-1, WEB-8, RFC 9110 conditions and codings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/assets.c"
#include "ui/serve.h"

#define ROW(path, tag, immutable) { path, "text/plain", "\"" tag "\"", NULL, NULL, immutable }

const struct ui_asset ui_table[] = {
	ROW("/assets/app-1.js", "js1", true), ROW("/favicon.svg", "fav", false), ROW("/index.html", "page", false),
};
const size_t ui_table_count = sizeof(ui_table) / sizeof(ui_table[0]);

static const struct str absent = { NULL, 0 };

static int
serve(struct ui_reply *r, const char *path, const char *none_match, const char *encodings)
{
	ui_serve(r, str_of(path), none_match == NULL ? absent : str_of(none_match),
	    encodings == NULL ? absent : str_of(encodings));
	return r->status;
}

static void
test_paths(void **state)
{
	static const char *const pages[] = { "/", "/setup", "/network", "/index.html/", "/assets", "/api-docs", "/.." };
	struct ui_reply r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		assert_int_equal(serve(&r, pages[i], NULL, "gzip"), 200);
		assert_ptr_equal(r.asset, &ui_table[2]);
		assert_true(r.page);
		assert_string_equal(r.cache, "no-cache");
	}
	assert_int_equal(serve(&r, "/assets/app-1.js", NULL, "gzip"), 200);
	assert_false(r.page);
	assert_string_equal(r.cache, "public, max-age=31536000, immutable");
	assert_int_equal(serve(&r, "/favicon.svg", NULL, "gzip"), 200);
	assert_string_equal(r.cache, "no-cache");
	/* an old tab's file: not the page in its place */
	assert_int_equal(serve(&r, "/assets/app-0.js", NULL, "gzip"), 404);
	assert_int_equal(serve(&r, "/assets/", NULL, "gzip"), 404);
	assert_null(r.asset);
	assert_string_equal(r.cache, "no-store");
}

/* RFC 9110 12.5.3. */
static void
test_codings(void **state)
{
	static const char *const yes[] = { NULL, "gzip", "GZip", "x-gzip", "br, gzip", "gzip;q=0.5", "identity, *", "*",
	    "*;q=0, gzip", "gzip ; q=1.0", "br;q=1.0,gzip;q=0.001" };
	static const char *const no[] = { "", "identity", "br", "gzip;q=0", "gzip;q=0.0", "gzip;Q=0.000", "*;q=0",
	    "gzip;q=0, *", "gzipped", "deflate, br" };
	struct ui_reply r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (serve(&r, "/", NULL, yes[i]) != 200)
			fail_msg("%s", yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (serve(&r, "/", NULL, no[i]) != 406)
			fail_msg("%s", no[i]);
}

/* RFC 9110 13.1.2: weak comparison, lists, "*"; it comes before the coding. */
static void
test_tags(void **state)
{
	static const char *const same[] = { "\"page\"", "W/\"page\"", "\"x\", \"page\"", "*", " \"page\" " };
	static const char *const other[] = { "\"pag\"", "page", "\"\"", "", "W/page", "\"page\"x" };
	struct ui_reply r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (serve(&r, "/", same[i], NULL) != 304)
			fail_msg("%s", same[i]);
		assert_ptr_equal(r.asset, &ui_table[2]);
	}
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (serve(&r, "/", other[i], NULL) != 200)
			fail_msg("%s", other[i]);
	assert_int_equal(serve(&r, "/assets/none.js", "*", NULL), 404);
}

/* WEB-8: nothing inline, nothing from elsewhere, no frame around it. */
static void
test_policy(void **state)
{
	const struct ui_header *h;
	const char *csp = NULL;

	(void)state;
	for (h = ui_page_headers; h->name != NULL; h++)
		if (strcmp(h->name, "Content-Security-Policy") == 0)
			csp = h->value;
	assert_non_null(csp);
	assert_non_null(strstr(csp, "default-src 'none'"));
	assert_non_null(strstr(csp, "frame-ancestors 'none'"));
	assert_null(strstr(csp, "unsafe"));
	assert_null(strstr(csp, "http"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_codings),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_policy),
	};

	return cmocka_run_group_tests_name("ui/serve", tests, NULL, NULL);
}
