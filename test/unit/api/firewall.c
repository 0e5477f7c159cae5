/* /api/firewall/rules and forwards through the real server: what their lines have counted stands in the row, and is nothing that
 * anybody could set (api.md 13, 17). */
#include "cell.h"

#define RULE "{\"name\":\"printer\",\"action\":\"accept\",\"from\":{\"zone\":\"lan\"},\"to\":{\"cidr\":\"192.168.1.9/32\"}"
#define FORWARD "{\"name\":\"game\",\"proto\":\"tcp\",\"port\":25565,\"to_ip\":\"192.168.1.20\"}"

/* A cell with one row made at path, and that row as list has it. */
static const json_t *
made(struct cell *x, struct reply *r, const char *path, const char *body, const char *list)
{
	cell_begin(x);
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

/* FWL-13: what holds, what does not, and what cannot be said are three answers; the last two have their reason. */
static void
assertions_are_judged(void **state)
{
	static const struct { const char *holds, *reason; } want[] = {
		{ "true", "null" }, { "false", "\"anna would reach it\"" }, { "null", "\"too many cases\"" },
		{ "null", "\"there is no firewall to judge by\"" }
	};
	struct cell x;
	struct reply r;
	char body[160];
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < 4; i++) {
		snprintf(body, sizeof(body), "{\"name\":\"n%zu\",\"from\":{\"zone\":\"lan\"},\"to\":{\"target\":\"dns\"},"
		    "\"expect\":\"deny\"}", i);
		expect(&x, &cell_socket, 201, "POST", "/api/firewall/assertions", "", body);
	}
	r = call(&x, &cell_socket, "GET", "/api/firewall/assertions", "", NULL);
	for (i = 0; i < 4; i++) {
		const json_t *row = json_array_get(r.json, i);
		char *holds = json_dumps(json_object_get(row, "holds"), JSON_ENCODE_ANY);
		char *reason = json_dumps(json_object_get(row, "reason"), JSON_ENCODE_ANY);

		assert_string_equal(holds, want[i].holds);
		assert_string_equal(reason, want[i].reason);
		free(holds);
		free(reason);
	}
	reply_free(&r);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_count),
		cmocka_unit_test(nothing_is_known),
		cmocka_unit_test(assertions_are_judged),
	};

	return cmocka_run_group_tests_name("api/firewall", tests, NULL, NULL);
}
