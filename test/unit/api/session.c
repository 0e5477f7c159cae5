/* Sessions and the own password through the real server (AUT-4, ACC-11). */
#include "api/session.h"

#include "cell.h"

static void
listed(void **state)
{
	struct cell x;
	struct login one, two;
	struct reply r;
	char path[128];
	size_t i;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &one);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &two);
	r = call(&x, &cell_lan, "GET", "/api/auth/sessions", one.cookie, NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 3);	/* and the one of the setup */
	path[0] = '\0';
	for (i = 0; i < 3; i++) {
		const json_t *s = json_array_get(r.json, i);

		if (json_is_false(json_object_get(s, "current")) &&
		    strcmp(json_string_value(json_object_get(s, "zone")), "lan") == 0)
			snprintf(path, sizeof(path), "/api/auth/sessions/%s",
			    json_string_value(json_object_get(s, "id")));
	}
	assert_true(path[0] != '\0');
	reply_free(&r);
	expect(&x, &cell_lan, 404, "DELETE", "/api/auth/sessions/0000000000000000", one.headers, NULL);
	expect(&x, &cell_lan, 200, "DELETE", path, one.headers, NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/auth/me", two.cookie, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", one.cookie, NULL);
	r = call(&x, &cell_socket, "GET", "/api/auth/sessions", "", NULL);
	assert_int_equal(json_array_size(r.json), 0);	/* the socket has none of its own */
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/auth/sessions?all=1", "", NULL);
	assert_int_equal(json_array_size(r.json), 2);
	reply_free(&r);
	cell_close(&x);
}

/* A peer cannot end, nor even see, the session of another. */
static void
foreign(void **state)
{
	struct cell x;
	struct login me, paul;
	struct reply r;
	char path[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "",
	    "{\"username\":\"paul\",\"role\":\"peer\",\"password\":\"a peers password\"}");
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	cell_login(&x, &cell_lan, "paul", "a peers password", &paul);
	r = call(&x, &cell_lan, "GET", "/api/auth/sessions", me.cookie, NULL);
	snprintf(path, sizeof(path), "/api/auth/sessions/%s",
	    json_string_value(json_object_get(json_array_get(r.json, 0), "id")));
	reply_free(&r);
	expect(&x, &cell_lan, 404, "DELETE", path, paul.headers, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", me.cookie, NULL);
	cell_close(&x);
}

static void
password(void **state)
{
	static const char change[] = "{\"current_password\":\"" CELL_PASSWORD "\",\"new_password\":\"staple battery horse\"}";
	struct cell x;
	struct login one, two;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &one);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &two);
	expect(&x, &cell_lan, 400, "POST", "/api/auth/change-password", one.cookie,
	    "{\"new_password\":\"staple battery horse\"}");
	expect(&x, &cell_lan, 400, "POST", "/api/auth/change-password", one.cookie,
	    "{\"current_password\":\"" CELL_PASSWORD "\",\"new_password\":\"" CELL_PASSWORD "\"}");
	expect(&x, &cell_lan, 200, "POST", "/api/auth/change-password?dry_run=1", one.cookie, change);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", two.cookie, NULL);
	expect(&x, &cell_lan, 200, "POST", "/api/auth/change-password", one.cookie, change);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", one.cookie, NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/auth/me", two.cookie, NULL);
	expect(&x, &cell_lan, 401, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	expect(&x, &cell_socket, 403, "POST", "/api/auth/change-password", "", change);
	cell_close(&x);
}

/* Who is asking, for each kind of caller; the session ages. */
static void
kinds(void **state)
{
	struct cell x;
	struct login me;
	struct reply r;

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "GET", "/api/auth/me", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "via"), "socket");
	assert_string_equal(reply_text(&r, "username"), "socket:0");
	reply_free(&r);
	expect(&x, &cell_socket, 403, "GET", "/api/auth/csrf-token", "", NULL);
	expect(&x, &cell_loopback, 401, "GET", "/api/auth/me", "", NULL);	/* no rights from the address */
	cell_login(&x, &cell_loopback, "admin", CELL_PASSWORD, &me);
	r = call(&x, &cell_loopback, "GET", "/api/auth/csrf-token", me.cookie, NULL);
	assert_status(r, 200);
	assert_non_null(strstr(me.headers, reply_text(&r, "csrf_token")));
	reply_free(&r);
	clk_fake_advance(&x.clk, 43201 * 1000LL);
	expect(&x, &cell_loopback, 401, "GET", "/api/auth/me", me.cookie, NULL);
	cell_close(&x);
}

/* Setup from zone public: that session, from its address, for an hour (SET-9). */
static void
grace(void **state)
{
	struct api_origin other = cell_public;
	struct cell x;
	struct reply r;
	char header[64], set[256], cookie[256];

	(void)state;
	cell_open(&x);
	snprintf(header, sizeof(header), "X-Setup-Token: %s\r\n", x.token);
	r = call(&x, &cell_public, "POST", "/api/setup/complete", header, "{\"password\":\"" CELL_PASSWORD "\"}");
	assert_status(r, 200);
	reply_header(&r, "Set-Cookie", set, sizeof(set));
	snprintf(cookie, sizeof(cookie), "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	reply_free(&r);
	expect(&x, &cell_public, 200, "GET", "/api/status", cookie, NULL);
	other.client.addr.b[3]++;
	expect(&x, &other, 403, "GET", "/api/status", cookie, NULL);
	clk_fake_advance(&x.clk, 3601 * 1000LL);
	r = call(&x, &cell_public, "GET", "/api/status", cookie, NULL);
	assert_status(r, 403);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:zone");
	reply_free(&r);
	cell_close(&x);
}

/* AUT-11: what is in force when the body is there decides, not what was when it began. */
static void
by_the_device(void **state)
{
	static const char head[] = "POST /api/auth/vpn-login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n";
	struct api_origin phone = cell_lan;
	struct client *c;
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	phone.zone = CONF_ZONE_VPN;
	phone.client.addr = (struct addr){ 4, { 10, 0, 0, 2 } };
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "",
	    "{\"username\":\"anna\",\"role\":\"peer\",\"password\":\"a peers password\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "",
	    "{\"name\":\"phone\",\"owner\":\"anna\",\"ip\":\"10.0.0.2\"}");
	expect(&x, &cell_socket, 200, "PUT", "/api/config/sections/auth", "", "{\"vpn_login\":true}");
	expect(&x, &phone, 200, "POST", "/api/auth/vpn-login", "", "{}");
	c = client_new(&x, &phone);
	client_send(c, head, sizeof(head) - 1);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/phone", "", "{\"enabled\":false}");
	client_send(c, "{}", 2);
	r = reply_of("POST", "/api/auth/vpn-login", c);
	assert_status(r, 403);
	reply_free(&r);
	client_free(c);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed),
		cmocka_unit_test(foreign),
		cmocka_unit_test(password),
		cmocka_unit_test(kinds),
		cmocka_unit_test(grace),
		cmocka_unit_test(by_the_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
