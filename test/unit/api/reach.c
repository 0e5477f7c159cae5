/* /api/reachability and /api/explain, and what changes say of it before they are made (EXP-1…3). */
#include "api/reach.h"

#include "cell.h"

static const char route[] = "{\"name\":\"ha\",\"host\":\"ha\",\"target\":\"http://192.168.1.5\",\"access\":[\"vpn\",\"lan\"]}";

static void
set_up(struct cell *x)
{
	cell_begin(x);
	expect(x, &cell_socket, 201, "POST", "/api/proxy/routes", "", route);
}

static const char *
cell_of(const struct reply *r, size_t i, const char *member)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(r->json, "cells"), i), member));
}

static void
whole_matrix(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	r = call(&x, &cell_socket, "GET", "/api/reachability", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "cells")), 4);
	assert_true(json_is_null(json_object_get(r.json, "next_cursor")));
	assert_string_equal(cell_of(&r, 1, "subject"), "zone:lan");
	assert_string_equal(cell_of(&r, 1, "target"), "route:ha");
	assert_string_equal(cell_of(&r, 1, "verdict"), "allow");
	assert_string_equal(cell_of(&r, 1, "path"), "lan → edge → http://192.168.1.5");
	assert_string_equal(cell_of(&r, 1, "reason"), "its zones say so");
	assert_string_equal(cell_of(&r, 3, "verdict"), "deny");
	assert_null(cell_of(&r, 3, "path"));
	reply_free(&r);
	expect(&x, &cell_lan, 401, "GET", "/api/reachability", "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/explain?from_zone=lan&host=a.example", "", NULL);
	cell_close(&x);
}

static void
filters_and_pages(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	r = call(&x, &cell_socket, "GET", "/api/reachability?limit=1", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "cells")), 2);
	assert_string_equal(json_string_value(json_object_get(r.json, "next_cursor")), "zone:public");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/reachability?limit=1&cursor=zone:public", "", NULL);
	assert_status(r, 200);
	assert_string_equal(cell_of(&r, 0, "subject"), "zone:public");
	assert_true(json_is_null(json_object_get(r.json, "next_cursor")));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/reachability?subject=zone:public&target=admin", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "cells")), 1);
	assert_string_equal(cell_of(&r, 0, "verdict"), "deny");
	reply_free(&r);
	expect(&x, &cell_socket, 404, "GET", "/api/reachability?subject=nobody", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/reachability?subject=group:none", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/reachability?target=route:none", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/reachability?limit=501", "", NULL);
	cell_close(&x);
}

/* --- before a change ---------------------------------------------------------------------------- */

static json_t *
matrix(struct cell *x)
{
	struct reply r = call(x, &cell_socket, "GET", "/api/reachability", "", NULL);
	json_t *cells;

	assert_status(r, 200);
	cells = json_incref(json_object_get(r.json, "cells"));
	reply_free(&r);
	return cells;
}

static const json_t *
first_diff(const struct reply *r, const char *member)
{
	return json_array_get(json_object_get(r->json, member), 0);
}

static void
a_dry_run_tells(void **state)
{
	const struct conf_route *made;
	char path[128];
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	made = &conf_txn_current(x.txn)->proxy.routes[0];
	snprintf(path, sizeof(path), "/api/proxy/routes/%s?dry_run=1", made->id);
	r = call(&x, &cell_socket, "PUT", path, "", "{\"access\":[\"vpn\"]}");
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "reachability")), 1);
	assert_string_equal(json_string_value(json_object_get(first_diff(&r, "reachability"), "subject")), "zone:lan");
	assert_string_equal(json_string_value(json_object_get(first_diff(&r, "reachability"), "before")), "allow");
	assert_string_equal(json_string_value(json_object_get(first_diff(&r, "reachability"), "after")), "deny");
	assert_true(json_is_null(json_object_get(first_diff(&r, "reachability"), "path_after")));
	reply_free(&r);
	r = call(&x, &cell_socket, "PUT", path, "", "{\"tls_verify\":false}");
	assert_status(r, 200);
	assert_int_equal(json_array_size(json_object_get(r.json, "reachability")), 0);
	reply_free(&r);
	cell_close(&x);
}

/* Two changes, of which the second stands on the first; nothing of it stays. */
static void
several_changes_at_once(void **state)
{
	char body[1024], id[64];
	json_t *before, *after;
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	before = matrix(&x);
	snprintf(id, sizeof(id), "%s", conf_txn_current(x.txn)->proxy.routes[0].id);
	snprintf(body, sizeof(body), "{\"changes\":[{\"method\":\"POST\",\"path\":\"/api/proxy/routes\",\"body\":"
	    "{\"name\":\"nas\",\"host\":\"nas\",\"target\":\"http://192.168.1.6\",\"access\":[\"lan\"]}},"
	    "{\"method\":\"DELETE\",\"path\":\"/api/proxy/routes/%s\"}]}", id);
	r = call(&x, &cell_socket, "POST", "/api/reachability/diff", "", body);
	assert_status(r, 200);
	assert_int_equal(json_integer_value(json_object_get(r.json, "differs")), 2);
	assert_string_equal(json_string_value(json_object_get(first_diff(&r, "diff"), "target")), "route:ha");
	assert_true(json_is_null(json_object_get(first_diff(&r, "diff"), "after")));
	assert_int_equal(json_array_size(json_object_get(r.json, "assertions")), 0);
	reply_free(&r);
	after = matrix(&x);
	assert_true(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	cell_close(&x);
}

static const json_t *
refusal(struct reply *r, struct cell *x, const char *changes, int status)
{
	char body[1024];

	snprintf(body, sizeof(body), "{\"changes\":[%s]}", changes);
	*r = call(x, &cell_socket, "POST", "/api/reachability/diff", "", body);
	if (r->status != status)
		fail_msg("%s: %d, not %d: %.400s", changes, r->status, status, r->body);
	return json_object_get(r->json, "change");
}

/* The one that is wrong is named, however it is refused: by the gate, its handler, its edit, or all together. */
static void
a_wrong_one_is_named(void **state)
{
	static const char good[] = "{\"method\":\"POST\",\"path\":\"/api/dns/forwards\",\"body\":{\"zone\":\"a.example\","
	    "\"servers\":[\"192.168.1.1\"]}},";
	static const struct { const char *change; int status; } wrong[] = {
		{ "{\"method\":\"POST\",\"path\":\"/api/nowhere\"}", 400 },
		{ "{\"method\":\"POST\",\"path\":\"/api/dns/flush\"}", 400 },
		{ "{\"method\":\"POST\",\"path\":\"/api/proxy/routes\",\"body\":{\"colour\":\"red\"}}", 400 },
		{ "{\"method\":\"DELETE\",\"path\":\"/api/proxy/routes/5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a11\"}", 404 },
		{ "{\"method\":\"POST\",\"path\":\"/api/dns/forwards\",\"body\":{\"zone\":\"a.example\","
		    "\"servers\":[\"192.168.1.2\"]}}", 409 },
		{ "{\"method\":\"DELETE\",\"path\":\"/api/auth/users/nobody/totp\"}", 404 },
	};
	char changes[900];
	struct cell x;
	struct reply r;
	size_t i;

	(void)state;
	set_up(&x);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(changes, sizeof(changes), "%s%s", good, wrong[i].change);
		assert_int_equal(json_integer_value(refusal(&r, &x, changes, wrong[i].status)), 1);
		reply_free(&r);
	}
	(void)refusal(&r, &x, "", 400);
	reply_free(&r);
	(void)refusal(&r, &x, "{\"method\":\"PUT\",\"path\":\"/api/config/sections/network\","
	    "\"body\":{\"ports\":{\"http\":443}}}", 409);
	reply_free(&r);
	assert_int_equal(conf_txn_current(x.txn)->dns.nforwards, 0);
	cell_close(&x);
}

static void
assert_field(const struct reply *r, const char *field)
{
	const json_t *first = json_array_get(json_object_get(r->json, "errors"), 0);

	assert_string_equal(json_string_value(json_object_get(first, "field")), field);
}

#define CHANGE(method, path, body) "{\"method\":\"" method "\",\"path\":\"/api/" path "\",\"body\":" body "}"

/* What only the check of all together finds is said of one of them, as if it had come alone. */
static void
a_wrong_one_is_told_its_place(void **state)
{
	static const char good[] = CHANGE("PUT", "config/sections/network", "{\"ports\":{\"http\":81}}"),
	    forward[] = CHANGE("POST", "dns/forwards", "{\"zone\":\"a.example\",\"servers\":[\"192.168.1.1\"]}"),
	    wrong[] = CHANGE("POST", "dns/forwards", "{\"zone\":\"b.example\",\"servers\":[\"no address\"]}"),
	    second[] = CHANGE("POST", "proxy/routes", "{\"name\":\"b\",\"host\":\"hb\",\"target\":\"http://192.168.1.6\"}"),
	    document[] = CHANGE("POST", "config/import", "{\"mode\":\"merge\",\"document\":{\"schema_version\":1,\"proxy\":"
	    "{\"routes\":[{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a11\",\"name\":\"c\",\"host\":\"hb\","
	    "\"target\":\"http://192.168.1.7\"}]}}}");
	char changes[900];
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	snprintf(changes, sizeof(changes), "%s,%s,%s,%s", good, forward, wrong, second);
	assert_int_equal(json_integer_value(refusal(&r, &x, changes, 400)), 2);
	assert_field(&r, "servers[0]");
	reply_free(&r);
	snprintf(changes, sizeof(changes), "%s,%s", second, document);
	assert_int_equal(json_integer_value(refusal(&r, &x, changes, 409)), 1);
	assert_field(&r, "proxy.routes[0].host");
	reply_free(&r);
	cell_close(&x);
}

/* What stands in the place of an array is refused, and not taken for an empty one (INP-4). */
static void
what_is_no_array_is_refused(void **state)
{
	static const struct { const char *document, *field, *says; } wrong[] = {
		{ "\"proxy\":{\"routes\":\"x\"}", "proxy.routes", "must be an array" },
		{ "\"peers\":5", "peers", "must be an array" },
		{ "\"dns\":{\"records\":null}", "dns.records", "must not be null" },
	};
	char change[256];
	struct cell x;
	struct reply r;
	size_t i;

	(void)state;
	set_up(&x);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(change, sizeof(change), CHANGE("POST", "config/import",
		    "{\"mode\":\"merge\",\"document\":{\"schema_version\":1,%s}}"), wrong[i].document);
		assert_int_equal(json_integer_value(refusal(&r, &x, change, 400)), 0);
		assert_field(&r, wrong[i].field);
		assert_non_null(strstr(r.body, wrong[i].says));
		reply_free(&r);
	}
	cell_close(&x);
}

/* What is made in the background first (a password's hash) is waited for. */
static void
slow_handlers_are_waited_for(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	(void)refusal(&r, &x, "{\"method\":\"POST\",\"path\":\"/api/auth/users\",\"body\":{\"username\":\"anna\",\"role\":\"peer\","
	    "\"password\":\"" CELL_PASSWORD "\"}},{\"method\":\"DELETE\",\"path\":\"/api/auth/users/bob\"}", 404);
	reply_free(&r);
	(void)refusal(&r, &x, "{\"method\":\"POST\",\"path\":\"/api/auth/users\",\"body\":{\"username\":\"anna\",\"role\":\"peer\","
	    "\"password\":\"" CELL_PASSWORD "\"}}", 200);
	reply_free(&r);
	assert_null(conf_user_find(conf_txn_current(x.txn), "anna"));
	cell_close(&x);
}

/* --- explain ------------------------------------------------------------------------------------ */

static void
explained(void **state)
{
	const json_t *steps, *last;
	struct cell x;
	struct reply r;

	(void)state;
	set_up(&x);
	r = call(&x, &cell_socket, "GET", "/api/explain?from_zone=lan&host=ha.my.cell", "", NULL);
	assert_status(r, 200);
	assert_string_equal(json_string_value(json_object_get(r.json, "from")), "zone:lan");
	assert_string_equal(json_string_value(json_object_get(r.json, "to")), "ha.my.cell:443");
	assert_string_equal(json_string_value(json_object_get(r.json, "verdict")), "deny");
	steps = json_object_get(r.json, "steps");
	assert_int_equal(json_array_size(steps), REACH_STAGES);
	assert_string_equal(json_string_value(json_object_get(json_array_get(steps, 0), "verdict")), "unknown");
	last = json_array_get(steps, REACH_STAGES - 1);
	assert_string_equal(json_string_value(json_object_get(last, "stage")), "upstream");
	assert_string_equal(json_string_value(json_object_get(last, "verdict")), "fail");
	assert_string_equal(json_string_value(json_object_get(last, "object")), "ha");
	assert_string_equal(json_string_value(json_object_get(last, "changed_by")), "socket:0");
	assert_non_null(json_string_value(json_object_get(last, "changed_at")));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/explain?from_zone=lan&host=2001:db8::1&port=53&proto=udp", "", NULL);
	assert_status(r, 200);
	assert_string_equal(json_string_value(json_object_get(r.json, "to")), "[2001:db8::1]:53");
	reply_free(&r);
	cell_close(&x);
}

static void
who_asks_has_to_be_said(void **state)
{
	struct cell x;

	(void)state;
	set_up(&x);
	expect(&x, &cell_socket, 400, "GET", "/api/explain?host=a.example", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/explain?host=a.example&peer=a&from_zone=lan", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/explain?from_zone=lan", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/explain?from_zone=moon&host=a.example", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/explain?from_zone=lan&host=no%20name", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/explain?peer=nobody&host=a.example", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/explain?cell=nobody&host=a.example", "", NULL);
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_matrix),
		cmocka_unit_test(filters_and_pages),
		cmocka_unit_test(a_dry_run_tells),
		cmocka_unit_test(several_changes_at_once),
		cmocka_unit_test(a_wrong_one_is_named),
		cmocka_unit_test(a_wrong_one_is_told_its_place),
		cmocka_unit_test(what_is_no_array_is_refused),
		cmocka_unit_test(slow_handlers_are_waited_for),
		cmocka_unit_test(explained),
		cmocka_unit_test(who_asks_has_to_be_said),
	};

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return cell_job_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
