/* Accounts through the real server: made, changed, locked, reset, removed
 * (AUT-1, AUT-2, AUT-5, AUT-7, SEC-1). */
#include "api/user.h"

#include "cell.h"

#define PAUL_PASSWORD "a peers password"
#define PAUL "{\"username\":\"paul\",\"role\":\"peer\",\"password\":\"" PAUL_PASSWORD "\",\"display_name\":\"Paul\"}"

static void
create(void **state)
{
	struct cell x;
	struct reply r;
	char buf[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 400, "POST", "/api/auth/users", "", "{\"username\":\"paul\",\"role\":\"peer\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/auth/users", "",
	    "{\"username\":\"paul\",\"role\":\"peer\",\"password\":\"short\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/auth/users", "",
	    "{\"username\":\"pa/ul\",\"role\":\"peer\",\"password\":\"" PAUL_PASSWORD "\"}");
	expect(&x, &cell_socket, 200, "POST", "/api/auth/users?dry_run=1", "", PAUL);
	assert_int_equal(conf_txn_current(x.txn)->nusers, 1);
	r = call(&x, &cell_socket, "POST", "/api/auth/users", "", PAUL);
	assert_status(r, 201);
	assert_string_equal(reply_text(&r, "username"), "paul");
	assert_true(json_is_true(json_object_get(r.json, "has_secret")));
	assert_null(strstr(r.body, PAUL_PASSWORD));
	assert_null(strstr(r.body, "secret_ref"));
	assert_string_equal(reply_header(&r, "Location", buf, sizeof(buf)), "/api/auth/users/paul");
	reply_free(&r);
	expect(&x, &cell_socket, 409, "POST", "/api/auth/users", "",
	    "{\"username\":\"PAUL\",\"role\":\"peer\",\"password\":\"" PAUL_PASSWORD "\"}");
	r = call(&x, &cell_socket, "GET", "/api/auth/users", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 2);
	reply_free(&r);
	cell_close(&x);
}

/* A peer gets what is his, and 403 for everything else. */
static void
peer(void **state)
{
	struct cell x;
	struct login paul;
	struct reply r;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "", PAUL);
	cell_login(&x, &cell_lan, "paul", PAUL_PASSWORD, &paul);
	r = call(&x, &cell_lan, "GET", "/api/auth/me", paul.cookie, NULL);
	assert_string_equal(reply_text(&r, "role"), "peer");
	assert_string_equal(reply_text(&r, "display_name"), "Paul");
	reply_free(&r);
	expect(&x, &cell_lan, 403, "GET", "/api/status", paul.cookie, NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/auth/users", paul.cookie, NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/auth/sessions?all=1", paul.cookie, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/sessions", paul.cookie, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/openapi.json", paul.cookie, NULL);
	cell_close(&x);
}

static void
change(void **state)
{
	struct cell x;
	struct login paul;
	struct reply r;
	char tag[64];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "", PAUL);
	cell_login(&x, &cell_lan, "paul", PAUL_PASSWORD, &paul);
	r = call(&x, &cell_socket, "PUT", "/api/auth/users/paul", "", "{\"email\":\"p@example.org\"}");
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "email"), "p@example.org");
	snprintf(tag, sizeof(tag), "If-Match: \"r2\"\r\n");	/* the one of its creation */
	reply_free(&r);
	expect(&x, &cell_socket, 412, "PUT", "/api/auth/users/paul", tag, "{\"email\":null}");
	expect(&x, &cell_socket, 200, "PUT", "/api/auth/users/paul", "", "{\"email\":null}");
	expect(&x, &cell_socket, 400, "PUT", "/api/auth/users/paul", "", "{\"role\":\"admin\"}");
	expect(&x, &cell_socket, 404, "PUT", "/api/auth/users/nobody", "", "{\"enabled\":false}");
	expect(&x, &cell_socket, 409, "PUT", "/api/auth/users/admin", "", "{\"enabled\":false}");	/* the last one */
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", paul.cookie, NULL);
	expect(&x, &cell_socket, 200, "PUT", "/api/auth/users/paul", "", "{\"enabled\":false}");
	expect(&x, &cell_lan, 401, "GET", "/api/auth/me", paul.cookie, NULL);	/* disabling ends sessions */
	expect(&x, &cell_socket, 409, "DELETE", "/api/auth/users/admin", "", NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/auth/users/paul", "", NULL);
	expect(&x, &cell_socket, 404, "DELETE", "/api/auth/users/paul", "", NULL);
	cell_close(&x);
}

static void
own_account(void **state)
{
	struct cell x;
	struct login me;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/auth/users", "",
	    "{\"username\":\"second\",\"role\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	cell_login(&x, &cell_lan, "second", CELL_PASSWORD, &me);
	expect(&x, &cell_lan, 409, "DELETE", "/api/auth/users/Second", me.headers, NULL);
	expect(&x, &cell_lan, 200, "DELETE", "/api/auth/users/admin", me.headers, NULL);
	cell_close(&x);
}

/* AUT-5: five failures lock, also unknown names; an admin unlocks. */
static void
lock(void **state)
{
	static const char wrong[] = "{\"username\":\"admin\",\"password\":\"wrong\"}";
	struct cell x;
	struct reply r;
	char wait[32];
	int i;

	(void)state;
	cell_begin(&x);
	for (i = 0; i < 5; i++)
		expect(&x, &cell_lan, 401, "POST", "/api/auth/login", "", wrong);
	r = call(&x, &cell_lan, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	assert_status(r, 423);
	assert_true(atoi(reply_header(&r, "Retry-After", wait, sizeof(wait))) > 0);
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/auth/users", "", NULL);
	assert_true(json_is_string(json_object_get(json_array_get(r.json, 0), "locked_until")));
	reply_free(&r);
	expect(&x, &cell_socket, 404, "POST", "/api/auth/users/nobody/unlock", "", NULL);
	assert_int_equal(x.saved, 0);
	expect(&x, &cell_socket, 200, "POST", "/api/auth/users/admin/unlock", "", NULL);
	assert_int_equal(x.saved, 1);
	expect(&x, &cell_lan, 200, "POST", "/api/auth/login", "",
	    "{\"username\":\"admin\",\"password\":\"" CELL_PASSWORD "\"}");
	cell_close(&x);
}

/* AUT-7: after a reset nothing works but the way out of it. */
static void
reset(void **state)
{
	struct cell x;
	struct login before, after;
	struct reply r;

	(void)state;
	cell_begin(&x);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &before);
	expect(&x, &cell_socket, 404, "POST", "/api/auth/admin/reset-password", "",
	    "{\"username\":\"nobody\",\"new_password\":\"staple battery horse\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/auth/admin/reset-password", "",
	    "{\"username\":\"admin\",\"new_password\":\"short\"}");
	expect(&x, &cell_socket, 200, "POST", "/api/auth/admin/reset-password", "",
	    "{\"username\":\"admin\",\"new_password\":\"staple battery horse\"}");
	expect(&x, &cell_lan, 401, "GET", "/api/auth/me", before.cookie, NULL);
	cell_login(&x, &cell_lan, "admin", "staple battery horse", &after);
	r = call(&x, &cell_lan, "GET", "/api/status", after.cookie, NULL);
	assert_status(r, 403);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:must-change-password");
	reply_free(&r);
	expect(&x, &cell_lan, 200, "GET", "/api/auth/me", after.cookie, NULL);
	expect(&x, &cell_lan, 403, "POST", "/api/auth/change-password", after.cookie,
	    "{\"current_password\":\"wrong\",\"new_password\":\"" CELL_PASSWORD "\"}");
	expect(&x, &cell_lan, 200, "POST", "/api/auth/change-password", after.cookie,
	    "{\"old_password\":\"staple battery horse\",\"new_password\":\"" CELL_PASSWORD "\"}");
	expect(&x, &cell_lan, 200, "GET", "/api/status", after.cookie, NULL);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create),
		cmocka_unit_test(peer),
		cmocka_unit_test(change),
		cmocka_unit_test(own_account),
		cmocka_unit_test(lock),
		cmocka_unit_test(reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
