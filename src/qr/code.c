/* QR codes; see code.h. */
#include "qr/code.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

enum { MARGIN = 4, CELL_MAX = 24, LINE_EXTRA = 32, PATH_STEP_MAX = 24, SVG_EXTRA = 256 };

static QRcode *
encode(const char *text)
{
	return QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
}

/* The margin is white, and so is everything outside. */
static bool
is_black(const QRcode *q, int x, int y)
{
	if (x < 0 || y < 0 || x >= q->width || y >= q->width)
		return false;
	return (q->data[y * q->width + x] & 1) != 0;
}

/* Two modules above each other in one character; the ink is the white ones,
 * so that a dark terminal shows the code right way round. */
static const char *
half_block(bool top_black, bool bottom_black)
{
	if (top_black)
		return bottom_black ? " " : "\xe2\x96\x84";
	return bottom_black ? "\xe2\x96\x80" : "\xe2\x96\x88";
}

char *
qr_terminal(const char *text)
{
	QRcode *q = encode(text);
	size_t size, n = 0;
	char *out;
	int x, y;

	if (q == NULL)
		return NULL;
	size = (size_t)(q->width + 2 * MARGIN + 2) * (size_t)(q->width + 2 * MARGIN) * 2 + LINE_EXTRA * (size_t)q->width;
	out = malloc(size + CELL_MAX);
	for (y = -MARGIN; out != NULL && y < q->width + MARGIN; y += 2) {
		n += (size_t)snprintf(out + n, size - n, "\033[97;40m");
		for (x = -MARGIN; x < q->width + MARGIN; x++)
			n += (size_t)snprintf(out + n, size - n, "%s",
			    half_block(is_black(q, x, y), is_black(q, x, y + 1)));
		n += (size_t)snprintf(out + n, size - n, "\033[0m\n");
	}
	QRcode_free(q);
	return out;
}

/* The black runs of one row as "M x y h n v 1 h -n z". */
static size_t
svg_row(const QRcode *q, int y, char *out, size_t size)
{
	size_t n = 0;
	int x, run;

	for (x = 0; x < q->width; x += run + 1) {
		for (run = 0; is_black(q, x + run, y); run++)
			;
		if (run > 0)
			n += (size_t)snprintf(out + n, size - n, "M%d %dh%dv1h-%dz",
			    x + MARGIN, y + MARGIN, run, run);
	}
	return n;
}

char *
qr_svg(const char *text)
{
	QRcode *q = encode(text);
	size_t size, n;
	char *out;
	int y, side;

	if (q == NULL)
		return NULL;
	side = q->width + 2 * MARGIN;
	size = (size_t)q->width * (size_t)(q->width / 2 + 1) * PATH_STEP_MAX + SVG_EXTRA;
	out = malloc(size);
	if (out == NULL) {
		QRcode_free(q);
		return NULL;
	}
	n = (size_t)snprintf(out, size, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"", side, side, side, side);
	for (y = 0; y < q->width; y++)
		n += svg_row(q, y, out + n, size - n);
	(void)snprintf(out + n, size - n, "\"/></svg>");	/* SVG_EXTRA left room for it */
	QRcode_free(q);
	return out;
}
