/* /api/certificates and /api/vault through the real server (TLS-9, TLS-12, api.md 12). */
#include "cell.h"

static void
looking(void **state)
{
	struct cell x;
	struct reply r;
	const json_t *row;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/certificates", "", NULL);
	assert_status(r, 200);
	/* what is not there yet, then what ends first */
	row = json_array_get(r.json, 0);
	assert_string_equal(json_string_value(json_object_get(row, "status")), "failed");
	assert_true(json_is_null(json_object_get(row, "days_remaining")));
	row = json_array_get(r.json, 1);
	assert_string_equal(json_string_value(json_object_get(row, "id")), "c7");
	assert_true(json_is_null(json_object_get(row, "next_renewal_at")));
	row = json_array_get(r.json, 2);
	assert_string_equal(json_string_value(json_object_get(row, "status")), "internal");
	assert_string_equal(json_string_value(json_object_get(row, "issuer")), "home CA 4D5E6F");
	assert_string_equal(json_string_value(json_object_get(row, "next_renewal_at")), "2027-01-15T08:00:00Z");
	assert_true(json_integer_value(json_object_get(row, "days_remaining")) > 3000);
	reply_free(&r);
	x.no_ca = true;
	r = call(&x, &cell_socket, "GET", "/api/caddy/cert-status", "", NULL);
	assert_string_equal(reply_text(&r, "status"), "pending");
	assert_true(json_is_true(json_object_get(r.json, "waiting_for_time")));
	assert_true(json_is_null(json_object_get(r.json, "issuer")));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/vault/status", "", NULL);
	assert_true(json_is_null(json_object_get(r.json, "ca")));
	reply_free(&r);
	expect(&x, &cell_socket, 404, "GET", "/api/vault/ca/certificate", "", NULL);
	x.no_ca = false;
	expect(&x, &cell_socket, 200, "GET", "/api/vault/ca/certificate?format=der", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/vault/ca/certificate?format=p12", "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/certificates", "", NULL);
	cell_close(&x);
}

/* What is answered is on the wire: the edges have it first. */
static void
changing(void **state)
{
	char header[128];
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 409, "POST", "/api/certificates/renew", "", "{}");
	expect(&x, &cell_socket, 404, "POST", "/api/certificates/renew", "", "{\"id\":\"c1\"}");
	expect(&x, &cell_socket, 202, "POST", "/api/certificates/renew", "", "{\"id\":\"c0\"}");
	r = call(&x, &cell_socket, "POST", "/api/caddy/cert-renew", "", "{\"id\":\"c7\"}");
	assert_status(r, 202);
	assert_string_equal(json_string_value(json_object_get(json_object_get(r.json, "job"), "object")), "nas.home.example");
	reply_free(&r);
	r = call(&x, &cell_socket, "POST", "/api/certificates/renew", "", "{\"id\":\"tv.home.example\"}");
	assert_status(r, 429);
	assert_string_equal(reply_header(&r, "Retry-After", header, sizeof(header)), "60");
	reply_free(&r);
	r = call(&x, &cell_socket, "POST", "/api/certificates/renew", "", "{\"id\":\"tv.home.example\",\"staging\":true}");
	assert_status(r, 503);
	assert_non_null(strstr(r.text, "time-untrusted"));
	reply_free(&r);
	expect(&x, &cell_socket, 202, "POST", "/api/vault/ca/rotate", "", "{\"root\":true}");
	expect(&x, &cell_lan, 401, "POST", "/api/vault/ca/rotate", "", "{}");
	x.no_ca = true;
	expect(&x, &cell_socket, 409, "POST", "/api/vault/ca/rotate", "", "{}");
	cell_close(&x);
}

static void
issuing(void **state)
{
	char header[128];
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "POST", "/api/vault/certificates", "", "{\"names\":[\"nas.home.cell\"]}");
	assert_status(r, 201);
	assert_non_null(reply_text(&r, "private_key"));
	assert_string_equal(reply_header(&r, "Location", header, sizeof(header)), "/api/vault/certificates/5f");
	reply_free(&r);
	expect(&x, &cell_socket, 400, "POST", "/api/vault/certificates", "", "{\"names\":[\"bank.example\"]}");
	expect(&x, &cell_socket, 400, "POST", "/api/vault/certificates", "", "{\"names\":[\"nas.home.cell\"],\"days\":398}");
	expect(&x, &cell_socket, 200, "GET", "/api/vault/certificates/5f", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/vault/certificates/60", "", NULL);
	expect(&x, &cell_socket, 400, "POST", "/api/vault/certificates/5f/revoke", "", "{\"reason\":\"boredom\"}");
	r = call(&x, &cell_socket, "POST", "/api/vault/certificates/5f/revoke", "", "{\"reason\":\"superseded\"}");
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "reason"), "superseded");
	reply_free(&r);
	expect(&x, &cell_socket, 409, "DELETE", "/api/vault/certificates/5f", "", NULL);
	expect(&x, &cell_lan, 401, "DELETE", "/api/vault/certificates/5f", "", NULL);
	cell_close(&x);
}

/* TLS-7: shown before the change. */
static void
another_root(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "PUT", "/api/config?dry_run=1", "", "{\"identity\":{\"domain\":\"other.cell\"}}");
	assert_status(r, 200);
	assert_non_null(strstr(r.text, "every device has to install"));
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", "/api/config?dry_run=1", "", "{\"identity\":{\"timezone\":\"UTC\"}}");
	assert_null(strstr(r.text, "every device has to install"));
	reply_free(&r);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looking),
		cmocka_unit_test(changing),
		cmocka_unit_test(issuing),
		cmocka_unit_test(another_root),
	};

	return cmocka_run_group_tests_name("api/cert", tests, NULL, NULL);
}
