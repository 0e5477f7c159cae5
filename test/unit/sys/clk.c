/* Clocks and RFC 3339 text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sys/clk.h"

static void
system_clocks(void **state)
{
	const struct clk *c = &clk_system;
	int64_t before = time(NULL), s = c->wall_s(c), ms = c->wall_ms(c);
	uint64_t m = c->mono_ms(c);

	(void)state;
	assert_true(s >= before && s <= before + 60);
	assert_true(ms / 1000 >= s);
	assert_true(c->mono_ms(c) >= m);
}

static void
fake_clock_stands_still(void **state)
{
	struct clk_fake f;

	(void)state;
	clk_fake_init(&f, 1000);
	assert_int_equal(f.clk.wall_s(&f.clk), 1000);
	assert_int_equal(f.clk.wall_ms(&f.clk), 1000000);
	clk_fake_advance(&f, 1500);
	assert_int_equal(f.clk.wall_s(&f.clk), 1001);
	assert_int_equal(f.clk.wall_ms(&f.clk), 1001500);
	assert_int_equal(f.clk.mono_ms(&f.clk), 1001500);
}

static void
text_and_back(void **state)
{
	static const struct {
		int64_t s;
		const char *text;
	} t[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1782898200, "2026-07-01T09:30:00Z" },
		{ 2147483648, "2038-01-19T03:14:08Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" },
	};
	char buf[CLK_TEXT_MAX];
	int64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_ptr_equal(clk_text(t[i].s, buf), buf);
		assert_string_equal(buf, t[i].text);
		assert_int_equal(clk_read(buf, &s), 0);
		assert_true(s == t[i].s);
	}
}

/* Every day of eight centuries, against the C library's calendar. */
static void
agrees_with_libc(void **state)
{
	char buf[CLK_TEXT_MAX], theirs[32];
	int64_t s;

	(void)state;
	for (int64_t day = -200000; day < 100000; day++) {
		time_t t = (time_t)(day * 86400 + (day & 0xffff));
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		assert_true(strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0);
		assert_string_equal(clk_text(t, buf), theirs);
		assert_int_equal(clk_read(theirs, &s), 0);
		assert_true(s == t);
	}
}

static void
text_of_the_impossible(void **state)
{
	char buf[CLK_TEXT_MAX];

	(void)state;
	assert_string_equal(clk_text(INT64_MAX, buf), "9999-12-31T23:59:59Z");
	assert_string_equal(clk_text(INT64_MIN, buf), "0000-01-01T00:00:00Z");
}

static void
refuses_other_text(void **state)
{
	static const char *const bad[] = {
		"", "2026", "2026-07-01", "2026-07-01T09:30:00",
		"2026-07-01T09:30:00z", "2026-07-01t09:30:00Z",
		"2026-07-01 09:30:00Z", "2026-07-01T09:30:00Z ",
		"2026-07-01T09:30:00.5Z", "2026-07-01T09:30:00+00:00",
		"2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
		"-026-01-01T00:00:00Z", "2026-1-01T00:00:00Z",
		"202a-01-01T00:00:00Z",
	};
	int64_t s = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (clk_read(bad[i], &s) != -EINVAL)
			fail_msg("read \"%s\"", bad[i]);
	assert_int_equal(s, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_clocks),
		cmocka_unit_test(fake_clock_stands_still),
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(agrees_with_libc),
		cmocka_unit_test(text_of_the_impossible),
		cmocka_unit_test(refuses_other_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
