/* Clocks and their text. The calendar is computed here rather than by the C
 * library, which may look for time-zone files that a role cannot open. */
#include "sys/clk.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400 };

static int64_t
read_ns(clockid_t id)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(id, &t);	/* these two clocks always exist */
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
system_wall_ns(const struct clk *c)
{
	(void)c;	/* there is one of them */
	return read_ns(CLOCK_REALTIME);
}

static int64_t
system_mono_ns(const struct clk *c)
{
	(void)c;	/* there is one of them */
	return read_ns(CLOCK_MONOTONIC);
}

static int64_t
system_wall_ms(const struct clk *c)
{
	(void)c;	/* there is one of them */
	return read_ns(CLOCK_REALTIME) / 1000000;
}

static int64_t
system_wall_s(const struct clk *c)
{
	return system_wall_ms(c) / 1000;
}

static uint64_t
system_mono_ms(const struct clk *c)
{
	(void)c;	/* there is one of them */
	return (uint64_t)(read_ns(CLOCK_MONOTONIC) / 1000000);
}

const struct clk clk_system = {
	system_wall_s, system_wall_ms, system_mono_ms, system_wall_ns, system_mono_ns
};

/* clk is the first member of struct clk_fake. */
static int64_t
fake_wall_ms(const struct clk *c)
{
	return ((const struct clk_fake *)(const void *)c)->ms;
}

static int64_t
fake_wall_s(const struct clk *c)
{
	return fake_wall_ms(c) / 1000;
}

static uint64_t
fake_mono_ms(const struct clk *c)
{
	return (uint64_t)fake_wall_ms(c);
}

static int64_t
fake_ns(const struct clk *c)
{
	return fake_wall_ms(c) * 1000000;
}

void
clk_fake_init(struct clk_fake *f, int64_t unix_s)
{
	_Static_assert(offsetof(struct clk_fake, clk) == 0, "cast above");
	f->clk = (struct clk){ fake_wall_s, fake_wall_ms, fake_mono_ms, fake_ns, fake_ns };
	f->ms = unix_s * 1000;
}

void
clk_fake_advance(struct clk_fake *f, int64_t ms)
{
	f->ms += ms;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar. The year is
 * taken to begin in March, so that the leap day is its last. */
static int64_t
days_of(int64_t y, unsigned m, unsigned d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (int64_t)(m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
date_of(int64_t days, int64_t *y, unsigned *m, unsigned *d)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*m = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

const char *
clk_text(int64_t unix_s, char buf[CLK_TEXT_MAX])
{
	const int64_t first = days_of(0, 1, 1) * DAY_S;
	const int64_t last = days_of(10000, 1, 1) * DAY_S - 1;
	int64_t s, days, y;
	unsigned m, d, rest;
	char text[64];

	s = unix_s < first ? first : unix_s > last ? last : unix_s;
	days = (s >= 0 ? s : s - (DAY_S - 1)) / DAY_S;
	rest = (unsigned)(s - days * DAY_S);
	date_of(days, &y, &m, &d);
	(void)snprintf(text, sizeof(text), "%04d-%02u-%02uT%02u:%02u:%02uZ",
	    (int)y, m, d, rest / 3600, rest / 60 % 60, rest % 60);
	memcpy(buf, text, CLK_TEXT_MAX - 1);	/* the year has four digits */
	buf[CLK_TEXT_MAX - 1] = '\0';
	return buf;
}

/* n digits at p. The caller has checked the shape. */
static unsigned
number(const char *p, size_t n)
{
	unsigned v = 0;

	while (n-- > 0)
		v = v * 10 + (unsigned)(*p++ - '0');
	return v;
}

static bool
shape_ok(const char *s)
{
	static const char shape[] = "0000-00-00T00:00:00Z";

	for (size_t i = 0; i < sizeof(shape); i++)
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9'
		    : s[i] != shape[i])
			return false;	/* a short s ends here, at its NUL */
	return true;
}

int
clk_read(const char *s, int64_t *unix_s)
{
	unsigned month, day, h, m, sec, md;
	int64_t y, yd, days;

	if (!shape_ok(s))
		return -EINVAL;
	y = number(s, 4);
	month = number(s + 5, 2);
	day = number(s + 8, 2);
	h = number(s + 11, 2);
	m = number(s + 14, 2);
	sec = number(s + 17, 2);
	if (month < 1 || month > 12 || h > 23 || m > 59 || sec > 59)
		return -EINVAL;
	/* A day that does not exist comes back as another one. */
	days = days_of(y, month, day);
	date_of(days, &yd, &md, &(unsigned){ 0 });
	if (day < 1 || yd != y || md != month)
		return -EINVAL;
	*unix_s = days * DAY_S + h * 3600 + m * 60 + sec;
	return 0;
}
