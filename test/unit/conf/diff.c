/* Change lists: data.md 7, PRO-1. */
#include "conf/diff.h"

#include "sample.h"

/* Without rev and the envelope, which a change list leaves out. */
static void
strip(json_t *v)
{
	const char *key;
	json_t *m;
	size_t i;

	(void)json_object_del(v, "rev");
	json_object_foreach(v, key, m)
		strip(m);
	json_array_foreach(v, i, m)
		strip(m);
}

static json_t *
bare(const json_t *doc)
{
	static const char *const envelope[] = { "schema_version", "generation", "written_at", "written_by", "summary", "setup" };
	json_t *copy = json_deep_copy(doc);
	size_t i;

	for (i = 0; i < sizeof(envelope) / sizeof(envelope[0]); i++)
		(void)json_object_del(copy, envelope[i]);
	strip(copy);
	return copy;
}

/* PRO-1: apply(a, diff(a, b)) is b, order of records included. */
static void
applying_a_difference_gives_the_other(void **state)
{
	struct sample_rng rng = { 7 };
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		json_t *a = sample_random(&rng), *b = sample_random(&rng);
		json_t *changes = conf_diff(a, b), *want = bare(b), *got;

		assert_non_null(changes);
		assert_int_equal(conf_diff_apply(a, changes), 0);
		got = bare(a);
		if (!json_equal(got, want))
			fail_msg("pair %u", i);
		json_decref(a);
		json_decref(b);
		json_decref(changes);
		json_decref(got);
		json_decref(want);
	}
}

/* The change list from a to b as text; free it. */
static char *
diff_text(const json_t *a, const json_t *b)
{
	json_t *changes = conf_diff(a, b);
	char *text = conf_json_canonical(changes);

	json_decref(changes);
	return text;
}

static void
assert_diff(const char *path, const char *value, const char *want)
{
	json_t *a = sample_new(), *b = sample_new();
	char *text;

	if (value != NULL)
		sample_set(b, path, sample_json(value));
	else
		sample_del(b, path);
	text = diff_text(a, b);
	if (strcmp(text, want) != 0)
		fail_msg("%s\n  is:  %s\n  not: %s", path, text, want);
	free(text);
	json_decref(a);
	json_decref(b);
}

static void
names_members_and_records(void **state)
{
	(void)state;
	assert_diff("identity.timezone", "\"UTC\"",
	    "[{\"new\":\"UTC\",\"old\":\"Europe/Oslo\",\"op\":\"replace\",\"path\":\"/identity/timezone\"}]");
	assert_diff("network.ports.dns", "5353", "[{\"new\":5353,\"old\":53,\"op\":\"replace\",\"path\":\"/network/ports/dns\"}]");
	assert_diff("users.1.email", "null",
	    "[{\"new\":null,\"old\":\"anna@example.org\",\"op\":\"replace\",\"path\":\"/users/anna/email\"}]");
	assert_diff("dns.records.0.ttl", "60", "[{\"new\":60,\"old\":300,\"op\":\"replace\","
	    "\"path\":\"/dns/records/3f000000-0000-4000-8000-000000000001/ttl\"}]");
	assert_diff("dns.forwards", "[]", "[{\"new\":null,\"old\":{\"servers\":[\"192.168.9.1\",\"192.168.9.2\"],"
	    "\"zone\":\"corp.example\"},"
	    "\"op\":\"remove\",\"path\":\"/dns/forwards/corp.example\"}]");
	/* without a key an array is one value */
	assert_diff("dns.upstreams.1.port", "5353",
	    "[{\"new\":[{\"address\":\"9.9.9.9\",\"port\":853,\"tls_name\":\"dns.quad9.net\",\"transport\":\"dot\"},"
	    "{\"address\":\"1.1.1.1\",\"port\":5353,\"tls_name\":\"cloudflare-dns.com\",\"transport\":\"dot\"}],"
	    "\"old\":[{\"address\":\"9.9.9.9\",\"port\":853,\"tls_name\":\"dns.quad9.net\",\"transport\":\"dot\"},"
	    "{\"address\":\"1.1.1.1\",\"port\":853,\"tls_name\":\"cloudflare-dns.com\",\"transport\":\"dot\"}],\"op\":\"replace\","
	    "\"path\":\"/dns/upstreams\"}]");
	assert_diff("identity.domain", NULL, "[{\"new\":null,\"old\":\"myhome.cell\",\"op\":\"remove\","
	    "\"path\":\"/identity/domain\"}]");
}

static void
leaves_out_what_nobody_changed(void **state)
{
	(void)state;
	assert_diff("identity.rev", "99", "[]");
	assert_diff("dns.records.0.rev", "99", "[]");
	assert_diff("generation", "99", "[]");
	assert_diff("setup.complete", "false", "[]");
}

/* A moved record is an order, not a removal. */
static void
tells_an_order(void **state)
{
	json_t *a = sample_new(), *b = sample_new(), *users = sample_get(b, "users"), *first;
	char *text;

	(void)state;
	assert_int_equal(json_array_insert_new(sample_get(a, "users"), 0, json_pack("{s:s}", "username", "abe")), 0);
	first = json_incref(sample_get(b, "users.0"));
	assert_int_equal(json_array_set_new(users, 0, json_pack("{s:s}", "username", "abe")), 0);
	assert_int_equal(json_array_append_new(users, first), 0);
	text = diff_text(a, b);
	assert_string_equal(text, "[{\"new\":[\"abe\",\"anna\",\"admin\"],\"old\":[\"abe\",\"admin\",\"anna\"],\"op\":\"replace\","
	    "\"path\":\"/users\"}]");
	free(text);
	json_decref(a);
	json_decref(b);
}

/* RFC 6901: / and ~ in names. */
static void
escapes_paths(void **state)
{
	json_t *a = sample_new(), *b = sample_new(), *changes;

	(void)state;
	sample_set(b, "network.a/b~c", json_integer(1));
	changes = conf_diff(a, b);
	assert_string_equal(json_string_value(sample_get(changes, "0.path")), "/network/a~1b~0c");
	assert_int_equal(conf_diff_apply(a, changes), 0);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	json_decref(changes);
}

static void
refuses_changes_that_do_not_fit(void **state)
{
	static const char *const lists[] = {
		"{}",
		"[5]",
		"[{\"path\":\"/x\"}]",
		"[{\"path\":\"\",\"op\":\"add\",\"new\":1}]",
		"[{\"path\":\"x\",\"op\":\"add\",\"new\":1}]",
		"[{\"path\":\"/identity/nope\",\"op\":\"remove\",\"new\":null}]",
		"[{\"path\":\"/users/nobody\",\"op\":\"remove\",\"new\":null}]",
		"[{\"path\":\"/users/nobody/email\",\"op\":\"replace\",\"new\":\"x\"}]",
		"[{\"path\":\"/users/anna\",\"op\":\"add\",\"new\":{}}]",
		"[{\"path\":\"/dns/upstreams/0\",\"op\":\"remove\",\"new\":null}]",
		"[{\"path\":\"/identity/cell_name/x\",\"op\":\"add\",\"new\":1}]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *doc = sample_new(), *changes = sample_json(lists[i]);

		if (conf_diff_apply(doc, changes) != -EINVAL)
			fail_msg("%s", lists[i]);
		json_decref(doc);
		json_decref(changes);
	}
}

static void
knows_the_same(void **state)
{
	json_t *a = sample_new(), *b = sample_new();

	(void)state;
	sample_set(b, "generation", json_integer(99));
	sample_set(b, "identity.rev", json_integer(99));
	assert_true(conf_diff_same(a, b));
	sample_set(b, "setup.completed_at", json_null());
	assert_false(conf_diff_same(a, b));
	json_decref(b);
	b = sample_new();
	sample_set(b, "dns.records.0.ttl", json_integer(1));
	assert_false(conf_diff_same(a, b));
	json_decref(a);
	json_decref(b);
}

/* api.md 5: what opens a lease. */
static void
knows_the_lease(void **state)
{
	static const struct { const char *path; const char *value; bool lease; } cases[] = {
		{ "wireguard.enabled", "false", true }, { "wireguard.interface", "\"wg1\"", true },
		{ "wireguard.address", "\"10.1.0.1/24\"", true }, { "wireguard.address6", "null", true },
		{ "wireguard.port", "1", true }, { "wireguard.secret_ref", "null", true }, { "wireguard.mtu", "1300", false },
		{ "network.listen_addresses", "[\"192.0.2.1\"]", true }, { "network.ports.https", "1", true },
		{ "network.lan_interfaces", "[]", true }, { "network.lan_cidrs", "[]", true }, { "network.uplink", "\"eth1\"", true },
		{ "network.ipv6", "false", true }, { "admin_access.zones", "[]", true }, { "admin_access.require_totp", "true", true },
		{ "identity.ip_range", "\"172.21.0.0/16\"", true }, { "identity.timezone", "\"UTC\"", false },
		{ "users.0.display_name", "\"x\"", false }, { "dns.records", "[]", false }, { "logging.root", "\"DEBUG\"", false },
		{ "network", "{}", true }, { "dns", "{}", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *a = sample_new(), *b = sample_new(), *changes;

		sample_set(b, cases[i].path, sample_json(cases[i].value));
		changes = conf_diff(a, b);
		if (json_array_size(changes) == 0 || conf_diff_needs_lease(changes) != cases[i].lease)
			fail_msg("%s", cases[i].path);
		json_decref(a);
		json_decref(b);
		json_decref(changes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applying_a_difference_gives_the_other), cmocka_unit_test(names_members_and_records),
		cmocka_unit_test(leaves_out_what_nobody_changed), cmocka_unit_test(tells_an_order), cmocka_unit_test(escapes_paths),
		cmocka_unit_test(refuses_changes_that_do_not_fit), cmocka_unit_test(knows_the_same),
		    cmocka_unit_test(knows_the_lease),
	};

	return cmocka_run_group_tests_name("conf/diff", tests, NULL, NULL);
}
