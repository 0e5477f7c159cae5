/* /api/firewall/status, ruleset and drops through the real server (FWL-10, FWL-11, api.md 13). */
#include "cell.h"

static void
status(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/firewall/status", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "backend"), "nftables");
	assert_string_equal(reply_text(&r, "table"), "pic");
	assert_int_equal(json_integer_value(json_object_get(r.json, "rules")), 62);
	assert_true(json_is_false(json_object_get(r.json, "drift")) && json_is_null(json_object_get(r.json, "fault")) &&
	    json_is_string(json_object_get(r.json, "last_commit_at")) && json_is_null(json_object_get(r.json, "last_drift_at")) &&
	    json_is_null(json_object_get(r.json, "last_drift")));
	reply_free(&r);
	expect(&x, &cell_lan, 401, "GET", "/api/firewall/status", "", NULL);
	cell_close(&x);
}

static void
ruleset(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/firewall/ruleset?generation=2", "", NULL);
	assert_status(r, 200);
	assert_non_null(strstr(reply_text(&r, "text"), "table inet pic"));
	reply_free(&r);
	expect(&x, &cell_socket, 404, "GET", "/api/firewall/ruleset?generation=3", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/firewall/ruleset?generation=x", "", NULL);
	cell_close(&x);
}

static void
drops(void **state)
{
	struct cell x;
	struct reply r;
	const json_t *row;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/firewall/drops?limit=1", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "next_cursor"), "2");
	row = json_array_get(json_object_get(r.json, "entries"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "from")), "10.0.0.3");
	assert_string_equal(json_string_value(json_object_get(row, "proto")), "tcp");
	assert_int_equal(json_integer_value(json_object_get(row, "port")), 631);
	assert_string_equal(json_string_value(json_object_get(row, "interface_in")), "wg0");
	assert_true(json_is_null(json_object_get(row, "interface_out")) && json_is_null(json_object_get(row, "rule")));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/firewall/drops?cursor=2", "", NULL);
	assert_int_equal(json_array_size(json_object_get(r.json, "entries")), 1);
	assert_true(json_is_null(json_object_get(r.json, "next_cursor")));	/* the first is forgotten */
	row = json_array_get(json_object_get(r.json, "entries"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "proto")), "132");
	assert_true(json_is_null(json_object_get(row, "port")));
	reply_free(&r);
	expect(&x, &cell_socket, 400, "GET", "/api/firewall/drops?cursor=2x", "", NULL);
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(status), cmocka_unit_test(ruleset), cmocka_unit_test(drops) };

	(void)argc;
	(void)argv;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
