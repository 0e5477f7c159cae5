/* Self-service of peer users: PEER-11, ACC-2. */
#include "api/self.h"

#include "api/peer.h"
#include "api/request.h"
#include "api/state.h"
#include "cell.h"

#define ROUTE "{\"name\":\"ha\",\"host\":\"ha\",\"target\":\"http://192.168.1.5:8123\"}"

static void
begin(struct cell *x, struct login *anna)
{
	cell_begin(x);
	expect(x, &cell_socket, 201, "POST", "/api/proxy/routes", "", ROUTE);
	expect(x, &cell_socket, 201, "POST", "/api/peers", "",
	    "{\"name\":\"anna\",\"password\":\"a peers password\",\"service_access\":[\"route:ha\"]}");
	expect(x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"bob\",\"password\":\"a peers password\"}");
	cell_login(x, &cell_lan, "anna", "a peers password", anna);
}

static void
sees_own_things_only(void **state)
{
	struct cell x;
	struct login anna, bob;
	struct reply r;

	(void)state;
	begin(&x, &anna);
	r = call(&x, &cell_lan, "GET", "/api/peer/dashboard", anna.cookie, NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "username"), "anna");
	assert_int_equal(json_array_size(json_object_get(r.json, "devices")), 1);
	assert_int_equal(json_array_size(json_object_get(r.json, "services")), 1);
	assert_non_null(strstr(r.body, "\"https://ha.myhome.home.arpa/\""));
	assert_null(strstr(r.body, "bob"));
	reply_free(&r);
	cell_login(&x, &cell_lan, "bob", "a peers password", &bob);
	r = call(&x, &cell_lan, "GET", "/api/peer/services", bob.cookie, NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 0);
	reply_free(&r);
	cell_close(&x);
}

static void
gets_and_renews_own_files_only(void **state)
{
	struct cell x;
	struct login anna;
	struct reply r;
	char key[64];

	(void)state;
	begin(&x, &anna);
	r = call(&x, &cell_lan, "GET", "/api/peer/config", anna.cookie, NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "filename"), "anna.conf");
	assert_non_null(strstr(reply_text(&r, "config"), "PrivateKey"));
	reply_free(&r);
	expect(&x, &cell_lan, 404, "GET", "/api/peer/config?device=bob", anna.cookie, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/peer/devices/anna/stats", anna.cookie, NULL);
	expect(&x, &cell_lan, 404, "GET", "/api/peer/devices/bob/stats", anna.cookie, NULL);
	expect(&x, &cell_lan, 404, "POST", "/api/peer/devices/bob/rekey", anna.headers, "{}");
	expect(&x, &cell_lan, 403, "POST", "/api/peer/devices/anna/rekey", anna.cookie, "{}");	/* without its token */
	(void)snprintf(key, sizeof(key), "%s", conf_peer_find(conf_txn_current(x.txn), "anna")->public_key);
	expect(&x, &cell_lan, 200, "POST", "/api/peer/devices/anna/rekey", anna.headers, "{}");
	assert_string_not_equal(key, conf_peer_find(conf_txn_current(x.txn), "anna")->public_key);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"tablet\",\"owner\":\"anna\"}");
	expect(&x, &cell_lan, 400, "GET", "/api/peer/config", anna.cookie, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/peer/config?device=tablet", anna.cookie, NULL);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/tablet", "", "{\"enabled\":false}");
	expect(&x, &cell_lan, 409, "POST", "/api/peer/devices/tablet/rekey", anna.headers, "{}");
	cell_close(&x);
}

/* --- a re-key behind another change ----------------------------------------------------------- */

/* A part that takes its time, so that changes wait. */
struct slow {
	struct conf_txn *txn;
	bool hold;
	uint64_t held;		/* generation that it has not reported */
};

static int
slow_prepare(void *arg, const struct conf *now, const struct conf *next, struct err *e)
{
	(void)arg;
	(void)now;
	(void)next;
	(void)e;
	return 0;
}

static void
slow_commit(void *arg, const struct conf *next)
{
	struct slow *s = arg;

	if (s->hold)
		s->held = next->generation;
	else
		conf_txn_part_done(s->txn, "slow", next->generation);
}

static void
slow_rollback(void *arg)
{
	(void)arg;
}

static int
set_owner(void *arg, json_t *draft, struct err *e)
{
	json_t *row = api_peer_find_row(draft, "tablet", e);

	assert_non_null(row);
	return json_object_set_new(row, "owner", json_string(arg));
}

static int
set_zone(void *arg, json_t *draft, struct err *e)
{
	(void)e;
	return json_object_set_new(json_object_get(draft, "identity"), "timezone", json_string(arg));
}

static void
on_set(void *arg, const struct conf_result *r, const struct err *e)
{
	(void)arg;
	(void)r;
	assert_null(e);
}

static void
submit(struct cell *x, int (*edit)(void *arg, json_t *draft, struct err *e), const char *value)
{
	char *text = (char *)(uintptr_t)value;
	const struct conf_change c = { .actor = "admin", .summary = "test", .edit = edit, .done = on_set, .arg = text };
	struct err e;

	assert_int_equal(conf_txn_submit(x->txn, &c, &e), 0);
}

static struct client *
rekey_begin(struct cell *x, const struct login *who)
{
	struct client *c = client_new(x, &cell_lan);
	char text[512];
	int n = snprintf(text, sizeof(text), "POST /api/peer/devices/tablet/rekey HTTP/1.1\r\nHost: localhost\r\n"
	    "Connection: close\r\n%sContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", who->headers);

	client_send(c, text, (size_t)n);
	return c;
}

/* What it may is looked at when its turn comes. */
static void
renews_nothing_that_was_given_away_meanwhile(void **state)
{
	struct slow slow = { 0 };
	struct conf_part part = { .name = "slow", .prepare = slow_prepare, .commit = slow_commit, .rollback = slow_rollback,
		.arg = &slow };
	struct cell x;
	struct client *c;
	struct login anna;
	struct reply r;
	char key[64];

	(void)state;
	begin(&x, &anna);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"tablet\",\"owner\":\"anna\"}");
	(void)snprintf(key, sizeof(key), "%s", conf_peer_find(conf_txn_current(x.txn), "tablet")->public_key);
	slow.txn = x.txn;
	slow.hold = true;
	assert_int_equal(conf_txn_part(x.txn, &part), 0);
	submit(&x, set_zone, "Europe/Berlin");
	submit(&x, set_owner, "bob");
	c = rekey_begin(&x, &anna);
	while (slow.held == 0 || x.api->requests == NULL || !x.api->requests->handled)
		client_pause(c, 1);
	assert_string_equal(conf_peer_find(conf_txn_current(x.txn), "tablet")->owner, "anna");
	slow.hold = false;
	conf_txn_part_done(x.txn, "slow", slow.held);
	r = reply_of("POST", "/api/peer/devices/tablet/rekey", c);
	assert_status(r, 404);
	reply_free(&r);
	client_free(c);
	assert_string_equal(conf_peer_find(conf_txn_current(x.txn), "tablet")->owner, "bob");
	assert_string_equal(conf_peer_find(conf_txn_current(x.txn), "tablet")->public_key, key);
	cell_close(&x);
}

/* How each stage ends, and nothing of what others own or set (WEB-4). */
static void
explains_without_others(void **state)
{
	static const char *const hidden[] = { "owner", "object", "changed_by", "changed_at" };
	const json_t *steps, *step;
	struct cell x;
	struct login anna;
	struct reply r;
	size_t i, k;

	(void)state;
	begin(&x, &anna);
	r = call(&x, &cell_lan, "GET", "/api/peer/explain?host=ha.my.cell", anna.cookie, NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "from"), "anna");
	assert_string_equal(reply_text(&r, "verdict"), "deny");
	steps = json_object_get(r.json, "steps");
	assert_int_equal(json_array_size(steps), REACH_STAGES);
	json_array_foreach(steps, i, step)
		for (k = 0; k < sizeof(hidden) / sizeof(hidden[0]); k++)
			assert_true(json_is_null(json_object_get(step, hidden[k])));
	step = json_array_get(steps, REACH_STAGE_FIREWALL);
	assert_string_equal(api_text(step, "verdict"), "pass");
	assert_string_equal(api_text(step, "detail"), "the firewall lets this through");
	assert_string_equal(api_text(json_array_get(steps, REACH_STAGE_UPSTREAM), "detail"), "it does not answer as it should");
	assert_string_equal(api_text(json_array_get(steps, REACH_STAGE_UPSTREAM), "fix"),
	    "try again in a moment, then tell whoever runs the cell");
	assert_null(api_text(step, "fix"));
	assert_null(strstr(r.body, "bob"));
	assert_null(strstr(r.body, "192.168.1.5"));
	reply_free(&r);
	cell_close(&x);
}

/* In how many seconds, for it is refused now. */
static int
wait_of(struct cell *x, const char *method, const char *path, const char *headers, const char *body)
{
	struct reply r = call(x, &cell_lan, method, path, headers, body);
	char text[16];
	int wait;

	assert_status(r, 429);
	wait = atoi(reply_header(&r, "Retry-After", text, sizeof(text)));
	reply_free(&r);
	return wait;
}

/* Each is a generation, of which the history keeps some. */
static void
renews_so_often(void **state)
{
	struct cell x;
	struct login anna, again, bob;
	int i;

	(void)state;
	begin(&x, &anna);
	expect(&x, &cell_lan, 200, "POST", "/api/peer/devices/anna/rekey?dry_run=1", anna.headers, "{}");
	for (i = 0; i < API_SELF_BURST; i++)
		expect(&x, &cell_lan, 200, "POST", "/api/peer/devices/anna/rekey", anna.headers, "{}");
	cell_login(&x, &cell_lan, "Anna", "a peers password", &again);	/* it is the user who counts */
	assert_in_range(wait_of(&x, "POST", "/api/peer/devices/anna/rekey", again.headers, "{}"), 300, 400);
	cell_login(&x, &cell_lan, "bob", "a peers password", &bob);
	expect(&x, &cell_lan, 200, "POST", "/api/peer/devices/bob/rekey", bob.headers, "{}");
	clk_fake_advance(&x.clk, 400 * 1000LL);
	expect(&x, &cell_lan, 200, "POST", "/api/peer/devices/anna/rekey", again.headers, "{}");
	expect(&x, &cell_lan, 429, "POST", "/api/peer/devices/anna/rekey", again.headers, "{}");
	cell_close(&x);
}

/* Each question looks at everything and may try a target: a user has so many, of whatever session. */
static void
asks_so_often(void **state)
{
	static const char own[] = "/api/peer/explain?host=ha.myhome.home.arpa", all[] = "/api/explain?peer=anna&host=ha.my.cell";
	struct cell x;
	struct login anna, again, bob;
	int i;

	(void)state;
	begin(&x, &anna);
	cell_login(&x, &cell_lan, "Anna", "a peers password", &again);
	for (i = 0; i < API_EXPLAIN_BURST; i++)
		expect(&x, &cell_lan, 200, "GET", own, i % 2 == 0 ? anna.cookie : again.cookie, NULL);
	assert_int_equal(wait_of(&x, "GET", own, again.cookie, NULL), 1);
	cell_login(&x, &cell_lan, "bob", "a peers password", &bob);
	expect(&x, &cell_lan, 200, "GET", own, bob.cookie, NULL);
	for (i = 0; i <= API_EXPLAIN_BURST; i++)	/* who is on the host may */
		expect(&x, &cell_socket, 200, "GET", all, "", NULL);
	clk_fake_advance(&x.clk, 500);
	expect(&x, &cell_lan, 200, "GET", own, anna.cookie, NULL);
	expect(&x, &cell_lan, 429, "GET", own, anna.cookie, NULL);
	cell_close(&x);
}

/* An administrator has so many, too. */
static void
asks_so_often_about_anybody(void **state)
{
	static const char all[] = "/api/explain?peer=anna&host=ha.my.cell";
	struct cell x;
	struct login anna, admin;
	int i;

	(void)state;
	begin(&x, &anna);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &admin);
	for (i = 0; i < API_EXPLAIN_BURST; i++)
		expect(&x, &cell_lan, 200, "GET", all, admin.cookie, NULL);
	expect(&x, &cell_lan, 429, "GET", all, admin.cookie, NULL);
	cell_close(&x);
}

/* Roles are disjoint. */
static void
is_nothing_for_administrators(void **state)
{
	struct cell x;
	struct login anna, admin;

	(void)state;
	begin(&x, &anna);
	cell_login(&x, &cell_lan, "admin", CELL_PASSWORD, &admin);
	expect(&x, &cell_lan, 403, "GET", "/api/peer/dashboard", admin.cookie, NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/peer/config?device=anna", admin.cookie, NULL);
	expect(&x, &cell_socket, 403, "GET", "/api/peer/dashboard", "", NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/peers/anna/config", anna.cookie, NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/peer/dashboard", "", NULL);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_own_things_only), cmocka_unit_test(gets_and_renews_own_files_only),
		cmocka_unit_test(explains_without_others), cmocka_unit_test(renews_so_often),
		cmocka_unit_test(renews_nothing_that_was_given_away_meanwhile),
		cmocka_unit_test(asks_so_often), cmocka_unit_test(asks_so_often_about_anybody),
		cmocka_unit_test(is_nothing_for_administrators),
	};

	return cmocka_run_group_tests_name("api/self", tests, NULL, NULL);
}
