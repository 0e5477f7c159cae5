/* Writing DER; see der.h. */
#include "ca/der.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void
der_init(struct der *d, void *buf, size_t size)
{
	*d = (struct der){ .buf = buf, .at = size, .size = size };
}

void
der_raw(struct der *d, const void *p, size_t n)
{
	if (d->bad || n > d->at) {
		d->bad = true;
		return;
	}
	d->at -= n;
	if (n > 0)
		memcpy(d->buf + d->at, p, n);
}

static void
put(struct der *d, size_t byte)
{
	const uint8_t b = (uint8_t)byte;

	der_raw(d, &b, 1);
}

/* X.690 8.1.3, 10.1: the shortest form. */
static void
put_length(struct der *d, size_t n)
{
	size_t rest, bytes = 0;

	if (n < 0x80) {
		put(d, n);
		return;
	}
	for (rest = n; rest > 0; rest >>= 8) {
		put(d, rest & 0xff);
		bytes++;
	}
	put(d, 0x80 | bytes);
}

void
der_wrap(struct der *d, uint8_t tag, size_t mark)
{
	put_length(d, der_mark(d) - mark);
	put(d, tag);
}

void
der_value(struct der *d, uint8_t tag, const void *p, size_t n)
{
	size_t mark = der_mark(d);

	der_raw(d, p, n);
	der_wrap(d, tag, mark);
}

void
der_unsigned(struct der *d, const uint8_t *p, size_t n)
{
	size_t mark = der_mark(d);

	while (n > 1 && p[0] == 0) {
		p++;
		n--;
	}
	der_raw(d, p, n);
	if (n == 0 || (p[0] & 0x80) != 0)
		put(d, 0);
	der_wrap(d, DER_INTEGER, mark);
}

void
der_small(struct der *d, uint8_t v)
{
	der_unsigned(d, &v, 1);
}

void
der_bits(struct der *d, const void *p, size_t n)
{
	size_t mark = der_mark(d);

	der_raw(d, p, n);
	put(d, 0);	/* no unused bits */
	der_wrap(d, DER_BITS, mark);
}

void
der_time(struct der *d, int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm;
	char text[32];
	size_t n;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < 50 || tm.tm_year > 8099) {
		d->bad = true;
		return;
	}
	n = strftime(text, sizeof(text), tm.tm_year < 150 ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", &tm);
	der_value(d, tm.tm_year < 150 ? DER_UTC_TIME : DER_TIME, text, n);
}

const uint8_t *
der_result(const struct der *d, size_t *n)
{
	*n = d->bad ? 0 : d->size - d->at;
	return d->bad ? NULL : d->buf + d->at;
}
