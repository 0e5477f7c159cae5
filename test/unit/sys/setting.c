/* Settings of the kernel: read as text, written as a whole, in a network of our own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apart.h"
#include "sys/setting.h"

static void
is_read(void **state)
{
	char text[32], little[4];

	(void)state;
	assert_int_equal(setting_read("kernel/ostype", text, sizeof(text)), 5);
	assert_string_equal(text, "Linux");
	assert_int_equal(setting_read("kernel/ostype", little, sizeof(little)), 3);
	assert_string_equal(little, "Lin");
	assert_int_equal(setting_read("net/none", text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "");
	assert_int_equal(setting_write("net/none", "1"), -ENOENT);
}

/* Who asked for it, has it; what the kernel does not take, is told. */
static int
probe_written(void)
{
	char text[8];

	if (setting_write("net/ipv4/ip_default_ttl", "71") < 0)
		return NO_NAMESPACE;	/* /proc/sys may be sealed */
	if (setting_read("net/ipv4/ip_default_ttl", text, sizeof(text)) != 2 || strcmp(text, "71") != 0)
		return 1;
	return setting_write("net/ipv4/ip_default_ttl", "none") < 0 ? 0 : 2;
}

static void
is_written(void **state)
{
	(void)state;
	assert_int_equal(apart(CLONE_NEWNET, probe_written), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(is_read), cmocka_unit_test(is_written) };

	return cmocka_run_group_tests_name("sys/setting", tests, NULL, NULL);
}
