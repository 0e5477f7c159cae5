/* The ring of events: replay, gaps, bounds, who gets what (api.md 17). */
#include "api/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
replay(void **state)
{
	struct api_events *s = api_events_new(1000);
	const struct api_event *ev;

	(void)state;
	assert_int_equal(api_events_last(s), 1000);
	assert_true(api_events_covers(s, 1000));
	assert_false(api_events_covers(s, 999));	/* of an earlier life */
	assert_false(api_events_covers(s, 1001));
	assert_false(api_events_covers(s, UINT64_MAX));
	assert_null(api_events_after(s, 1000));
	assert_int_equal(api_events_put(s, api_event_bit("config"), NULL, "{\"generation\":2}"), 1001);
	assert_int_equal(api_events_put(s, api_event_bit("job"), NULL, "{}"), 1002);
	ev = api_events_after(s, 1000);
	assert_int_equal(ev->id, 1001);
	assert_true(str_eqz(ev->frame, "id: 1001\nevent: config\ndata: {\"generation\":2}\n\n"));
	ev = api_events_after(s, 1001);
	assert_int_equal(ev->id, 1002);
	assert_int_equal(ev->bit, api_event_bit("job"));
	assert_null(api_events_after(s, 1002));
	api_events_free(s);
}

/* Old ones go, and whoever missed them can tell. */
static void
gaps(void **state)
{
	struct api_events *s = api_events_new(0);
	uint64_t i;

	(void)state;
	for (i = 1; i <= 2 * API_EVENTS_MAX; i++)
		assert_int_equal(api_events_put(s, api_event_bit("job"), NULL, "{}"), i);
	assert_false(api_events_covers(s, API_EVENTS_MAX - 1));
	assert_true(api_events_covers(s, API_EVENTS_MAX));
	assert_int_equal(api_events_after(s, 0)->id, API_EVENTS_MAX + 1);
	api_events_free(s);
}

static void
bytes(void **state)
{
	struct api_events *s = api_events_new(0);
	char *big = malloc(API_EVENT_MAX + 2);
	uint64_t last;

	(void)state;
	memset(big, 'x', API_EVENT_MAX + 1);
	big[API_EVENT_MAX + 1] = '\0';
	assert_int_equal(api_events_put(s, 1, NULL, big), 0);	/* too long: a hole */
	assert_int_equal(api_events_last(s), 1);
	assert_false(api_events_covers(s, 0));
	assert_true(api_events_covers(s, 1));
	big[API_EVENT_MAX] = '\0';
	for (last = 2; last < 20; last++)
		assert_int_equal(api_events_put(s, 1, NULL, big), last);
	assert_true(api_events_after(s, 0)->id >= last - API_EVENTS_BYTES / API_EVENT_MAX);
	free(big);
	api_events_free(s);
}

static void
filters(void **state)
{
	uint32_t admin, peer, some;

	(void)state;
	assert_true(api_event_filter(STR(""), true, &admin));
	assert_true(api_event_filter(STR(""), false, &peer));
	assert_true((admin & peer) == peer);
	assert_int_equal(admin & api_event_bit("dns"), 0);	/* once a second is only for who asks */
	assert_true(api_event_filter(STR("dns"), true, &some));
	assert_true((some & api_event_bit("dns")) != 0);
	assert_int_equal(peer, api_event_bit("peer") | api_event_bit("service") | api_event_bit("services-changed") |
	    api_event_bit("resync"));
	assert_true(api_event_filter(STR("job, config"), true, &some));
	assert_int_equal(some, api_event_bit("job") | api_event_bit("config") | api_event_bit("resync"));
	assert_true(api_event_filter(STR("job,service"), false, &some));
	assert_int_equal(some, api_event_bit("service") | api_event_bit("resync"));
	assert_false(api_event_filter(STR("job,nothing"), true, &some));
	assert_false(api_event_filter(STR(","), true, &some));
	assert_int_equal(api_event_bit("nothing"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replay),
		cmocka_unit_test(gaps),
		cmocka_unit_test(bytes),
		cmocka_unit_test(filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
