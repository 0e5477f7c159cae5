/* src/http/cookie.c: cookies that pass a proxy (WEB-4, WEB-5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"
#include "http/cookie.h"

static const char *const hide[] = { "pic_session", "__Host-pic_ticket", NULL };

static void
sent(const char *in, const char *want)
{
	char buf[512];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	assert_int_equal(http_cookie_pass(str_of(in), hide, &w), want != NULL);
	if (want != NULL && (wr_len(&w) != strlen(want) || memcmp(buf, want, strlen(want)) != 0))
		fail_msg("%s: %.*s", in, (int)wr_len(&w), buf);
}

static void
own_cookies_do_not_reach_a_target(void **state)
{
	(void)state;
	sent("a=1", "a=1");
	sent("a=1; b=2", "a=1; b=2");
	sent("a=1;b=2 ;  c=3", "a=1; b=2; c=3");
	sent("pic_session=x", NULL);
	sent("PIC_Session=x; __host-pic_ticket=y", NULL);
	sent("a=1; pic_session=x; b=pic_session=2; __Host-pic_ticket=y", "a=1; b=pic_session=2");
	sent(" pic_session =x;pic_session=y", NULL);
	sent("", NULL);
	sent("alone; pic_sessions=1", "alone; pic_sessions=1");
}

static void
set(const char *in, const char *want)
{
	char buf[512];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	assert_int_equal(http_set_cookie_pass(str_of(in), hide, STR("ha.home.cell"), &w), want != NULL);
	if (want != NULL && (wr_len(&w) != strlen(want) || memcmp(buf, want, strlen(want)) != 0))
		fail_msg("%s: %.*s", in, (int)wr_len(&w), buf);
}

static void
a_target_sets_its_own_cookies_only(void **state)
{
	(void)state;
	set("a=1", "a=1");
	set("a=1; Path=/; HttpOnly", "a=1; Path=/; HttpOnly");
	set("a=; Domain=ha.home.cell; Secure", "a=; Domain=ha.home.cell; Secure");
	set("a=1; domain=.HA.home.cell", "a=1; domain=.HA.home.cell");
	set("a=1; Domain=home.cell; Path=/", "a=1; Path=/");
	set("a=1; DOMAIN = .home.cell", "a=1");
	set("a=1; Domain=ha.home.cell; Domain=cell", "a=1; Domain=ha.home.cell");
	set("a=1; Domain=", "a=1");
	set("a=1; Domain", "a=1");
	set("pic_session=x; Domain=home.cell", NULL);
	set("Pic_Session=x", NULL);
	set("\tpic_session\t=x", NULL);
	set("__host-pic_ticket=x; Secure; Path=/", NULL);
	set("=pic_session=x; Domain=home.cell", NULL);
	set("pic_session", NULL);
	set("", NULL);
	set(";a=1", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_cookies_do_not_reach_a_target),
		cmocka_unit_test(a_target_sets_its_own_cookies_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
