/* The writing cursor's parts that are too long to stand in the header. */
#include "base/wr.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
wr_bytes(struct wr *w, const void *src, size_t n)
{
	uint8_t *p = wr_room(w, n);

	if (p != NULL && n > 0)		/* of nothing src may be NULL */
		memcpy(p, src, n);
}

void
wr_decimal(struct wr *w, uint64_t v)
{
	char text[20];			/* as many digits as the largest has */
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	wr_bytes(w, text + at, sizeof(text) - at);
}

void
wr_html(struct wr *w, struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '<': wr_text(w, "&lt;"); break;
		case '>': wr_text(w, "&gt;"); break;
		case '&': wr_text(w, "&amp;"); break;
		case '"': wr_text(w, "&quot;"); break;
		default: wr_u8(w, (uint8_t)s.p[i]); break;
		}
}

void
wr_printf(struct wr *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (w->bad)
		return;
	va_start(ap, fmt);
	n = vsnprintf((char *)w->p, wr_left(w), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= wr_left(w))
		w->bad = true;
	else
		w->p += n;
}

size_t
wr_mark16(struct wr *w)
{
	size_t mark = wr_len(w);

	wr_be16(w, 0);
	return mark;
}

void
wr_patch16(struct wr *w, size_t mark)
{
	size_t n;

	if (w->bad)
		return;
	n = wr_len(w) - mark - 2;
	if (n > UINT16_MAX) {
		w->bad = true;
		return;
	}
	w->start[mark] = (uint8_t)(n >> 8);
	w->start[mark + 1] = (uint8_t)n;
}
