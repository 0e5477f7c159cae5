/* src/proxy/page.c: what people read in place of a target's page (WEB-4, WEB-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"
#include "proxy/page.h"

static char text[PROXY_PAGE_MAX + 1];

static const char *
page(int status, bool stranger, const char *host, const char *detail)
{
	const struct proxy_page p = { .status = status, .host = str_of(host), .stranger = stranger, .detail = detail };
	struct wr w;

	wr_init(&w, text, sizeof(text) - 1);
	proxy_page_write(&w, &p);
	assert_true(wr_ok(&w));
	text[wr_len(&w)] = '\0';
	return text;
}

/* What programs read. */
static const char *
sentence(const struct proxy_page *p)
{
	struct wr w;

	wr_init(&w, text, sizeof(text) - 1);
	proxy_page_text(&w, p);
	assert_true(wr_ok(&w));
	text[wr_len(&w)] = '\0';
	return text;
}

static const char *
whole(const struct proxy_page *p)
{
	struct wr w;

	wr_init(&w, text, sizeof(text) - 1);
	proxy_page_write(&w, p);
	assert_true(wr_ok(&w));
	text[wr_len(&w)] = '\0';
	return text;
}

/* WEB-4, EXP-4: which right is missing, to whom, and who gives it; a stranger is told nothing of it. */
static void
a_right_is_missing(void **state)
{
	struct proxy_page p = { .status = 403, .host = STR("ha.home"), .peer = "anna-phone", .route = "ha",
	    .explain = "https://home/explain?peer=anna-phone&host=ha.home" };

	(void)state;
	(void)whole(&p);
	assert_non_null(strstr(text, "anna-phone has no access to the page <b>ha</b> (route:ha)"));
	assert_non_null(strstr(text, "Ask an administrator: on the page Peers, under Access"));
	assert_non_null(strstr(text, "<a href=\"https://home/explain?peer=anna-phone&amp;host=ha.home\">"));
	assert_string_equal(sentence(&p), "anna-phone has no access to the page ha (route:ha). "
	    "Ask an administrator: on the page Peers, under Access, your device can be given it.");
	p.explain = NULL;
	assert_null(strstr(whole(&p), "<a "));
	p.stranger = true;
	assert_null(strstr(whole(&p), "anna-phone"));
	assert_null(strstr(sentence(&p), "anna-phone"));
}

static void
programs_are_told(void **state)
{
	struct proxy_page p = { .status = 502, .host = STR("ha.home"), .detail = "nothing listens there" };

	(void)state;
	assert_string_equal(sentence(&p), "nothing listens there");
	p.stranger = true;
	assert_string_equal(sentence(&p), "The server behind this address does not answer.");
}

static void
each_says_what_to_do(void **state)
{
	static const int statuses[] = { 400, 403, 404, 413, 502, 503, 504, 508, 599 };
	char longest[300];
	size_t i;

	(void)state;
	memset(longest, 'w', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		assert_non_null(strstr(page(statuses[i], false, "ha.home", NULL), "ha.home"));
		(void)page(statuses[i], false, longest, longest);
	}
	assert_non_null(strstr(page(502, false, "ha.home", "nothing listens there"), "nothing listens there"));
	assert_non_null(strstr(page(403, false, "ha.home", NULL), "VPN"));
}

static void
strangers_learn_nothing(void **state)
{
	(void)state;
	assert_null(strstr(page(403, true, "ha.home", "it is closed"), "ha.home"));
	assert_null(strstr(text, "VPN"));
	assert_null(strstr(text, "closed"));
	assert_null(strstr(page(502, true, "ha.home", "192.168.1.5 refused"), "192.168"));
}

static void
nothing_is_markup(void **state)
{
	(void)state;
	(void)page(502, false, "<b>&\"", "<script>alert(1)</script>");
	assert_null(strstr(text, "<script>"));
	assert_null(strstr(text, "<b>"));
	assert_non_null(strstr(text, "&lt;b&gt;&amp;&quot;"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_says_what_to_do), cmocka_unit_test(strangers_learn_nothing),
		cmocka_unit_test(a_right_is_missing), cmocka_unit_test(programs_are_told), cmocka_unit_test(nothing_is_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
