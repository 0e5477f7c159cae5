/* src/conf/timezone.c: PRC-1, data.md 4.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The table itself is looked at, too. */
#include "conf/timezone.c"

static void
assert_known(const char *name, bool known)
{
	if (timezone_is_known(str_of(name)) != known)
		fail_msg("\"%s\"", name);
}

static void
test_names(void **state)
{
	static const char *const good[] = { "UTC", "Europe/Oslo", "Etc/GMT+5", "Africa/Abidjan", "Zulu", "America/Port-au-Prince",
		"America/Argentina/Buenos_Aires", "Asia/Kolkata", "Asia/Calcutta", "Pacific/Chatham" };
	static const char *const bad[] = { "", " ", "Europe/Olso", "europe/oslo", "Europe", "Oslo", "Europe/Oslo ", "UTC Zulu",
		"Factory", "Etc/GMT+15", "../UTC", "posix/UTC" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_known(good[i], true);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_known(bad[i], false);
	assert_false(timezone_is_known((struct str){ "UTC\0", 4 }));
}

/* Every name once, in order, with one space on either side. */
static void
test_table(void **state)
{
	struct str rest = str_of(names + 1), name, last = { "", 0 };
	unsigned n = 0;

	(void)state;
	while (rest.n > 0 && str_cut(&rest, ' ', &name)) {
		assert_true(name.n > 0 && name.n <= 64);
		assert_true(memcmp(last.p, name.p, last.n < name.n ? last.n : name.n) <= 0 && !str_eq(last, name));
		assert_true(timezone_is_known(name));
		last = name;
		n++;
	}
	assert_int_equal(n, 597);
	assert_true(last.p + last.n + 1 == names + sizeof(names) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("conf/timezone", tests, NULL, NULL);
}
