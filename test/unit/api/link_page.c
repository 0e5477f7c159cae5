/* Pages of one-time links: what is somebody's text stays text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/link_page.h"

static void
assert_page(const struct api_link_page *p, const char *has, const char *hasnt)
{
	size_t n;
	char *html = api_link_page(p, &n);

	assert_non_null(html);
	assert_non_null(memmem(html, n, has, strlen(has)));
	assert_null(memmem(html, n, hasnt, strlen(hasnt)));
	assert_null(memmem(html, n, "<script", 7));
	free(html);
}

static void
texts_are_escaped(void **state)
{
	struct api_link_page p = { .cell = "<b>\"&'", .peer = "<img src=x>", .until = "2026-07-01 09:45 UTC" };

	(void)state;
	assert_page(NULL, "This link does not work", "method=\"post\"");
	assert_page(&p, "&lt;b&gt;&quot;&amp;'", "<img");
	assert_page(&p, "method=\"post\"", "<img");
	p.config = "[Interface]\n# </code>\"\nPrivateKey = a+b/c=\n";
	p.filename = "a\"b.conf";
	assert_page(&p, "# &lt;/code&gt;&quot;", "# </code>");
	assert_page(&p, "PrivateKey%20%3D%20a%2Bb%2Fc%3D%0A", "method=\"post\"");
	assert_page(&p, "download=\"a&quot;b.conf\"", "class=\"code\"");
	p.svg = "<svg></svg>";
	assert_page(&p, "class=\"code\"><svg></svg>", "method=\"post\"");
}

/* The longest that there may be fits. */
static void
long_files_fit(void **state)
{
	char *config = malloc(65536);
	struct api_link_page p = { .cell = "home", .peer = "phone", .until = "", .config = config, .filename = "phone.conf" };
	size_t n;
	char *html;

	(void)state;
	memset(config, '"', 65535);
	config[65535] = '\0';
	html = api_link_page(&p, &n);
	assert_non_null(html);
	free(html);
	free(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts_are_escaped), cmocka_unit_test(long_files_fit) };

	return cmocka_run_group_tests_name("api/link_page", tests, NULL, NULL);
}
