/* /api/firewall/rules and forwards through the real server: what their lines have counted stands in the row, and is nothing that
 * anybody could set (api.md 13, 17). */
#include "cell.h"

#define RULE "{\"name\":\"printer\",\"action\":\"accept\",\"from\":{\"zone\":\"lan\"},\"to\":{\"cidr\":\"192.168.1.9/32\"}"
#define FORWARD "{\"name\":\"game\",\"proto\":\"tcp\",\"port\":25565,\"to_ip\":\"192.168.1.20\"}"

static void
rules_count(void **state)
{
	struct cell x;
	struct reply r;
	json_t *row;

	(void)state;
	cell_open(&x);
	cell_setup(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/firewall/rules", "", RULE "}");
	r = call(&x, &cell_socket, "GET", "/api/firewall/rules", "", NULL);
	assert_status(r, 200);
	row = json_array_get(r.json, 0);
	assert_int_equal(json_integer_value(json_object_get(row, "packets")), 12);
	assert_int_equal(json_integer_value(json_object_get(row, "bytes")), 720);
	reply_free(&r);
	expect(&x, &cell_socket, 400, "POST", "/api/firewall/rules", "", RULE ",\"packets\":1}");
	cell_close(&x);
}

static void
nothing_is_known(void **state)
{
	struct cell x;
	struct reply r;
	json_t *row;

	(void)state;
	cell_open(&x);
	cell_setup(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/firewall/forwards", "", FORWARD);
	r = call(&x, &cell_socket, "GET", "/api/routing/nat", "", NULL);
	assert_status(r, 200);
	row = json_array_get(r.json, 0);
	assert_true(json_is_null(json_object_get(row, "packets")) && json_is_null(json_object_get(row, "bytes")));
	reply_free(&r);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_count),
		cmocka_unit_test(nothing_is_known),
	};

	return cmocka_run_group_tests_name("api/firewall", tests, NULL, NULL);
}
