/* The server side of the VPN through the real server: state, keys, file, port (VPN-11, VPN-12, SEC-1). */
#include "api/wireguard.h"

#include "cell.h"

#include "base/wgkey.h"

static void
begin(struct cell *x)
{
	cell_begin(x);
	x->places.lan = (struct addr){ 4, { 192, 168, 1, 2 } };
	expect(x, &cell_socket, 201, "POST", "/api/wireguard/peers", "", "{\"name\":\"phone\",\"subnets\":[\"192.168.40.0/24\"]}");
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"off\",\"enabled\":false}");
}

static void
shows_how_it_is(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	begin(&x);
	x.vpn = (struct api_vpn){ .running = true, .data_plane = "userspace", .port_bound = true };
	x.facts = (struct api_peer_facts){ .known = true, .handshake_at = CELL_NOW - 181, .rx = 5 };
	r = call(&x, &cell_socket, "GET", "/api/wireguard/status", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "endpoint"), "192.168.1.2:51820");
	assert_string_equal(reply_text(&r, "data_plane"), "userspace");
	assert_int_equal(json_array_size(json_object_get(r.json, "peers")), 1);
	assert_non_null(strstr(r.body, "\"192.168.40.0/24\""));
	assert_non_null(strstr(r.body, "\"online\":false"));
	reply_free(&r);
	cell_close(&x);
}

static void
its_file_hides_keys(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/wireguard/config", "", NULL);
	assert_status(r, 200);
	assert_non_null(strstr(r.body, "PrivateKey = (hidden)"));
	assert_non_null(strstr(r.body, "PresharedKey = (hidden)"));
	assert_non_null(strstr(r.body, "ListenPort = 51820"));
	assert_non_null(strstr(r.body, ", 192.168.40.0/24"));
	assert_null(strstr(r.body, "# off"));
	reply_free(&r);
	cell_close(&x);
}

static void
fresh_keys(void **state)
{
	struct cell x;
	struct reply r;
	char public[WGKEY_TEXT];

	(void)state;
	begin(&x);
	r = call(&x, &cell_socket, "POST", "/api/wireguard/keys", "", "");
	assert_status(r, 200);
	assert_true(wgkey_public(reply_text(&r, "private_key"), public));
	assert_string_equal(public, reply_text(&r, "public_key"));
	assert_int_equal(strlen(reply_text(&r, "preshared_key")), 44);
	reply_free(&r);
	expect(&x, &cell_lan, 401, "POST", "/api/wireguard/keys", "", "");
	cell_close(&x);
}

/* What is sealed for the section fits its public key. */
static void
assert_sealed(struct cell *x)
{
	const struct conf_wireguard *w = &conf_txn_current(x->txn)->wireguard;
	char public[WGKEY_TEXT];
	json_t *secret = NULL;

	assert_int_equal(vault_get(x->vault, w->secret_ref, &secret, NULL), 0);
	assert_true(wgkey_public(json_string_value(json_object_get(secret, "private_key")), public));
	assert_string_equal(public, w->public_key);
	json_decref(secret);
}

static void
another_key(void **state)
{
	static const char *const paths[][2] = {
		{ "/api/config/sections/wireguard", "{\"private_key\":\"generate\"}" },
		{ "/api/config", "{\"wireguard\":{\"private_key\":\"generate\",\"mtu\":1400}}" },
		{ "/api/config/sections/wireguard", "{\"private_key\":\"yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\"}" },
	};
	struct cell x;
	struct reply r;
	char before[WGKEY_TEXT];
	size_t i;

	(void)state;
	begin(&x);
	assert_sealed(&x);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		(void)snprintf(before, sizeof(before), "%s", conf_txn_current(x.txn)->wireguard.public_key);
		r = call(&x, &cell_socket, "PUT", paths[i][0], "", paths[i][1]);
		assert_status(r, 200);
		assert_null(strstr(r.body, "yAnz5TF"));
		reply_free(&r);
		assert_string_not_equal(before, conf_txn_current(x.txn)->wireguard.public_key);
		assert_sealed(&x);
	}
	assert_string_equal(conf_txn_current(x.txn)->wireguard.public_key, "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
	expect(&x, &cell_socket, 200, "PUT", "/api/config/sections/wireguard", "", "{\"private_key\":\"\",\"mtu\":1410}");
	assert_string_equal(conf_txn_current(x.txn)->wireguard.public_key, "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=");
	expect(&x, &cell_socket, 400, "PUT", "/api/config/sections/wireguard", "", "{\"private_key\":\"short\"}");
	expect(&x, &cell_socket, 400, "PUT", "/api/config/sections/wireguard", "", "{\"private_key\":null}");
	expect(&x, &cell_socket, 200, "PUT", "/api/config/sections/wireguard?dry_run=1", "", "{\"private_key\":\"generate\"}");
	assert_sealed(&x);
	cell_close(&x);
}

static void
assert_port(struct cell *x, int want)
{
	struct reply r = call(x, &cell_socket, "POST", "/api/wireguard/check-port", "", "");
	const json_t *v = json_object_get(r.json, "open");

	assert_status(r, 200);
	assert_int_equal(json_is_true(v) ? 1 : json_is_false(v) ? 0 : -1, want);
	reply_free(&r);
}

static void
reached_from_outside(void **state)
{
	struct cell x;

	(void)state;
	begin(&x);
	assert_port(&x, 0);
	x.vpn.port_bound = true;
	assert_port(&x, -1);
	x.vpn.heard_public_at = CELL_NOW - 86400;
	assert_port(&x, 1);
	x.vpn.heard_public_at--;
	assert_port(&x, -1);
	expect(&x, &cell_socket, 502, "POST", "/api/wireguard/refresh-ip", "", "");	/* nobody can be asked */
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_how_it_is), cmocka_unit_test(its_file_hides_keys), cmocka_unit_test(fresh_keys),
		cmocka_unit_test(another_key), cmocka_unit_test(reached_from_outside),
	};

	return cmocka_run_group_tests_name("api/wireguard", tests, NULL, NULL);
}
