/* src/ntp/plan.c: NTP-1, SET-1, data.md 4.6; the part of the snapshot. */
#include <stdlib.h>

#include "../role/lab.h"
#include "base/rd.h"
#include "base/wr.h"
#include "ntp/plan.h"

static void
plan(struct ntp_plan *p, bool setup_complete, const char *changes)
{
	struct conf *c = lab_conf(changes);

	c->setup_complete = setup_complete;
	ntp_plan(p, c);
	conf_unref(c);
}

static void
test_plan(void **state)
{
	struct ntp_plan p;

	(void)state;
	plan(&p, true, "{\"ntp\":{\"sources\":[\"Time.Example\",\"192.0.2.1\"]}}");
	assert_int_equal(p.zones, CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_CONTAINER | CONF_ZONE_LAN);
	assert_int_equal(p.nsources, 2);
	assert_string_equal(p.sources[0], "time.example");
	assert_string_equal(p.sources[1], "192.0.2.1");
	plan(&p, true, "{\"ntp\":{\"serve_zones\":[]}}");
	assert_int_equal(p.zones, CONF_ZONE_LOCAL);	/* local is always served */
	assert_int_equal(p.nsources, 4);
	plan(&p, true, "{\"ntp\":{\"enabled\":false}}");
	assert_true(p.zones == 0 && p.nsources == 0);
	plan(&p, false, "{}");					/* before setup */
	assert_true(p.zones == 0 && p.nsources == 0);
}

static void
test_snapshot(void **state)
{
	struct ntp_plan p, back;
	uint8_t buf[4096];
	struct rd r;
	struct wr w;
	size_t n;

	(void)state;
	plan(&p, true, "{\"ntp\":{}}");
	wr_init(&w, buf, sizeof(buf));
	ntp_plan_write(&w, &p);
	assert_true(wr_ok(&w));
	rd_init(&r, buf, wr_len(&w));
	assert_true(ntp_plan_read(&r, &back));
	assert_int_equal(rd_left(&r), 0);
	assert_memory_equal(&p, &back, sizeof(p));
	for (n = 0; n < wr_len(&w); n++) {
		rd_init(&r, buf, n);
		assert_false(ntp_plan_read(&r, &back));
	}
	buf[1] = NTP_SOURCES_MAX + 1;
	rd_init(&r, buf, wr_len(&w));
	assert_false(ntp_plan_read(&r, &back));
	buf[1] = 1;
	buf[2] = 0;			/* a source without a name */
	rd_init(&r, buf, wr_len(&w));
	assert_false(ntp_plan_read(&r, &back));
	buf[2] = 3;
	memcpy(buf + 3, "a\0b", 3);	/* which would be another name */
	rd_init(&r, buf, wr_len(&w));
	assert_false(ntp_plan_read(&r, &back));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_plan), cmocka_unit_test(test_snapshot) };

	return cmocka_run_group_tests_name("ntp/plan", tests, NULL, NULL);
}
