/* What is known of a block list: BLK-5. */
#include "role/filter_known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

enum { NOW = 1000000, DAY = 86400 };

static const struct conf_blocklist ads = { .id = "ads", .url = "https://lists.example/ads", .enabled = true, .refresh_s = DAY };

/* A list with a copy of 100 names, fetched now. */
static struct filter_known
known(void)
{
	struct filter_known k = { .etag = "\"v1\"", .modified = "then" };

	filter_known_follow(&k, &ads);
	snprintf(k.etag, sizeof(k.etag), "\"v1\"");
	k.names = 100;
	k.tried_at = k.refreshed_at = NOW;
	return k;
}

static void
brought(struct filter_known *k, const char *result)
{
	json_t *j = json_loads(result, 0, NULL);

	assert_non_null(j);
	filter_known_brought(k, j, NOW + 7);
	json_decref(j);
}

static void
another_address_begins_anew(void **state)
{
	struct conf_blocklist moved = ads;
	struct filter_known k = known();

	(void)state;
	filter_known_failed(&k, "no");
	filter_known_follow(&k, &ads);
	assert_int_equal(k.failures, 1);
	assert_string_equal(k.etag, "\"v1\"");
	moved.url = "https://lists.example/other";
	filter_known_follow(&k, &moved);
	assert_int_equal(k.failures, 0);
	assert_string_equal(k.etag, "");
	assert_string_equal(k.error, "");
	assert_int_equal(k.names, 100);			/* the copy is used until there is another */
	assert_true(filter_known_is_due(&k, &moved, NOW));
}

/* After failures sooner than usual, but ever later. */
static void
when_it_is_due(void **state)
{
	static const int64_t waits[] = { 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 38400 };
	struct conf_blocklist hourly = ads, off = ads;
	struct filter_known k = known();
	size_t i;

	(void)state;
	hourly.refresh_s = 3600;
	off.enabled = false;
	assert_int_equal(filter_known_next_at(&k, &ads), NOW + DAY);
	assert_false(filter_known_is_due(&k, &ads, NOW + DAY - 1));
	assert_true(filter_known_is_due(&k, &ads, NOW + DAY));
	assert_true(filter_known_is_due(&k, &ads, NOW - 1));	/* the clock was set back */
	assert_false(filter_known_is_due(&k, &off, NOW + DAY));
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		filter_known_failed(&k, "no");
		assert_int_equal(filter_known_next_at(&k, &ads), NOW + waits[i]);
		assert_int_equal(filter_known_next_at(&k, &hourly), NOW + (waits[i] < 3600 ? waits[i] : 3600));
	}
	k.busy = true;
	assert_false(filter_known_is_due(&k, &ads, NOW + DAY));
	k.busy = false;
	k.fresh = true;
	assert_false(filter_known_is_due(&k, &ads, NOW + DAY));
}

/* A list that has lost more than half of itself is kept out, unless somebody asked for it. */
static void
what_a_refresh_brings(void **state)
{
	struct filter_known k = known();

	(void)state;
	filter_known_failed(&k, "no");
	brought(&k, "{\"unchanged\":true}");
	assert_int_equal(k.failures, 0);
	assert_string_equal(k.error, "");
	assert_int_equal(k.refreshed_at, NOW + 7);
	assert_false(k.fresh);

	brought(&k, "{\"names\":49,\"skipped\":3,\"etag\":\"\\\"v2\\\"\"}");
	assert_false(k.fresh);
	assert_int_equal(k.failures, 1);
	assert_non_null(strstr(k.error, "49 names"));
	assert_string_equal(k.etag, "\"v1\"");
	k.manual = true;
	brought(&k, "{\"names\":49,\"skipped\":3,\"etag\":\"\\\"v2\\\"\"}");
	assert_true(k.fresh);
	assert_int_equal(k.names, 100);			/* until it is built in */
	filter_known_stored(&k, NOW + 8);
	assert_false(k.fresh);
	assert_int_equal(k.names, 49);
	assert_int_equal(k.failures, 0);
	assert_string_equal(k.etag, "\"v2\"");
	k.manual = false;
	brought(&k, "{\"names\":50}");
	assert_true(k.fresh);
}

/* The next refresh must not be told that nothing is new since a copy that was never used. */
static void
a_lost_copy_is_fetched_again(void **state)
{
	struct filter_known k = known();

	(void)state;
	brought(&k, "{\"names\":200,\"etag\":\"\\\"v2\\\"\",\"modified\":\"now\"}");
	filter_known_lost(&k, "disk full");
	assert_false(k.fresh);
	assert_int_equal(k.names, 100);
	assert_int_equal(k.failures, 1);
	assert_string_equal(k.etag, "");
	assert_string_equal(k.modified, "");
}

static void
kept_over_a_restart(void **state)
{
	struct filter_known k = known(), back = { 0 }, other = { 0 };
	json_t *j;

	(void)state;
	filter_known_failed(&k, "no route");
	k.skipped = 12;
	j = filter_known_save(&k);
	filter_known_follow(&back, &ads);
	filter_known_load(&back, j);
	assert_string_equal(back.etag, k.etag);
	assert_string_equal(back.error, "no route");
	assert_int_equal(back.failures, 1);
	assert_int_equal(back.skipped, 12);
	assert_int_equal(back.tried_at, NOW);
	assert_int_equal(back.refreshed_at, NOW);
	assert_int_equal(back.names, 0);		/* the copy itself tells */
	filter_known_follow(&other, &(struct conf_blocklist){ .id = "ads", .url = "https://lists.example/new" });
	filter_known_load(&other, j);
	assert_string_equal(other.etag, "");
	assert_int_equal(other.tried_at, 0);
	json_decref(j);
	filter_known_load(&other, NULL);
	j = json_pack("{s:s, s:i, s:n, s:s}", "url", "https://lists.example/new", "etag", 5, "error", "tried_at", "soon");
	filter_known_load(&other, j);			/* damaged */
	assert_string_equal(other.etag, "");
	assert_int_equal(other.tried_at, 0);
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_address_begins_anew), cmocka_unit_test(when_it_is_due),
		cmocka_unit_test(what_a_refresh_brings), cmocka_unit_test(a_lost_copy_is_fetched_again),
		cmocka_unit_test(kept_over_a_restart),
	};

	return cmocka_run_group_tests_name("role/filter_known", tests, NULL, NULL);
}
