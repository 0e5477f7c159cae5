/* The reading cursor's parts that are too long to stand in the header. */
#include "base/rd.h"

#include <string.h>

void
rd_copy(struct rd *r, void *dst, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	if (n == 0)
		return;		/* dst may be NULL, which memcpy forbids */
	if (p != NULL)
		memcpy(dst, p, n);
	else
		memset(dst, 0, n);
}

void
rd_seek(struct rd *r, size_t pos)
{
	if (r->bad)
		return;
	if (pos > (size_t)(r->end - r->start))
		(void)rd_fail(r);	/* sticky */
	else
		r->p = r->start + pos;
}
