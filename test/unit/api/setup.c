/* The first run through the real server (SET-9); test/system/setup has the rest. */
#include "api/setup.h"

#include "cell.h"

/* SET-9: the first device comes with its file, once. */
static void
first_device(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_open(&x);
	expect(&x, &cell_loopback, 400, "POST", "/api/setup/complete", "",
	    "{\"cell_name\":\"myhome\",\"password\":\"" CELL_PASSWORD "\",\"first_peer\":\"no name\"}");
	r = call(&x, &cell_loopback, "POST", "/api/setup/complete", "",
	    "{\"cell_name\":\"myhome\",\"password\":\"" CELL_PASSWORD "\",\"first_peer\":\"phone\","
	    "\"endpoint_host\":\"vpn.example.org\"}");
	assert_status(r, 200);
	assert_string_equal(json_string_value(json_object_get(json_object_get(r.json, "peer"), "filename")), "phone.conf");
	assert_non_null(strstr(r.body, "PrivateKey = "));
	assert_non_null(strstr(r.body, "PresharedKey = "));
	assert_non_null(strstr(r.body, "Endpoint = vpn.example.org:51820"));
	assert_non_null(strstr(r.body, "<svg"));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/peers/phone", "", NULL);
	assert_status(r, 200);
	assert_true(json_is_false(json_object_get(r.json, "config_needs_reinstall")));
	assert_true(json_is_true(json_object_get(r.json, "has_private_key")));
	assert_int_equal(json_array_size(json_object_get(r.json, "service_access")), 4);
	reply_free(&r);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_device),
	};

	return cmocka_run_group_tests_name("api/setup", tests, NULL, NULL);
}
