/* Packets that wait for keys: in order, few for each peer, bounded in all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wg/stage.h"

static char peers[300];
static char heard[4000];

static const struct wg_peer *
peer(size_t i)
{
	return (const struct wg_peer *)(const void *)&peers[i];	/* only ever compared */
}

static void
on_packet(void *arg, uint8_t *packet, size_t n)
{
	const size_t at = strlen(heard);

	(void)arg;
	(void)snprintf(heard + at, sizeof(heard) - at, "%.*s,", (int)n, (const char *)packet);	/* fits */
}

static void
put(struct wg_stage *s, size_t i, const char *text)
{
	wg_stage_put(s, peer(i), (const uint8_t *)text, strlen(text));
}

static void
expect(struct wg_stage *s, size_t i, const char *want)
{
	heard[0] = '\0';
	wg_stage_take(s, peer(i), on_packet, NULL);
	assert_string_equal(heard, want);
}

static void
keeps_the_order(void **state)
{
	struct wg_stage *s = wg_stage_new();

	(void)state;
	put(s, 1, "a");
	put(s, 2, "x");
	put(s, 1, "b");
	assert_int_equal(wg_stage_bytes(s), 3);
	expect(s, 1, "a,b,");
	expect(s, 1, "");
	put(s, 1, "c");
	expect(s, 1, "c,");
	wg_stage_drop(s, peer(2));
	expect(s, 2, "");
	assert_int_equal(wg_stage_bytes(s), 0);
	put(s, 3, "left");
	wg_stage_free(s);
}

static void
keeps_the_newest_of_a_peer(void **state)
{
	struct wg_stage *s = wg_stage_new();
	char text[8], want[4000] = "";
	size_t i, at = 0;

	(void)state;
	for (i = 0; i < WG_STAGE_PEER + 10; i++) {
		(void)snprintf(text, sizeof(text), "%zu", i);	/* fits */
		put(s, 1, text);
		if (i >= 10)
			at += (size_t)snprintf(want + at, sizeof(want) - at, "%zu,", i);
	}
	expect(s, 1, want);
	wg_stage_free(s);
}

static void
has_a_bound(void **state)
{
	static uint8_t large[60000];
	struct wg_stage *s = wg_stage_new();
	size_t i;

	(void)state;
	for (i = 0; i < 200; i++)
		wg_stage_put(s, peer(i), large, sizeof(large));
	assert_in_range(wg_stage_bytes(s), WG_STAGE_BYTES - sizeof(large), WG_STAGE_BYTES);
	wg_stage_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_order),
		cmocka_unit_test(keeps_the_newest_of_a_peer),
		cmocka_unit_test(has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
