/* QR codes: SET-2, CLI-6. The picture and the terminal's blocks show the same
 * modules as libqrencode made; the margin is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qr/code.c"

static const char url[] = "https://192.168.1.2/setup#t=ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Draw the path again and compare module by module. */
static void
test_svg(void **state)
{
	QRcode *q = encode(url);
	char *svg = qr_svg(url), *p;
	uint8_t grid[128][128] = { { 0 } };
	int x, y, run, side = q->width + 2 * MARGIN;
	char head[128];

	(void)state;
	assert_non_null(svg);
	(void)snprintf(head, sizeof(head), "viewBox=\"0 0 %d %d\"", side, side);
	assert_non_null(strstr(svg, head));
	p = strstr(svg, "fill=\"#000\" d=\"") + 15;
	while (sscanf(p, "M%d %dh%d", &x, &y, &run) == 3) {
		for (int i = 0; i < run; i++)
			grid[y][x + i] = 1;
		p = strchr(p, 'z') + 1;
	}
	assert_string_equal(p, "\"/></svg>");
	for (y = 0; y < side; y++)
		for (x = 0; x < side; x++)
			assert_int_equal(grid[y][x], is_black(q, x - MARGIN, y - MARGIN));
	QRcode_free(q);
	free(svg);
}

static void
test_terminal(void **state)
{
	QRcode *q = encode(url);
	char *text = qr_terminal(url), *p;
	int lines = 0;

	(void)state;
	assert_non_null(text);
	for (p = text; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	assert_int_equal(lines, (q->width + 2 * MARGIN + 1) / 2);
	/* the first line is margin: nothing but full white blocks */
	p = strchr(text, 'm') + 1;
	for (int i = 0; i < q->width + 2 * MARGIN; i++, p += 3)
		assert_memory_equal(p, "\xe2\x96\x88", 3);
	QRcode_free(q);
	free(text);
}

static void
test_too_long(void **state)
{
	char *text = malloc(8000);

	(void)state;
	memset(text, 'x', 7999);
	text[7999] = '\0';
	assert_null(qr_svg(text));
	assert_null(qr_terminal(text));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests_name("qr/code", tests, NULL, NULL);
}
