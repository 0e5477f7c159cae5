/* Writing DER; see der.h. */
#include "base/der.h"

#include <string.h>
#include <time.h>

#include "base/wr.h"

/* One length byte is reserved; a longer length moves the content when it is known. */
size_t
der_begin(struct wr *w, unsigned tag)
{
	wr_u8(w, (uint8_t)tag);
	wr_u8(w, 0);
	return wr_len(w);
}

/* Bytes that the length of n takes after the first one. */
static size_t
length_extra(size_t n)
{
	return n < 0x80 ? 0 : n < 0x100 ? 1 : 2;
}

void
der_end(struct wr *w, size_t mark)
{
	size_t n = wr_len(w) - mark, extra = length_extra(n);
	uint8_t *p;

	if (!wr_ok(w) || n > UINT16_MAX || wr_room(w, extra) == NULL) {
		(void)wr_fail(w);	/* sticky: told at the end */
		return;
	}
	p = w->start + mark;
	memmove(p + extra, p, n);
	if (extra == 0) {
		p[-1] = (uint8_t)n;
		return;
	}
	p[-1] = (uint8_t)(0x80 | extra);
	if (extra == 2)
		*p++ = (uint8_t)(n >> 8);
	*p = (uint8_t)n;
}

void
der_value(struct wr *w, unsigned tag, const void *p, size_t n)
{
	size_t mark = der_begin(w, tag);

	wr_bytes(w, p, n);
	der_end(w, mark);
}

void
der_text(struct wr *w, unsigned tag, const char *s)
{
	der_value(w, tag, s, strlen(s));
}

void
der_oid(struct wr *w, const uint8_t *oid, size_t n)
{
	der_value(w, DER_OID, oid, n);
}

/* Shortest form: no leading zero but the one that keeps it positive. */
void
der_unsigned(struct wr *w, const uint8_t *p, size_t n)
{
	size_t mark = der_begin(w, DER_INTEGER);

	while (n > 1 && p[0] == 0) {
		p++;
		n--;
	}
	if (n == 0 || p[0] >= 0x80)
		wr_u8(w, 0);
	wr_bytes(w, p, n);
	der_end(w, mark);
}

void
der_true(struct wr *w)
{
	der_value(w, DER_BOOLEAN, "\xff", 1);
}

void
der_time(struct wr *w, int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	char text[32];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < 50 || tm.tm_year > 9999 - 1900) {
		(void)wr_fail(w);	/* sticky: told at the end */
		return;
	}
	if (strftime(text, sizeof(text), tm.tm_year < 150 ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", &tm) == 0)
		(void)wr_fail(w);	/* the same */
	else
		der_text(w, tm.tm_year < 150 ? DER_UTC_TIME : DER_GENERALIZED_TIME, text);
}

size_t
der_bits_begin(struct wr *w)
{
	size_t mark = der_begin(w, DER_BIT_STRING);

	wr_u8(w, 0);	/* unused bits */
	return mark;
}
