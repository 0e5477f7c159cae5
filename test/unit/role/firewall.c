/* src/role/firewall.c: what the log says of an assertion that a change which has to be made leaves behind (CFG-11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "role/firewall.c"

static void
keep(void *arg, enum log_level level, enum log_sub sub, const char *line, size_t len)
{
	assert_int_equal(level, LOG_WARNING);
	assert_int_equal(sub, LOG_FIREWALL);
	(void)snprintf(arg, LOG_LINE_MAX, "%.*s", (int)len, line);	/* fits */
}

static void
assert_says(enum fw_holds holds, const char *why, const char *want)
{
	const struct conf_fw_assertion a = { .name = (char *)(uintptr_t)"kids stay out" };	/* only read */
	struct fw_judged j = { .holds = holds };
	static char line[LOG_LINE_MAX];
	struct err e;

	err_clear(&e);
	(void)snprintf(j.why, sizeof(j.why), "%s", why);	/* fits */
	log_set_sink(keep, line);
	assert_int_equal(log_lost(&a, &j, &e), 0);
	log_set_sink(NULL, NULL);
	if (strstr(line, want) == NULL)
		fail_msg("%s", line);
}

static void
not_known_is_not_broken(void **state)
{
	(void)state;
	assert_says(FW_BROKEN, "tim would reach the Internet", "msg=\"an assertion does not hold any more\" "
	    "assertion=\"kids stay out\" why=\"tim would reach the Internet\"");
	assert_says(FW_NOT_KNOWN, "too many cases", "msg=\"it is not known any more whether an assertion holds\" "
	    "assertion=\"kids stay out\" why=\"too many cases\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(not_known_is_not_broken) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
