/* One-time links through the real server: PEER-9, ACC-7. */
#include "api/link.h"

#include "cell.h"

#include "api/state.h"
#include "auth/link.h"
#include "vault/client.h"

static const struct api_origin cell_other = { .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_LAN, .tls = true,
	.client = { .addr = { 4, { 192, 168, 1, 77 } } } };

/* A cell with a phone and a link to its file: the path of that. */
static void
begin(struct cell *x, char path[64])
{
	struct reply r;

	cell_begin(x);
	x->places.lan = (struct addr){ 4, { 192, 168, 1, 2 } };
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"anna-phone\"}");
	r = call(x, &cell_socket, "POST", "/api/peers/anna-phone/link", "", "{}");
	assert_status(r, 201);
	assert_int_equal(strncmp(reply_text(&r, "url"), "https://192.168.1.2/p/", 22), 0);
	(void)snprintf(path, 64, "%s", strstr(reply_text(&r, "url"), "/p/"));
	reply_free(&r);
}

/* Open it: the header line with the cookie. */
static void
open_link(struct cell *x, const struct api_origin *from, const char *path, char cookie[96])
{
	struct reply r = call(x, from, "GET", path, "", NULL);
	char set[200];

	assert_status(r, 200);
	reply_header(&r, "Set-Cookie", set, sizeof(set));
	assert_non_null(strstr(set, "HttpOnly; SameSite=Lax"));
	assert_non_null(strstr(set, "Secure"));
	(void)snprintf(cookie, 96, "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	assert_null(strstr(r.body, "PrivateKey"));
	assert_non_null(strstr(r.body, "anna-phone"));
	assert_null(strstr(r.body, "<script"));
	reply_free(&r);
}

static void
shows_the_file_once(void **state)
{
	struct cell x;
	struct reply r;
	char path[64], cookie[96], header[400];

	(void)state;
	begin(&x, path);
	expect(&x, &cell_lan, 404, "POST", path, "", "");	/* nobody has opened it */
	open_link(&x, &cell_lan, path, cookie);
	expect(&x, &cell_lan, 200, "GET", path, cookie, NULL);	/* who reloads stays in */
	r = call(&x, &cell_lan, "POST", path, cookie, "");
	assert_status(r, 200);
	assert_non_null(strstr(r.body, "PrivateKey = "));
	assert_non_null(strstr(r.body, "PrivateKey%20%3D%20"));
	assert_non_null(strstr(r.body, "download=\"anna-phone.conf\""));
	assert_non_null(strstr(r.body, "<svg"));
	assert_string_equal(reply_header(&r, "Cache-Control", header, sizeof(header)), "no-store");
	assert_non_null(strstr(reply_header(&r, "Content-Security-Policy", header, sizeof(header)), "default-src 'none'"));
	reply_free(&r);
	expect(&x, &cell_lan, 404, "POST", path, cookie, "");
	expect(&x, &cell_lan, 404, "GET", path, cookie, NULL);
	cell_close(&x);
}

static void
is_for_the_first_who_opens_it(void **state)
{
	struct cell x;
	char path[64], cookie[96];

	(void)state;
	begin(&x, path);
	open_link(&x, &cell_lan, path, cookie);
	expect(&x, &cell_other, 404, "GET", path, "", NULL);
	expect(&x, &cell_other, 404, "POST", path, "Cookie: pic_link=aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "");
	expect(&x, &cell_lan, 403, "POST", path, "Cookie: a=b\r\nOrigin: https://evil.example\r\n", "");
	expect(&x, &cell_lan, 200, "POST", path, cookie, "");
	cell_close(&x);
}

static void
guesses_are_counted(void **state)
{
	struct cell x;
	char path[64];
	size_t i;

	(void)state;
	begin(&x, path);
	for (i = 0; i < API_MISSES_PER_MINUTE; i++)
		expect(&x, &cell_other, 404, "GET", "/p/aaaaaaaaaaaaaaaaaaaaaaaaaa", "", NULL);
	expect(&x, &cell_other, 429, "GET", "/p/aaaaaaaaaaaaaaaaaaaaaaaaaa", "", NULL);
	expect(&x, &cell_other, 429, "GET", path, "", NULL);	/* even the right one tells nothing now */
	for (i = 0; i < 2 * API_MISSES_PER_MINUTE; i++) {	/* looks at what is there are not counted */
		char cookie[96];

		if (i == 0)
			open_link(&x, &cell_lan, path, cookie);
		else
			expect(&x, &cell_lan, 200, "GET", path, cookie, NULL);
	}
	cell_close(&x);
}

static void
ends_with_its_time_its_key_and_its_peer(void **state)
{
	static const struct { const char *method, *path, *body; } ends[] = {
		{ "DELETE", "/api/peers/anna-phone/link", NULL },
		{ "PUT", "/api/peers/anna-phone", "{\"enabled\":false}" },
		{ "DELETE", "/api/peers/anna-phone", NULL },
	};
	struct cell x;
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		begin(&x, path);
		expect(&x, &cell_socket, 200, ends[i].method, ends[i].path, "", ends[i].body);
		assert_int_equal(auth_links_count(x.links), 0);
		expect(&x, &cell_lan, 404, "GET", path, "", NULL);
		cell_close(&x);
	}
	begin(&x, path);
	expect(&x, &cell_socket, 200, "POST", "/api/peers/anna-phone/rekey", "", "{}");
	expect(&x, &cell_lan, 404, "GET", path, "", NULL);
	cell_close(&x);
	begin(&x, path);
	clk_fake_advance(&x.clk, AUTH_LINK_S * 1000);
	expect(&x, &cell_lan, 404, "GET", path, "", NULL);
	cell_close(&x);
}

/* Without a key to show there is no link, unless a new one may be made. */
static void
needs_a_key(void **state)
{
	struct cell x;
	char path[64];

	(void)state;
	begin(&x, path);
	assert_int_equal(vault_client_drop(x.vault, conf_txn_current(x.txn)->peers[0].public_key, NULL), 0);
	expect(&x, &cell_lan, 404, "GET", path, "", NULL);
	expect(&x, &cell_socket, 409, "POST", "/api/peers/anna-phone/link", "", "{}");
	expect(&x, &cell_socket, 201, "POST", "/api/peers/anna-phone/link", "", "{\"rekey\":true,\"expires_in_s\":60}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers/anna-phone/link", "", "{\"expires_in_s\":59}");
	expect(&x, &cell_socket, 404, "POST", "/api/peers/nobody/link", "", "{}");
	expect(&x, &cell_lan, 401, "POST", "/api/peers/anna-phone/link", "", "{}");
	cell_close(&x);
}

/* Programs that look at links before people do. */
static void
a_look_at_the_head_opens_nothing(void **state)
{
	struct cell x;
	char path[64], cookie[96];

	(void)state;
	begin(&x, path);
	expect(&x, &cell_other, 200, "HEAD", path, "", NULL);
	open_link(&x, &cell_lan, path, cookie);
	expect(&x, &cell_other, 404, "HEAD", path, "", NULL);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_file_once), cmocka_unit_test(is_for_the_first_who_opens_it),
		cmocka_unit_test(guesses_are_counted), cmocka_unit_test(ends_with_its_time_its_key_and_its_peer),
		cmocka_unit_test(needs_a_key), cmocka_unit_test(a_look_at_the_head_opens_nothing),
	};

	return cmocka_run_group_tests_name("api/link", tests, NULL, NULL);
}
