/* The second factor through the real server (AUT-8, ACC-10). */
#include "api/totp.h"

#include "cell.h"

#include "base/otp.h"

/* The code of now, or of some steps later. */
static void
code_of(const struct cell *x, const char *secret, int64_t later, char code[7])
{
	uint8_t key[AUTH_TOTP_BYTES];
	int n = str_base32_read(str_of(secret), key, sizeof(key));

	assert_int_equal(n, sizeof(key));
	snprintf(code, 7, "%06u", otp_code(key, sizeof(key), x->clk.ms / 1000 / 30 + later) % 1000000);
}

/* Switch it on; secret and the first recovery code stay. */
static void
switch_on(struct cell *x, const struct login *me, char secret[AUTH_TOTP_TEXT], char recovery[AUTH_RECOVERY_TEXT])
{
	char code[7], body[64];
	struct reply r;

	r = call(x, &cell_lan, "POST", "/api/auth/totp", me->cookie, "{\"password\":\"" CELL_PASSWORD "\"}");
	assert_status(r, 200);
	snprintf(secret, AUTH_TOTP_TEXT, "%s", reply_text(&r, "secret"));
	assert_true(strncmp(reply_text(&r, "otpauth_uri"), "otpauth://totp/myhome:admin?", 28) == 0);
	assert_non_null(strstr(reply_text(&r, "qr_svg"), "<svg"));
	reply_free(&r);
	expect(x, &cell_lan, 400, "POST", "/api/auth/totp/confirm", me->cookie, "{\"code\":\"000000\"}");
	code_of(x, secret, 0, code);
	snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	r = call(x, &cell_lan, "POST", "/api/auth/totp/confirm", me->cookie, body);
	assert_status(r, 200);
	snprintf(recovery, AUTH_RECOVERY_TEXT, "%s",
	    json_string_value(json_array_get(json_object_get(r.json, "recovery_codes"), 0)));
	reply_free(&r);
}

static void
life(void **state)
{
	char secret[AUTH_TOTP_TEXT], recovery[AUTH_RECOVERY_TEXT], code[7], body[256];
	struct cell x;
	struct login me;
	struct reply r;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	expect(&x, &cell_lan, 403, "POST", "/api/auth/totp", me.cookie, "{\"password\":\"wrong\"}");
	expect(&x, &cell_lan, 409, "POST", "/api/auth/totp/confirm", me.cookie, "{\"code\":\"123456\"}");
	switch_on(&x, &me, secret, recovery);
	assert_true(conf_txn_current(x.txn)->users[0].totp_enabled);
	expect(&x, &cell_lan, 409, "POST", "/api/auth/totp", me.cookie, "{\"password\":\"" CELL_PASSWORD "\"}");

	r = call(&x, &cell_lan, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	assert_status(r, 401);
	assert_true(json_is_true(json_object_get(r.json, "totp_required")));
	reply_free(&r);
	clk_fake_advance(&x.clk, 60000);
	code_of(&x, secret, 0, code);
	snprintf(body, sizeof(body), "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\",\"totp\":\"%s\"}", code);
	expect(&x, &cell_lan, 200, "POST", "/api/auth/login", "", body);
	expect(&x, &cell_lan, 401, "POST", "/api/auth/login", "", body);	/* each step once */

	expect(&x, &cell_lan, 403, "DELETE", "/api/auth/totp", me.headers, "{\"password\":\"" CELL_PASSWORD "\"}");
	snprintf(body, sizeof(body), "{\"password\":\"" CELL_PASSWORD "\",\"recovery_code\":\"%s\"}", recovery);
	expect(&x, &cell_lan, 200, "DELETE", "/api/auth/totp", me.headers, body);
	assert_false(conf_txn_current(x.txn)->users[0].totp_enabled);
	cell_close(&x);
}

/* NTP-6: the cell does not trust its clock. */
static const char *
doubts(void *arg)
{
	(void)arg;
	return "nobody says that it is right";
}

/* An admin takes it off somebody who lost it; the clock's fault is said to be that. */
static void
lost(void **state)
{
	char secret[AUTH_TOTP_TEXT], recovery[AUTH_RECOVERY_TEXT];
	struct cell x;
	struct login me;
	struct reply r;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &me);
	expect(&x, &cell_socket, 404, "DELETE", "/api/auth/users/nobody/totp", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/auth/users/admin/totp", "", NULL);
	expect(&x, &cell_socket, 403, "POST", "/api/auth/totp", "", "{\"password\":\"x\"}");
	expect(&x, &cell_lan, 200, "POST", "/api/auth/totp", me.cookie, "{\"password\":\"" CELL_PASSWORD "\"}");
	x.time.lacks = doubts;
	r = call(&x, &cell_lan, "POST", "/api/auth/totp/confirm", me.cookie, "{\"code\":\"000000\"}");
	assert_status(r, 503);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:time-untrusted");
	reply_free(&r);
	x.time.lacks = NULL;
	switch_on(&x, &me, secret, recovery);
	expect(&x, &cell_socket, 200, "DELETE", "/api/auth/users/admin/totp", "", NULL);
	expect(&x, &cell_lan, 200, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life),
		cmocka_unit_test(lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
