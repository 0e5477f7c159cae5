/* What a request may change (api.md 5). */
#include "conf/patch.h"

#include "sample.h"

static void
assert_patch(const char *section, const char *patch, const char *path, const char *want)
{
	json_t *doc = sample_new(), *p = sample_json(patch), *v = want == NULL ? NULL : sample_json(want);
	struct err e;

	err_clear(&e);
	assert_int_equal(conf_patch_section(doc, section, p, &e), 0);
	if (want == NULL ? sample_get(doc, path) != NULL : !json_equal(sample_get(doc, path), v))
		fail_msg("%s %s", section, patch);
	json_decref(doc);
	json_decref(p);
	json_decref(v);
}

static void
assert_refused(const char *section, const char *patch, const char *field, const char *rule)
{
	json_t *doc = sample_new(), *p = sample_json(patch);
	struct err e;

	err_clear(&e);
	assert_int_equal(conf_patch_section(doc, section, p, &e), -EINVAL);
	assert_int_equal(e.kind, ERR_VALIDATION);
	assert_string_equal(e.fields[0].field, field);
	assert_string_equal(e.fields[0].message, rule);
	json_decref(doc);
	json_decref(p);
}

static void
changes_the_members_sent(void **state)
{
	(void)state;
	assert_patch("network", "{\"ports\":{\"dns\":5353}}", "network.ports.dns", "5353");
	assert_patch("network", "{\"ports\":{\"dns\":5353}}", "network.ports.https", "443");
	assert_patch("dns", "{\"upstreams\":[{\"address\":\"192.0.2.1\"}]}", "dns.upstreams", "[{\"address\":\"192.0.2.1\"}]");
	assert_patch("dns", "{\"cache\":{\"serve_stale\":false}}", "dns.cache.serve_stale", "false");
	assert_patch("auth", "{}", "auth.lockout_s", "900");
	/* null: away with it, or a value of its own */
	assert_patch("network", "{\"uplink\":null}", "network.uplink", NULL);
	assert_patch("wireguard", "{\"address6\":null}", "wireguard.address6", "null");
	/* wrong types are conf_build()'s to name */
	assert_patch("network", "{\"ports\":5}", "network.ports", "5");
}

static void
refuses_by_name(void **state)
{
	(void)state;
	assert_refused("network", "{\"shoe_size\":46}", "network.shoe_size", "is not known");
	assert_refused("network", "{\"ports\":{\"x\":1}}", "network.ports.x", "is not known");
	assert_refused("network", "{\"rev\":1}", "network.rev", "is set by the cell");
	assert_refused("identity", "{\"ula_prefix\":null}", "identity.ula_prefix", "is set by the cell");
	assert_refused("wireguard", "{\"public_key\":\"x\"}", "wireguard.public_key", "is set by the cell");
	assert_refused("wireguard", "{\"secret_ref\":\"x\"}", "wireguard.secret_ref", "is set by the cell");
	assert_refused("dns", "{\"records\":[]}", "dns.records", "is changed by way of /api/dns/records");
	assert_refused("dns", "{\"forwards\":[]}", "dns.forwards", "is changed by way of /api/dns/forwards");
	assert_refused("dns", "[]", "dns", "must be an object");
}

static void
tells_all_at_once(void **state)
{
	json_t *doc = sample_new(), *p = sample_json("{\"records\":[],\"rev\":1,\"x\":2,\"edns_size\":1400}");
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(conf_patch_section(doc, "dns", p, &e), -EINVAL);
	assert_int_equal(e.nfields, 3);
	json_decref(doc);
	json_decref(p);
}

static void
knows_its_sections(void **state)
{
	static const char *const others[] = { "users", "tokens", "setup", "generation", "nope", "" };
	json_t *doc = sample_new(), *p = json_object();
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(conf_patch_section(doc, others[i], p, &e), -ENOENT);
	json_decref(doc);
	json_decref(p);
}

static void
takes_flat_members(void **state)
{
	json_t *doc = sample_new(), *p = sample_json("{\"cell_name\":\"x\",\"domain_mode\":\"http01\",\"domain_name\":\"a.b\","
	    "\"timezone\":\"UTC\",\"ip_range\":\"10.9.0.0/16\"}");
	const char *key;
	json_t *v;
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(conf_patch_flat(doc, p, &e), 0);
	json_object_foreach(p, key, v) {
		assert_true(conf_patch_is_flat(key));
		assert_true(json_equal(json_object_get(json_object_get(doc, "identity"), key), v));
	}
	assert_false(conf_patch_is_flat("domain"));
	assert_int_equal(json_object_set_new(p, "domain", json_string("a.b")), 0);
	assert_int_equal(conf_patch_flat(doc, p, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "domain");
	json_decref(doc);
	json_decref(p);
}

static void
names_fields_of_a_record(void **state)
{
	struct err e;

	(void)state;
	err_clear(&e);
	(void)err_field(&e, ERR_VALIDATION, "dns.records[3].value", "is wrong");
	(void)err_field(&e, ERR_VALIDATION, "dns.forwards[1].servers[0]", "is wrong, too");
	(void)err_field(&e, ERR_VALIDATION, "users", "is another thing");
	conf_patch_err_record(&e);
	assert_string_equal(e.fields[0].field, "value");
	assert_string_equal(e.fields[1].field, "servers[0]");
	assert_string_equal(e.fields[2].field, "users");
	assert_string_equal(e.detail, "value: is wrong");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_the_members_sent),
		cmocka_unit_test(refuses_by_name),
		cmocka_unit_test(tells_all_at_once),
		cmocka_unit_test(knows_its_sections),
		cmocka_unit_test(takes_flat_members),
		cmocka_unit_test(names_fields_of_a_record),
	};

	return cmocka_run_group_tests_name("conf/patch", tests, NULL, NULL);
}
