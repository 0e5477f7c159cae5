/* src/setup/token.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/addr.h"
#include "base/err.h"
#include "setup/token.h"
#include "sys/clk.h"

struct fixture {
	struct clk_fake clk;
	struct setup_token *t;
	char text[SETUP_TOKEN_TEXT];
	bool worn;
	struct err e;
};

static int
open_token(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	clk_fake_init(&x->clk, 1800000000);
	x->t = setup_token_new(&x->clk.clk);
	setup_token_renew(x->t, x->text, NULL);
	*state = x;
	return 0;
}

static int
close_token(void **state)
{
	struct fixture *x = *state;

	setup_token_free(x->t);
	free(x);
	return 0;
}

static int
check(struct fixture *x, const char *text, const char *address)
{
	struct addr a;

	assert_true(addr_read(str_of(address), &a));
	err_clear(&x->e);
	return setup_token_check(x->t, str_of(text), &a, &x->worn, &x->e);
}

/* The i-th of many addresses. */
static int
check_from(struct fixture *x, const char *text, int i)
{
	char address[32];

	(void)snprintf(address, sizeof(address), "192.0.2.%d", i);
	return check(x, text, address);
}

static void
test_set2_26_characters_of_128_bits(void **state)
{
	struct fixture *x = *state;
	char other[SETUP_TOKEN_TEXT], upper[SETUP_TOKEN_TEXT];
	int64_t until;
	size_t i;

	assert_int_equal(strlen(x->text), 26);
	assert_int_equal(strspn(x->text, "abcdefghijklmnopqrstuvwxyz234567"), 26);
	assert_int_equal(check(x, x->text, "192.0.2.1"), 0);
	assert_int_equal(check(x, x->text, "192.0.2.1"), 0);	/* the whole wizard uses it */
	for (i = 0; i < sizeof(upper); i++)
		upper[i] = (char)(x->text[i] >= 'a' ? x->text[i] - 32 : x->text[i]);
	assert_int_equal(check(x, upper, "192.0.2.1"), 0);
	setup_token_renew(x->t, other, &until);
	assert_string_not_equal(other, x->text);
	assert_int_equal(until, 1800000000 + 3600);
	assert_int_equal(check(x, x->text, "192.0.2.1"), -EACCES);	/* the old one ended */
	assert_int_equal(check(x, other, "192.0.2.1"), 0);
}

static void
test_no_token_before_the_first(void **state)
{
	struct fixture *x = *state;
	struct setup_token *fresh = setup_token_new(&x->clk.clk);
	struct addr a;

	assert_true(addr_read(STR("192.0.2.1"), &a));
	assert_int_equal(setup_token_check(fresh, STR("aaaaaaaaaaaaaaaaaaaaaaaaaa"), &a, &x->worn, NULL), -EACCES);
	assert_false(x->worn);
	setup_token_free(fresh);
}

static void
test_set2_valid_for_an_hour_whatever_the_clock_says(void **state)
{
	struct fixture *x = *state;

	clk_fake_advance(&x->clk, 3599 * 1000);
	assert_int_equal(check(x, x->text, "192.0.2.1"), 0);
	clk_fake_advance(&x->clk, 1000);
	assert_int_equal(check(x, x->text, "192.0.2.1"), -EACCES);
	assert_non_null(strstr(x->e.detail, "expired"));
	assert_false(x->worn);
}

static void
test_set4_five_wrong_a_minute_and_address(void **state)
{
	struct fixture *x = *state;
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(check(x, "wrong", "192.0.2.1"), -EACCES);
	assert_int_equal(check(x, x->text, "192.0.2.1"), -EAGAIN);
	assert_int_equal(x->e.kind, ERR_RATE_LIMITED);
	assert_int_equal(x->e.retry_after, 60);
	assert_int_equal(check(x, x->text, "192.0.2.2"), 0);
	clk_fake_advance(&x->clk, 59 * 1000);
	assert_int_equal(check(x, x->text, "192.0.2.1"), -EAGAIN);
	assert_int_equal(x->e.retry_after, 1);
	clk_fake_advance(&x->clk, 1000);
	assert_int_equal(check(x, x->text, "192.0.2.1"), 0);

	for (i = 0; i < 5; i++)
		assert_int_equal(check(x, "wrong", "2001:db8::1"), -EACCES);
	assert_int_equal(check(x, x->text, "2001:db8::ffff"), -EAGAIN);	/* the same /64 */
}

static void
test_acc3_the_twentieth_wrong_one_replaces_it(void **state)
{
	struct fixture *x = *state;
	char fresh[SETUP_TOKEN_TEXT];
	int i;

	for (i = 0; i < 19; i++) {
		assert_int_equal(check_from(x, "wrong", i + 1), -EACCES);
		assert_false(x->worn);
	}
	assert_int_equal(check_from(x, x->text, 100), 0);	/* a right one does not take back the others */
	assert_int_equal(check_from(x, "wrong", 20), -EACCES);
	assert_true(x->worn);
	assert_int_equal(check_from(x, x->text, 100), -EACCES);
	assert_false(x->worn);		/* told once */
	setup_token_renew(x->t, fresh, NULL);
	assert_int_equal(check_from(x, fresh, 100), 0);
	for (i = 0; i < 19; i++) {	/* and the count is a new one */
		assert_int_equal(check_from(x, "wrong", i + 1), -EACCES);
		assert_false(x->worn);
	}
}

static void
test_a_missing_token_is_no_guess(void **state)
{
	struct fixture *x = *state;
	int i;

	for (i = 0; i < 30; i++)
		assert_int_equal(check(x, "", "192.0.2.1"), -EACCES);
	assert_int_equal(check(x, x->text, "192.0.2.1"), 0);
}

static void
test_acc16_guessers_are_bounded(void **state)
{
	struct fixture *x = *state;
	char address[32], fresh[SETUP_TOKEN_TEXT];
	int i;

	for (i = 0; i < 100000; i++) {
		(void)snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		assert_int_equal(check(x, "wrong", address), -EACCES);
		clk_fake_advance(&x->clk, 1);
		if (x->worn)
			setup_token_renew(x->t, fresh, NULL);
	}
	assert_int_equal(check(x, fresh, "192.0.2.1"), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(check(x, "wrong", "192.0.2.1"), -EACCES);
	assert_int_equal(check(x, fresh, "192.0.2.1"), -EAGAIN);
}

static void
test_set2_url(void **state)
{
	char buf[SETUP_URL_MAX];
	struct addr a;

	(void)state;
	assert_true(addr_read(STR("192.168.1.2"), &a));
	assert_string_equal(setup_url(buf, &a, 443, "abc"), "https://192.168.1.2/setup#t=abc");
	assert_string_equal(setup_url(buf, &a, 8443, "abc"), "https://192.168.1.2:8443/setup#t=abc");
	assert_true(addr_read(STR("fd00:1234:5678:9abc:def0:1234:5678:9abc"), &a));
	assert_string_equal(setup_url(buf, &a, 65535, "abcdefghijklmnopqrstuvwxyz"),
	    "https://[fd00:1234:5678:9abc:def0:1234:5678:9abc]:65535/setup#t=abcdefghijklmnopqrstuvwxyz");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_token, close_token)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_set2_26_characters_of_128_bits),
		TEST(test_no_token_before_the_first),
		TEST(test_set2_valid_for_an_hour_whatever_the_clock_says),
		TEST(test_set4_five_wrong_a_minute_and_address),
		TEST(test_acc3_the_twentieth_wrong_one_replaces_it),
		TEST(test_a_missing_token_is_no_guess),
		TEST(test_acc16_guessers_are_bounded),
		TEST(test_set2_url),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
