/* src/ntp/select.c as text in, text out: NTP-3, RFC 5905 section 11.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ntp/select.h"

static const int64_t MS = 1000000;

/* "offset±distance/stratum" in ms, by spaces → a letter for each (f alse, t rue, u sed, P eer) and the offset; or "nothing". */
static const char *
choose(const char *text)
{
	static char out[64];
	struct ntp_candidate v[NTP_CANDIDATES_MAX];
	enum ntp_mark marks[NTP_CANDIDATES_MAX];
	struct ntp_choice x;
	double offset, distance;
	int stratum, used;
	size_t n = 0, i;

	while (sscanf(text, " %lf+%lf/%d%n", &offset, &distance, &stratum, &used) == 3) {
		text += used;
		v[n++] = (struct ntp_candidate){ .offset = (int64_t)(offset * 1e6), .distance = (int64_t)(distance * 1e6),
		    .stratum = (uint8_t)stratum, .jitter = MS / 10, .delay = 2 * MS, .root_delay = 3 * MS };
	}
	if (!ntp_select(v, n, marks, &x))
		return "nothing";
	for (i = 0; i < n; i++)
		out[i] = "ftuP"[marks[i]];
	assert_int_equal(out[x.peer], 'P');
	assert_int_equal(x.stratum, v[x.peer].stratum + 1);
	assert_true(x.root_delay == 5 * MS);
	(void)snprintf(out + n, sizeof(out) - n, " %.1f of %u", (double)x.offset / 1e6, x.agreeing);
	return out;
}

static void
test_one_and_two(void **state)
{
	(void)state;
	assert_string_equal(choose(""), "nothing");
	assert_string_equal(choose("7+5/2"), "P 7.0 of 1");
	assert_string_equal(choose("0+5/2 4+5/1"), "uP 2.0 of 2");
	assert_string_equal(choose("0+5/2 11+5/1"), "nothing");	/* two that disagree: nobody knows who is right */
}

static void
test_falsetickers(void **state)
{
	(void)state;
	assert_string_equal(choose("0+5/2 1+5/2 5000+5/1"), "Puf 0.5 of 2");	/* the better stratum does not help */
	assert_string_equal(choose("5000+5/1 0+5/2 1+5/2 2+5/2"), "fPuu 1.0 of 3");
	assert_string_equal(choose("0+5/2 1+5/2 5000+5/1 5001+5/1 "), "nothing");	/* no majority */
	assert_string_equal(choose("0+5/2 1+5/2 2+5/2 5000+5/1 5001+5/1"), "Puuff 1.0 of 3");
	assert_string_equal(choose("0+5/2 100+5/2 200+5/2"), "nothing");
	/* three liars of eight that agree with each other */
	assert_non_null(strstr(choose("0+5/2 0+5/2 0+5/2 0+5/2 0+5/2 -900+5/1 -900+5/1 -901+5/1"), "fff 0.0 of 5"));
}

/* A wide interval that holds everything agrees with everybody, and weighs little. */
static void
test_weights(void **state)
{
	(void)state;
	assert_string_equal(choose("0+5/2 0+5/2 40+500/2"), "Puu 0.2 of 3");
	assert_string_equal(choose("0+5/3 0+5/2 1+5/2"), "uPu 0.3 of 3");
}

/* Of many that are right the one that differs most is left out, but never below three. */
static void
test_outliers(void **state)
{
	(void)state;
	assert_string_equal(choose("0+50/2 1+50/2 0+50/2 1+50/2 45+50/2"), "tPuut 0.7 of 5");
	assert_string_equal(choose("0+50/2 1+50/2 45+50/2"), "Puu 15.3 of 3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_and_two), cmocka_unit_test(test_falsetickers), cmocka_unit_test(test_weights),
		cmocka_unit_test(test_outliers),
	};

	return cmocka_run_group_tests_name("ntp/select", tests, NULL, NULL);
}
