/* src/sys/kclock.c: what can be read. Nothing here sets a clock: that is simulated in ntp/discipline and role/timekeeping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timex.h>

#include <cmocka.h>

#include "sys/kclock.h"

static void
test_reads(void **state)
{
	struct kclock *k = kclock_system();
	struct kclock_state s = { .pending = -1 };
	struct timex t = { .modes = 0 };

	(void)state;
	assert_int_equal(k->read(k, &s), 0);
	assert_true(adjtimex(&t) >= 0);
	assert_int_equal(s.frequency, t.freq);
	assert_int_equal(s.synced, (t.status & STA_UNSYNC) == 0);
	assert_true(llabs(s.pending) < INT64_C(3600) * 1000000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_reads) };

	return cmocka_run_group_tests_name("sys/kclock", tests, NULL, NULL);
}
