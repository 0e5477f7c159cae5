/* QR codes by libqrencode. */
#include "api/qr.h"

#include <stdio.h>
#include <stdlib.h>

#include <qrencode.h>
#include <sodium.h>

enum { QUIET = 4, RUN_MAX = 32, HEAD_MAX = 256 };

static const char tail[] = "\" fill=\"currentColor\"/></svg>";

static int
is_dark(const QRcode *q, int x, int y)
{
	return x < q->width && (q->data[y * q->width + x] & 1);
}

/* The dark modules of one row as runs: a move and a bar of height one for each. */
static size_t
row_write(const QRcode *q, int y, char *out, size_t size)
{
	size_t n = 0;
	int x, from = -1, len;

	for (x = 0; x <= q->width; x++) {
		if (is_dark(q, x, y)) {
			from = from < 0 ? x : from;
			continue;
		}
		if (from < 0)
			continue;
		len = snprintf(out + n, size - n, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
		n += (size_t)len;
		from = -1;
	}
	return n;
}

static char *
svg_make(const QRcode *q)
{
	int side = q->width + 2 * QUIET, y, len;
	size_t size = HEAD_MAX + sizeof(tail) + (size_t)(q->width * (q->width / 2 + 1)) * RUN_MAX, n;
	char *out = malloc(size), *fit;

	if (out == NULL)
		return NULL;
	len = snprintf(out, size, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "shape-rendering=\"crispEdges\"><path d=\"", side, side);
	n = (size_t)len;
	for (y = 0; y < q->width; y++)
		n += row_write(q, y, out + n, size - n);
	len = snprintf(out + n, size - n, "%s", tail);
	fit = realloc(out, n + (size_t)len + 1);
	return fit != NULL ? fit : out;
}

char *
api_qr_svg(const char *text)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	char *svg;

	if (q == NULL)
		return NULL;
	svg = svg_make(q);
	/* it may hold a key, and the library does not wipe */
	sodium_memzero(q->data, (size_t)(q->width * q->width));
	QRcode_free(q);
	return svg;
}
