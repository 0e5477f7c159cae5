/* /api/ntp through the real server (NTP-5, api.md 7). */
#include "cell.h"

static struct api_ntp
synchronised(void)
{
	struct api_ntp n = { .running = true, .control = NTP_CONTROL_SELF, .stats = { .requests = 12, .clients = 3 },
	    .reference = { .stratum = 3, .leap = 1 } };

	n.report.chosen = true;
	n.report.choice = (struct ntp_choice){ .peer = 1, .agreeing = 2, .offset = -1234567, .jitter = 890123,
	    .stratum = 3 };
	n.report.n = 3;
	n.report.sources[0] = (struct ntp_report_source){ "liar.example", { 4, { 192, 0, 2, 1 } }, NTP_SOURCE_GOOD, NTP_MARK_FALSE,
	    1, 0xff, 5000000000, 1000000, 1800000000 * INT64_C(1000000000) };
	n.report.sources[1] = (struct ntp_report_source){ "good.example", { .len = 0 }, NTP_SOURCE_GOOD, NTP_MARK_PEER,
	    2, 1, 0, 0, 0 };
	n.report.sources[2] = (struct ntp_report_source){ "lost.example", { .len = 0 }, NTP_SOURCE_LOST, NTP_MARK_FALSE,
	    2, 0, 0, 0, 1800000000 * INT64_C(1000000000) };
	return n;
}

static void
status(void **state)
{
	struct cell x;
	struct reply r;
	const json_t *row;

	(void)state;
	cell_begin(&x);
	x.ntp = synchronised();
	r = call(&x, &cell_socket, "GET", "/api/ntp/status", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "source"), "good.example");
	assert_string_equal(reply_text(&r, "leap"), "insert");
	assert_string_equal(reply_text(&r, "clock_control"), "self");
	assert_int_equal(json_integer_value(json_object_get(r.json, "offset_ms")), -1);
	assert_int_equal(json_integer_value(json_object_get(r.json, "offset_us")), -1234);
	assert_int_equal(json_integer_value(json_object_get(r.json, "requests")), 12);
	assert_true(json_is_true(json_object_get(r.json, "time_trusted")));
	row = json_array_get(json_object_get(r.json, "sources"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "state")), "falseticker");
	assert_string_equal(json_string_value(json_object_get(row, "last_at")), "2027-01-15T08:00:00Z");
	row = json_array_get(json_object_get(r.json, "sources"), 1);
	assert_true(json_is_null(json_object_get(row, "address")) && json_is_null(json_object_get(row, "last_at")));
	assert_true(json_is_integer(json_object_get(row, "offset_us")) && json_is_integer(json_object_get(row, "delay_us")));
	row = json_array_get(json_object_get(r.json, "sources"), 2);	/* nobody knows how far off it is: not by nothing */
	assert_true(json_is_null(json_object_get(row, "offset_us")) && json_is_null(json_object_get(row, "offset_ms")) &&
	    json_is_null(json_object_get(row, "delay_us")) && json_is_null(json_object_get(row, "delay_ms")));
	reply_free(&r);
	x.ntp.report.chosen = false;
	x.ntp.lacks = "nobody agrees";
	r = call(&x, &cell_socket, "GET", "/api/ntp/status", "", NULL);
	assert_true(json_is_null(json_object_get(r.json, "source")) && json_is_null(json_object_get(r.json, "offset_us")));
	assert_string_equal(reply_text(&r, "reason"), "nobody agrees");
	row = json_array_get(json_object_get(r.json, "sources"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "state")), "good");
	reply_free(&r);
	cell_close(&x);
}

static void
rounds(void **state)
{
	struct cell x;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 503, "POST", "/api/ntp/sync", "", NULL);
	x.ntp = synchronised();
	expect(&x, &cell_socket, 200, "POST", "/api/ntp/sync", "", NULL);
	expect(&x, &cell_lan, 401, "POST", "/api/ntp/sync", "", NULL);
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(status), cmocka_unit_test(rounds) };

	(void)argc;
	(void)argv;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
