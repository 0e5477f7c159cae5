/* src/ntp/trust.c: NTP-6, R7. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ntp/trust.h"

static const int64_t S = 1000000000;
static const struct ntp_moment start = { INT64_C(1800000000) * 1000000000, INT64_C(5000) * 1000000000, 1790000000, 1799999000 };

static struct ntp_moment
later(int64_t wall_s, int64_t mono_s)
{
	struct ntp_moment m = start;

	m.wall += wall_s * S;
	m.mono += mono_s * S;
	return m;
}

static bool
trusts(const struct ntp_trust *t, int64_t wall_s, int64_t mono_s)
{
	const struct ntp_moment m = later(wall_s, mono_s);

	return ntp_trust_lacks(t, &m) == NULL;
}

static void
test_sources(void **state)
{
	struct ntp_trust t = { 0 };

	(void)state;
	assert_false(trusts(&t, 0, 0));
	ntp_trust_measured(&t, 1, 0, &start);
	assert_false(trusts(&t, 0, 0));			/* one is not enough */
	ntp_trust_measured(&t, 2, S, &start);
	assert_true(trusts(&t, 0, 0));
	assert_true(trusts(&t, 86400, 86400));
	assert_false(trusts(&t, 86500, 86500));		/* a day is over */
	ntp_trust_measured(&t, 3, 6 * S, &start);	/* they agree that the clock is wrong */
	assert_false(trusts(&t, 0, 0));
	assert_true(trusts(&t, 6, 0));			/* and then it was set */
}

/* TIM-1, R7: two days or ten years, ahead or back, are seen at once, and heal at once. */
static void
test_leaps(void **state)
{
	static const int64_t leaps[] = { 2 * 86400, -2 * 86400, 3650 * 86400, -3650 * 86400, 20, -20 };
	struct ntp_trust t = { 0 };
	size_t i;

	(void)state;
	ntp_trust_measured(&t, 2, 0, &start);
	for (i = 0; i < sizeof(leaps) / sizeof(leaps[0]); i++) {
		assert_false(trusts(&t, 100 + leaps[i], 100));
		assert_true(trusts(&t, 101, 101));
	}
}

static void
test_bounds(void **state)
{
	struct ntp_trust t = { .vouched = true };
	struct ntp_moment m = start;

	(void)state;
	assert_true(trusts(&t, 0, 0));
	m.highest = start.wall / S + 1;
	assert_non_null(strstr(ntp_trust_lacks(&t, &m), "behind"));
	m = start;
	m.built = start.wall / S + 1;
	assert_non_null(strstr(ntp_trust_lacks(&t, &m), "release"));
	t = (struct ntp_trust){ .kernel = true };
	assert_true(trusts(&t, 0, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources), cmocka_unit_test(test_leaps), cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("ntp/trust", tests, NULL, NULL);
}
