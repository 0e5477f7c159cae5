/* /api/ddns through the real server (DDN-5, api.md 7); what is behind it is tested with the real binary. */
#include "cell.h"

static void
status(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/ddns/status", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "provider"), "none");
	assert_true(json_is_null(json_object_get(r.json, "name")) && json_is_null(json_object_get(r.json, "last_ip")) &&
	    json_is_null(json_object_get(r.json, "last_update_at")) && json_is_null(json_object_get(r.json, "last_error")));
	reply_free(&r);
	x.ddns = (struct api_ddns){ .ip = { 4, { 81, 2, 69, 142 } }, .updated_at = 1800000000, .has_token = true,
	    .error = "duckdns refuses the token" };
	r = call(&x, &cell_socket, "GET", "/api/ddns/status", "", NULL);
	assert_string_equal(reply_text(&r, "last_ip"), "81.2.69.142");
	assert_string_equal(reply_text(&r, "last_update_at"), "2027-01-15T08:00:00Z");
	assert_string_equal(reply_text(&r, "last_error"), "duckdns refuses the token");
	assert_true(json_is_true(json_object_get(r.json, "has_token")));
	assert_true(json_is_null(json_object_get(r.json, "next_check_at")));
	reply_free(&r);
	cell_close(&x);
}

static void
by_hand(void **state)
{
	static const struct { const char *method, *path; int good; } v[] = {
		{ "POST", "/api/ddns/update", 202 }, { "POST", "/api/ddns/register", 202 }, { "DELETE", "/api/ddns/register", 200 } };
	struct cell x;
	struct reply r;
	size_t i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		(void)err_set(&x.ddns_refusal, ERR_VALIDATION, "there is no dynamic DNS provider");
		r = call(&x, &cell_socket, v[i].method, v[i].path, "", NULL);
		assert_status(r, 400);
		reply_free(&r);
		err_clear(&x.ddns_refusal);
		r = call(&x, &cell_socket, v[i].method, v[i].path, "", NULL);
		assert_status(r, v[i].good);
		reply_free(&r);
	}
	(void)err_set(&x.ddns_refusal, ERR_RATE_LIMITED, "less than a minute ago");
	x.ddns_refusal.retry_after = 40;
	r = call(&x, &cell_socket, "POST", "/api/ddns/update", "", NULL);
	assert_status(r, 429);
	assert_non_null(strstr(r.text, "Retry-After: 40"));
	reply_free(&r);
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(status), cmocka_unit_test(by_hand) };

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests_name("api/ddns", tests, NULL, NULL);
}
