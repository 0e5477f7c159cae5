/* /api/firewall/rules and forwards through the real server: what their lines have counted stands in the row, and is nothing that
 * anybody could set (api.md 13, 17). */
#include "cell.h"

#define RULE "{\"name\":\"printer\",\"action\":\"accept\",\"from\":{\"zone\":\"lan\"},\"to\":{\"cidr\":\"192.168.1.9/32\"}"
#define FORWARD "{\"name\":\"game\",\"proto\":\"tcp\",\"port\":25565,\"to_ip\":\"192.168.1.20\"}"

/* A cell with one row made at path, and that row as list has it. */
static const json_t *
made(struct cell *x, struct reply *r, const char *path, const char *body, const char *list)
{
	cell_open(x);
	cell_setup(x);
	expect(x, &cell_socket, 201, "POST", path, "", body);
	*r = call(x, &cell_socket, "GET", list, "", NULL);
	assert_int_equal(r->status, 200);
	return json_array_get(r->json, 0);
}

static void
rules_count(void **state)
{
	struct cell x;
	struct reply r;
	const json_t *row = made(&x, &r, "/api/firewall/rules", RULE "}", "/api/firewall/rules");

	(void)state;
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
	const json_t *row = made(&x, &r, "/api/firewall/forwards", FORWARD, "/api/routing/nat");

	(void)state;
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
