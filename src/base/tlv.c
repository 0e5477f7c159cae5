/* Reading DER; see tlv.h. */
#include "base/tlv.h"

#include <string.h>

#include "base/der.h"
#include "base/rd.h"

bool
tlv_next_is(const struct rd *r, unsigned tag)
{
	return rd_ok(r) && rd_left(r) > 0 && r->p[0] == tag;
}

/* Anything but the shortest form fails. */
static size_t
read_length(struct rd *r)
{
	size_t n = rd_u8(r), least = 0;

	if (n < 0x80)
		return n;
	if (n == 0x81) {
		n = rd_u8(r);
		least = 0x80;
	} else if (n == 0x82) {
		n = rd_be16(r);
		least = 0x100;
	} else {
		(void)rd_fail(r);	/* sticky: the caller sees it */
		return 0;
	}
	if (n < least)
		(void)rd_fail(r);	/* the same */
	return n;
}

bool
tlv_read_any(struct rd *r, unsigned *tag, struct rd *in)
{
	const uint8_t *p;
	size_t n;

	rd_init(in, NULL, 0);
	*tag = rd_u8(r);
	if ((*tag & 0x1f) == 0x1f)
		return rd_fail(r);	/* a tag of several bytes */
	n = read_length(r);
	p = rd_bytes(r, n);
	if (p == NULL)
		return rd_fail(r);
	rd_init(in, p, n);
	return true;
}

bool
tlv_read(struct rd *r, unsigned tag, struct rd *in)
{
	unsigned got;

	if (!tlv_read_any(r, &got, in))
		return false;
	if (got == tag)
		return true;
	rd_init(in, NULL, 0);
	return rd_fail(r);
}

bool
tlv_expect(struct rd *r, unsigned tag, const void *content, size_t n)
{
	struct rd in;

	if (!tlv_read(r, tag, &in))
		return false;
	return (rd_left(&in) == n && memcmp(in.p, content, n) == 0) || rd_fail(r);
}

/* Two digits below most; -1: they are none. */
static int
two_digits(struct rd *r, int most)
{
	const uint8_t *p = rd_bytes(r, 2);
	int v;

	if (p == NULL || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	v = (p[0] - '0') * 10 + p[1] - '0';
	return v <= most ? v : -1;
}

/* Days from 1970-01-01 in the Gregorian calendar; month 0 to 11, day 0 to 30. */
static int64_t
days(int year, int month, int day)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	int full = year - (month < 2);	/* the last year whose leap day may count */

	return 365 * (int64_t)(year - 1970) + full / 4 - full / 100 + full / 400 - 477 + before[month] + day;
}

bool
tlv_read_time(struct rd *r, int64_t *unix_s)
{
	bool general = tlv_next_is(r, DER_GENERALIZED_TIME);
	int century, year, month, day, hour, minute, second;
	struct rd in;

	if (!tlv_read(r, general ? DER_GENERALIZED_TIME : DER_UTC_TIME, &in))
		return false;
	century = general ? two_digits(&in, 99) : 0;
	year = two_digits(&in, 99);
	month = two_digits(&in, 12) - 1;
	day = two_digits(&in, 31) - 1;
	hour = two_digits(&in, 23);
	minute = two_digits(&in, 59);
	second = two_digits(&in, 60);
	if (rd_u8(&in) != 'Z' || !tlv_end(&in) || century < 0 || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 ||
	    second < 0)
		return rd_fail(r);
	year += general ? 100 * century : year < 50 ? 2000 : 1900;
	*unix_s = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

bool
tlv_end(const struct rd *r)
{
	return rd_ok(r) && rd_left(r) == 0;
}
