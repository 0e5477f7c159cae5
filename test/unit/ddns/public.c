/* src/ddns/public.c (DDN-2): what is believed to be our public address. */
#include "ddns/public.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct addr
addr(const char *text)
{
	struct addr a;

	assert_true(addr_read(str_of(text), &a));
	return a;
}

static void
test_is_public(void **state)
{
	static const char *const good[] = { "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.0.3.1", "198.20.0.1",
		"223.255.255.254", "2001:200::1", "2600::1", "2a01:4f8::1" };
	static const char *const bad[] = { "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.1.1",
		"172.16.0.1", "192.168.1.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
		"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:1.1.1.1", "fe80::1", "fd00::1", "ff02::1", "2001::1",
		"2001:db8::1", "2002:101:101::1", "3fff::1", "4000::1", "64:ff9b::1" };
	struct addr a, none = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		a = addr(good[i]);
		if (!ddns_is_public(&a))
			fail_msg("%s", good[i]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a = addr(bad[i]);
		if (ddns_is_public(&a))
			fail_msg("%s", bad[i]);
	}
	assert_false(ddns_is_public(&none));
}

static void
test_source_read(void **state)
{
	static const char *const bad[] = { "", "\n", "1.1.1.1 2.2.2.2", "<html>1.1.1.1</html>", "192.168.1.1", "100.64.3.4",
		"1.1.1", "01.1.1.1", "1.1.1.1\n2.2.2.2", "2600::1" };
	struct addr a;
	size_t i;

	(void)state;
	assert_true(ddns_source_read(STR("81.2.69.142"), 4, &a));
	assert_true(ddns_source_read(STR(" 81.2.69.142\r\n"), 4, &a));
	assert_true(ddns_source_read(STR("2600::1\n"), 16, &a));
	assert_false(ddns_source_read(STR("1.1.1.1\0x"), 4, &a));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ddns_source_read(str_of(bad[i]), 4, &a))
			fail_msg("%s", bad[i]);
}

/* One voice is none, however often it is heard; two of one host are one. */
static void
test_votes(void **state)
{
	const struct addr x = addr("1.1.1.1"), y = addr("2.2.2.2");
	struct ddns_votes v = { 0 };

	(void)state;
	assert_false(ddns_votes_add(&v, "a.example", &x));
	assert_false(ddns_votes_add(&v, "A.example", &x));
	assert_false(ddns_votes_add(&v, "b.example", &y));
	assert_true(ddns_votes_add(&v, "c.example", &x));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_public),
		cmocka_unit_test(test_source_read),
		cmocka_unit_test(test_votes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
