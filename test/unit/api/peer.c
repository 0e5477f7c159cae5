/* Devices through the real server: made, shown, changed, given new keys, removed (PEER-1…8, SEC-1). */
#ifndef PIC_FAULTS
#define PIC_FAULTS
#endif
#include "sys/file_sys.c"
#include "../sys/late.h"

#include "api/peer.h"

#include "cell.h"

#include "base/wgkey.h"
#include "vault/client.h"
#include "vault/part.h"

#define PHONE "{\"name\":\"anna-phone\",\"service_access\":[\"files\",\"mail\"]}"
#define KEY "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER "AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static const struct conf_peer *
now(struct cell *x, const char *name)
{
	return conf_peer_find(conf_txn_current(x->txn), name);
}

/* The value of a line of a file; "" without it. */
static const char *
line(const char *file, const char *key, char buf[128])
{
	char start[32];
	const char *at;

	(void)snprintf(start, sizeof(start), "\n%s = ", key);
	at = strstr(file, start);
	buf[0] = '\0';
	if (at != NULL)
		(void)snprintf(buf, 128, "%.*s", (int)strcspn(at + strlen(start), "\n"), at + strlen(start));
	return buf;
}

static void
assert_member(struct cell *x, const char *path, const char *member, const char *want)
{
	struct reply r = call(x, &cell_socket, "GET", path, "", NULL);
	char *got = json_dumps(json_object_get(r.json, member), JSON_ENCODE_ANY);

	assert_string_equal(got, want);
	free(got);
	reply_free(&r);
}

static void
a_name_is_enough(void **state)
{
	struct cell x;
	struct reply r;
	char key[128], public[WGKEY_TEXT], header[128];

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "POST", "/api/peers", "", PHONE);
	assert_status(r, 201);
	assert_string_equal(reply_header(&r, "Location", header, sizeof(header)), "/api/peers/anna-phone");
	assert_string_equal(reply_text(&r, "ip"), "10.0.0.2");
	assert_string_equal(reply_text(&r, "filename"), "anna-phone.conf");
	assert_true(json_is_true(json_object_get(r.json, "complete")));
	assert_true(json_is_false(json_object_get(r.json, "config_needs_reinstall")));
	assert_non_null(strstr(reply_text(&r, "qr_svg"), "<svg"));
	assert_true(wgkey_public(line(reply_text(&r, "config"), "PrivateKey", key), public));
	assert_string_equal(public, now(&x, "anna-phone")->public_key);
	assert_int_equal(strlen(line(reply_text(&r, "config"), "PresharedKey", key)), 44);
	assert_null(strstr(r.body, "secret_ref"));
	reply_free(&r);
	expect(&x, &cell_socket, 409, "POST", "/api/peers", "", "{\"name\":\"ANNA-phone\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"anna phone\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"x\",\"accounts\":[\"mail\"]}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"x\",\"installed\":null}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"x\",\"expires_at\":\"2020-01-01T00:00:00Z\"}");
	expect(&x, &cell_lan, 401, "GET", "/api/peers", "", NULL);
	cell_close(&x);
}

/* On a dry run nothing is sealed. */
static void
a_trial_leaves_nothing(void **state)
{
	struct cell x;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 200, "POST", "/api/peers?dry_run=1", "", PHONE);
	assert_null(now(&x, "anna-phone"));
	assert_int_equal(vault_client_sweep(x.vault, NULL, NULL), 0);	/* there are none, or this would crash */
	cell_close(&x);
}

/* PEER-1: the private key never leaves the device. */
static void
a_key_may_be_given(void **state)
{
	struct cell x;
	struct reply r;
	char key[128];

	(void)state;
	cell_begin(&x);
	r = call(&x, &cell_socket, "POST", "/api/peers", "", "{\"name\":\"laptop\",\"public_key\":\"" KEY "\"}");
	assert_status(r, 201);
	assert_true(json_is_false(json_object_get(r.json, "complete")));
	assert_true(json_is_false(json_object_get(r.json, "has_private_key")));
	assert_true(json_is_null(json_object_get(r.json, "qr_svg")));
	assert_string_equal(line(reply_text(&r, "config"), "PrivateKey", key), "");
	reply_free(&r);
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"other\",\"public_key\":\"" OTHER "\","
	    "\"private_key\":\"" KEY "\"}");
	cell_close(&x);
}

static void
config_of(struct cell *x, const char *name, bool complete)
{
	struct reply r;
	char target[128];

	(void)snprintf(target, sizeof(target), "/api/peers/%s/config", name);
	r = call(x, &cell_socket, "GET", target, "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_is_true(json_object_get(r.json, "complete")), complete);
	assert_int_equal(strstr(reply_text(&r, "config"), "PrivateKey") != NULL, complete);
	reply_free(&r);
}

/* PEER-2: what was destroyed is not in later files. */
static void
files(void **state)
{
	struct cell x;
	struct reply r;
	char header[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	config_of(&x, "anna-phone", true);
	r = call(&x, &cell_socket, "GET", "/api/peers/anna-phone/config?format=conf", "", NULL);
	assert_status(r, 200);
	assert_string_equal(reply_header(&r, "Content-Disposition", header, sizeof(header)),
	    "attachment; filename=\"anna-phone.conf\"");
	assert_int_equal(strncmp(r.body, "[Interface]\nPrivateKey = ", 25), 0);
	reply_free(&r);
	expect(&x, &cell_socket, 200, "GET", "/api/peers/anna-phone/config?format=svg", "", NULL);
	assert_int_equal(vault_client_drop(x.vault, now(&x, "anna-phone")->public_key, NULL), 0);
	config_of(&x, "anna-phone", false);
	expect(&x, &cell_socket, 409, "GET", "/api/peers/anna-phone/config?format=svg", "", NULL);
	expect(&x, &cell_socket, 404, "GET", "/api/peers/nobody/config", "", NULL);
	expect(&x, &cell_socket, 400, "GET", "/api/peers/anna-phone/config?format=pdf", "", NULL);
	cell_close(&x);
}

static void
assert_reinstall(struct cell *x, bool needed)
{
	struct reply r = call(x, &cell_socket, "GET", "/api/peers/anna-phone", "", NULL);

	assert_status(r, 200);
	assert_int_equal(json_is_true(json_object_get(r.json, "config_needs_reinstall")), needed);
	reply_free(&r);
}

/* PEER-4. */
static void
changes(void **state)
{
	struct cell x;
	struct reply r;
	char tag[64], header[128];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	r = call(&x, &cell_socket, "PUT", "/api/peers/anna-phone", "", "{\"lan_access\":true,\"description\":\"hers\"}");
	assert_status(r, 200);
	assert_true(json_is_false(json_object_get(r.json, "config_changed")));
	(void)snprintf(header, sizeof(header), "If-Match: %s\r\n", reply_header(&r, "ETag", tag, sizeof(tag)));
	reply_free(&r);
	assert_reinstall(&x, false);
	r = call(&x, &cell_socket, "PUT", "/api/peers/anna-phone", header, "{\"internet_access\":false}");
	assert_status(r, 200);
	assert_true(json_is_true(json_object_get(r.json, "config_changed")));
	reply_free(&r);
	assert_reinstall(&x, true);
	expect(&x, &cell_socket, 412, "PUT", "/api/peers/anna-phone", header, "{\"internet_access\":true}");
	expect(&x, &cell_socket, 400, "PUT", "/api/peers/anna-phone", "", "{\"name\":\"bob\"}");
	expect(&x, &cell_socket, 400, "PUT", "/api/peers/anna-phone", "", "{\"online\":true}");
	expect(&x, &cell_socket, 404, "PUT", "/api/peers/nobody", "", "{}");
	expect(&x, &cell_socket, 200, "POST", "/api/peers/anna-phone/clear-reinstall", "", "");
	assert_reinstall(&x, false);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/anna-phone?dry_run=1", "", "{\"enabled\":false}");
	assert_true(now(&x, "anna-phone")->enabled);
	cell_close(&x);
}

static void
new_keys(void **state)
{
	struct cell x;
	struct reply r;
	char before[WGKEY_TEXT], ref[64], key[128], public[WGKEY_TEXT];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	(void)snprintf(before, sizeof(before), "%s", now(&x, "anna-phone")->public_key);
	(void)snprintf(ref, sizeof(ref), "%s", now(&x, "anna-phone")->secret_ref);
	r = call(&x, &cell_socket, "POST", "/api/peers/anna-phone/rekey", "", "{}");
	assert_status(r, 200);
	assert_true(wgkey_public(line(reply_text(&r, "config"), "PrivateKey", key), public));
	reply_free(&r);
	assert_string_equal(public, now(&x, "anna-phone")->public_key);
	assert_string_not_equal(public, before);
	assert_string_not_equal(ref, now(&x, "anna-phone")->secret_ref);
	assert_false(vault_client_has(x.vault, before));
	assert_true(vault_client_has(x.vault, public));
	assert_int_equal(now(&x, "anna-phone")->service_access.n, 2);
	assert_reinstall(&x, false);
	/* and with one that the device made itself */
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/anna-phone", "", "{\"public_key\":\"" KEY "\"}");
	assert_false(vault_client_has(x.vault, public));
	assert_reinstall(&x, true);
	(void)snprintf(ref, sizeof(ref), "%s", now(&x, "anna-phone")->secret_ref);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/anna-phone", "", "{\"public_key\":\"" KEY "\",\"lan_access\":true}");
	assert_string_equal(ref, now(&x, "anna-phone")->secret_ref);	/* it was no new key */
	config_of(&x, "anna-phone", false);
	expect(&x, &cell_socket, 404, "POST", "/api/peers/nobody/rekey", "", "{}");
	cell_close(&x);
}

/* What did not come to be leaves no key behind, and hurts nobody's. */
static void
a_refusal_seals_nothing(void **state)
{
	struct wgkey_pair pair;
	struct cell x;
	char body[256];

	(void)state;
	cell_begin(&x);
	wgkey_pair_make(&pair);
	(void)snprintf(body, sizeof(body), "{\"name\":\"a\",\"private_key\":\"%s\",\"exit_via\":\"x\"}", pair.private_key);
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", body);
	assert_false(vault_client_has(x.vault, pair.public_key));
	(void)snprintf(body, sizeof(body), "{\"name\":\"a\",\"private_key\":\"%s\"}", pair.private_key);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", body);
	(void)snprintf(body, sizeof(body), "{\"name\":\"b\",\"private_key\":\"%s\"}", pair.private_key);
	expect(&x, &cell_socket, 409, "POST", "/api/peers", "", body);
	assert_true(vault_client_has(x.vault, pair.public_key));
	cell_close(&x);
}

static int
disk_prepare(void *arg, const struct conf *is, const struct conf *next, struct err *e)
{
	(void)arg;
	(void)is;
	(void)next;
	(void)e;
	return 0;
}

/* The disk makes a link, renames it, and then neither confirms nor undoes that, nor does anything else until the change is over. */
static void
disk_commit(void *arg, const struct conf *next)
{
	struct cell *x = arg;

	file_fault_lasting(4, EIO);
	conf_txn_part_done(x->txn, "disk", next->generation);
}

static void
disk_rollback(void *arg)
{
	(void)arg;
}

static void
disk_works(void *arg, const struct conf *c, const char *actor, const char *summary)
{
	(void)arg;
	(void)c;
	(void)actor;
	(void)summary;
	file_fault(0, 0);
}

/* It is in force: whoever undid what belongs to it would take a device's key away. */
static void
unconfirmed_is_not_undone(void **state)
{
	struct cell x;
	struct reply r;
	char generation[24], header[128];

	(void)state;
	cell_begin(&x);
	assert_int_equal(conf_txn_part(x.txn, &(struct conf_part){ .name = "disk", .prepare = disk_prepare,
	    .commit = disk_commit, .rollback = disk_rollback, .arg = &x }), 0);
	conf_txn_watch(x.txn, disk_works, NULL);
	r = call(&x, &cell_socket, "POST", "/api/peers", "", PHONE);
	assert_status(r, 500);
	(void)snprintf(generation, sizeof(generation), "%llu", (unsigned long long)conf_txn_current(x.txn)->generation);
	assert_string_equal(reply_header(&r, "X-Config-Generation", header, sizeof(header)), generation);
	assert_non_null(strstr(reply_text(&r, "detail"), "is in force"));
	reply_free(&r);
	assert_non_null(now(&x, "anna-phone"));
	assert_true(vault_client_has(x.vault, now(&x, "anna-phone")->public_key));
	config_of(&x, "anna-phone", true);
	cell_close(&x);
}

/* R1: a device whose secrets are not on the disk does not come into force, and nothing of it is left. */
static void
secrets_come_first(void **state)
{
	struct cell x;
	uint64_t generation;

	(void)state;
	cell_begin(&x);
	assert_int_equal(vault_part(x.vault, x.txn), 0);
	generation = conf_txn_current(x.txn)->generation;
	late_error = -EIO;
	expect(&x, &cell_socket, 500, "POST", "/api/peers", "", "{\"name\":\"anna-phone\",\"public_key\":\"" KEY "\"}");
	assert_int_equal(late_error, 0);
	assert_int_equal(conf_txn_current(x.txn)->generation, generation);
	assert_int_equal(conf_store_current(x.store)->generation, generation);
	assert_null(now(&x, "anna-phone"));
	late_error = -EIO;
	expect(&x, &cell_socket, 500, "POST", "/api/peers", "", "{\"name\":\"anna-phone\",\"private_key\":\"" OTHER "\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"anna-phone\",\"private_key\":\"" OTHER "\"}");
	config_of(&x, "anna-phone", true);
	cell_close(&x);
}

/* PEER-5, PEER-7. */
static void
users(void **state)
{
	struct cell x;
	struct login anna;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"anna\",\"password\":\"short\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"anna\",\"password\":\"a peers password\"}");
	assert_string_equal(now(&x, "anna")->owner, "anna");
	expect(&x, &cell_socket, 409, "POST", "/api/peers", "", "{\"name\":\"Admin\",\"password\":\"a peers password\"}");
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"tablet\",\"owner\":\"anna\"}");
	cell_login(&x, &cell_lan, "anna", "a peers password", &anna);
	expect(&x, &cell_lan, 403, "GET", "/api/peers", anna.cookie, NULL);
	expect(&x, &cell_socket, 200, "DELETE", "/api/peers/anna", "", NULL);
	assert_non_null(conf_user_find(conf_txn_current(x.txn), "anna"));
	expect(&x, &cell_socket, 200, "DELETE", "/api/peers/tablet?keep_user=1", "", NULL);
	assert_non_null(conf_user_find(conf_txn_current(x.txn), "anna"));
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"tablet\",\"owner\":\"anna\"}");
	expect(&x, &cell_socket, 200, "DELETE", "/api/peers/tablet", "", NULL);
	assert_null(conf_user_find(conf_txn_current(x.txn), "anna"));
	expect(&x, &cell_lan, 401, "GET", "/api/auth/me", anna.cookie, NULL);
	cell_close(&x);
}

/* ACC-11, PEER-8: what was signed in from a device ends with it, and its keys go. */
static void
the_end(void **state)
{
	static const struct api_origin vpn = { .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_VPN, .tls = true,
		.client = { .addr = { 4, { 10, 0, 0, 2 } } } };
	struct cell x;
	struct login admin;
	char key[WGKEY_TEXT];

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	(void)snprintf(key, sizeof(key), "%s", now(&x, "anna-phone")->public_key);
	cell_login(&x, &vpn, "admin", CELL_PASSWORD, &admin);
	expect(&x, &vpn, 200, "GET", "/api/status", admin.cookie, NULL);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/anna-phone", "", "{\"enabled\":false}");
	expect(&x, &vpn, 401, "GET", "/api/status", admin.cookie, NULL);
	assert_true(vault_client_has(x.vault, key));
	expect(&x, &cell_socket, 200, "DELETE", "/api/peers/anna-phone", "", NULL);
	assert_false(vault_client_has(x.vault, key));
	expect(&x, &cell_socket, 404, "DELETE", "/api/peers/anna-phone", "", NULL);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"anna-phone\"}");
	assert_int_equal(now(&x, "anna-phone")->service_access.n, 0);
	assert_string_not_equal(now(&x, "anna-phone")->public_key, key);
	cell_close(&x);
}

/* What must be there once. */
static void
conflicts(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"laptop\",\"public_key\":\"" KEY "\"}");
	r = call(&x, &cell_socket, "POST", "/api/peers", "", "{\"name\":\"other\",\"public_key\":\"" KEY "\"}");
	assert_status(r, 409);
	assert_non_null(strstr(r.body, "laptop"));
	reply_free(&r);
	expect(&x, &cell_socket, 409, "POST", "/api/peers", "", "{\"name\":\"other\",\"ip\":\"10.0.0.2\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"other\",\"ip\":\"10.9.9.9\"}");
	expect(&x, &cell_socket, 400, "POST", "/api/peers", "", "{\"name\":\"other\",\"service_access\":[\"none\"]}");
	assert_int_equal(vault_client_sweep(x.vault, NULL, NULL), 0);	/* nothing was left sealed */
	cell_close(&x);
}

static void
lists(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	x.facts = (struct api_peer_facts){ .known = true, .handshake_at = CELL_NOW - 20, .rx = 5, .tx = 7,
		.endpoint = { .addr = { 4, { 203, 0, 113, 9 } }, .port = 4242 } };
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", "{\"name\":\"bob\",\"password\":\"a peers password\"}");
	r = call(&x, &cell_socket, "GET", "/api/peers", "", NULL);
	assert_status(r, 200);
	assert_int_equal(json_array_size(r.json), 2);
	assert_true(json_is_true(json_object_get(json_array_get(r.json, 0), "online")));
	assert_non_null(strstr(r.body, "\"endpoint\":\"203.0.113.9:4242\""));
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/peers?owner=BOB", "", NULL);
	assert_int_equal(json_array_size(r.json), 1);
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/peers/bob/stats?range=week", "", NULL);
	assert_status(r, 200);
	assert_non_null(strstr(r.body, "\"rx_bytes\":7"));
	reply_free(&r);
	expect(&x, &cell_socket, 400, "GET", "/api/peers/bob/stats?range=year", "", NULL);
	r = call(&x, &cell_socket, "GET", "/api/peers?group=kids", "", NULL);
	assert_int_equal(json_array_size(r.json), 0);
	reply_free(&r);
	cell_close(&x);
}

/* Words of services that do not exist let a device do nothing; a page that there is does. */
static void
services_that_there_are(void **state)
{
	static const char route[] = "{\"name\":\"ha\",\"host\":\"ha\",\"target\":\"http://192.168.1.5:8123\"}";
	struct cell x;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 201, "POST", "/api/peers", "", PHONE);
	assert_member(&x, "/api/peers/anna-phone", "capabilities", "[\"internet\"]");
	expect(&x, &cell_socket, 201, "POST", "/api/proxy/routes", "", route);
	expect(&x, &cell_socket, 200, "PUT", "/api/peers/anna-phone", "", "{\"service_access\":[\"mail\",\"route:ha\"]}");
	assert_member(&x, "/api/peers/anna-phone", "capabilities", "[\"internet\", \"services\"]");
	cell_close(&x);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_enough), cmocka_unit_test(a_trial_leaves_nothing), cmocka_unit_test(a_key_may_be_given),
		cmocka_unit_test(files), cmocka_unit_test(changes), cmocka_unit_test(new_keys),
		cmocka_unit_test(a_refusal_seals_nothing), cmocka_unit_test(unconfirmed_is_not_undone),
		cmocka_unit_test(secrets_come_first), cmocka_unit_test(users), cmocka_unit_test(the_end),
		cmocka_unit_test(conflicts), cmocka_unit_test(lists), cmocka_unit_test(services_that_there_are),
	};

	(void)argc;
	(void)argv;
	return cmocka_run_group_tests_name("api/peer", tests, NULL, NULL);
}
