/* Reading DER; see tlv.h. */
#include "base/tlv.h"

#include <string.h>

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

bool
tlv_end(const struct rd *r)
{
	return rd_ok(r) && rd_left(r) == 0;
}
