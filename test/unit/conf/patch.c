/* What a request may change (api.md 5), and imports (CFG-12). */
#include "conf/patch.h"

#include "conf/public.h"

#include "sample.h"

#define SHA256 "905f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6"
#define OTHER_SHA256 "105f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6"
#define SECRET "sec_aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_SECRET "sec_bbbbbbbbbbbbbbbbbbbbbbbbbb"

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

/* --- import ------------------------------------------------------------------------------ */

static void
export_comes_back(void **state)
{
	json_t *doc = sample_new(), *export = conf_public(doc), *draft = json_deep_copy(doc);
	struct err e;

	(void)state;
	assert_int_equal(conf_patch_import(draft, export, true, &e), 0);
	assert_int_equal(conf_complete(draft), 0);
	assert_true(json_equal(draft, doc));
	sample_set(draft, "identity.timezone", json_string("UTC"));
	sample_set(draft, "dns.records", json_array());
	assert_int_equal(conf_patch_import(draft, export, false, &e), 0);
	assert_int_equal(conf_complete(draft), 0);
	assert_int_equal(json_array_size(sample_get(draft, "dns.records")), 4);
	assert_string_equal(json_string_value(sample_get(draft, "identity.timezone")), "Europe/Oslo");
	json_decref(doc);
	json_decref(export);
	json_decref(draft);
}

static void
import_keeps_what_is_the_cells(void **state)
{
	json_t *draft = sample_new(), *other = sample_new(), *export;
	struct err e;

	(void)state;
	sample_set(other, "identity.ula_prefix", json_string("fd99::/48"));
	sample_set(other, "wireguard.public_key", json_null());
	sample_set(other, "users", json_array());
	sample_set(other, "auth.lockout_s", json_integer(60));
	sample_set(other, "setup.complete", json_false());
	sample_set(other, "generation", json_integer(1));
	sample_set(other, "dns.edns_size", json_integer(1400));
	export = conf_public(other);
	assert_int_equal(conf_patch_import(draft, export, true, &e), 0);
	assert_int_equal(conf_complete(draft), 0);
	assert_int_equal(json_integer_value(sample_get(draft, "dns.edns_size")), 1400);
	json_decref(other);
	other = sample_new();
	sample_set(other, "dns.edns_size", json_integer(1400));
	assert_true(json_equal(draft, other));
	json_decref(draft);
	json_decref(other);
	json_decref(export);
}

static void
import_replaces_or_merges(void **state)
{
	static const char part[] = "{\"schema_version\":1,\"network\":{\"ports\":{\"dns\":5353}},\"dns\":{\"records\":["
	    "{\"id\":\"3f000000-0000-4000-8000-000000000001\",\"ttl\":9},"
	    "{\"id\":\"3f000000-0000-4000-8000-000000000009\",\"name\":\"new\",\"type\":\"A\",\"value\":\"10.9.9.9\",\"rev\":9}]}}";
	json_t *doc = sample_new(), *p = sample_json(part);
	struct err e;

	(void)state;
	sample_set(doc, "network.ports.http", json_integer(8000));
	assert_int_equal(conf_patch_import(doc, p, false, &e), 0);
	assert_int_equal(conf_complete(doc), 0);
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.dns")), 5353);
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.http")), 8000);
	assert_int_equal(json_array_size(sample_get(doc, "dns.records")), 5);
	assert_int_equal(json_integer_value(sample_get(doc, "dns.records.0.ttl")), 9);
	assert_string_equal(json_string_value(sample_get(doc, "dns.records.0.value")), "192.168.1.5");
	assert_int_equal(json_integer_value(sample_get(doc, "dns.records.4.rev")), 0);

	sample_set(p, "dns.records", json_array());
	assert_int_equal(conf_patch_import(doc, p, true, &e), 0);
	assert_int_equal(conf_complete(doc), 0);
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.http")), 80);
	assert_int_equal(json_array_size(sample_get(doc, "dns.records")), 0);
	assert_int_equal(json_array_size(sample_get(doc, "users")), 2);
	json_decref(doc);
	json_decref(p);
}

/* The sample as another cell exports it. */
static json_t *
export_of_another(void)
{
	json_t *doc = sample_new(), *export;

	sample_set(doc, "identity.ula_prefix", json_string("fd99::/48"));
	sample_set(doc, "wireguard.public_key", json_string("AwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
	sample_set(doc, "peers.0.ip6", json_string("fd99::2"));
	sample_set(doc, "peers.0.installed", json_string(SHA256));
	sample_set(doc, "peers.0.secret_ref", json_string(SECRET));
	export = conf_public(doc);
	json_decref(doc);
	return export;
}

/* Devices of another cell come as they are, but for what only that one has: their client files and second keys. */
static void
import_brings_groups_and_devices(void **state)
{
	static const char *const users[] = { "[]", "[{\"username\":\"anna\"}]" };
	json_t *export = export_of_another();
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		json_t *draft = sample_new();

		sample_set(draft, "groups", json_array());
		sample_set(draft, "peers", json_array());
		sample_set(draft, "users", sample_json(users[i % 2]));
		assert_int_equal(conf_patch_import(draft, export, i < 2, &e), 0);
		assert_int_equal(json_array_size(sample_get(draft, "groups")), 2);
		assert_int_equal(json_array_size(sample_get(draft, "peers")), 2);
		assert_true(json_equal(sample_get(draft, "peers.0.public_key"), sample_get(export, "peers.0.public_key")));
		assert_true(json_equal(sample_get(draft, "peers.0.groups"), sample_get(export, "peers.0.groups")));
		assert_true(json_is_true(sample_get(draft, "peers.0.enabled")));
		assert_null(sample_get(draft, "peers.0.ip6"));
		assert_true(json_is_null(sample_get(draft, "peers.0.installed")));
		assert_true(json_is_null(sample_get(draft, "peers.0.secret_ref")));
		assert_int_equal(json_is_null(sample_get(draft, "peers.0.owner")), i % 2 == 0);
		json_decref(draft);
	}
	json_decref(export);
}

/* A device that is here keeps its second key and what file it has; one with another key than it has here has neither. */
static void
import_knows_devices_by_their_keys(void **state)
{
	json_t *draft = sample_new(), *export = export_of_another();
	struct err e;

	(void)state;
	sample_set(draft, "peers.0.installed", json_string(OTHER_SHA256));
	sample_set(draft, "peers.0.secret_ref", json_string(OTHER_SECRET));
	sample_set(draft, "peers.1.secret_ref", json_string(SECRET));
	sample_set(draft, "peers.1.public_key", json_string("BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
	sample_set(export, "peers.0.name", json_string("Anna-Phone"));
	sample_set(export, "peers.0.description", json_string("hers"));
	assert_int_equal(conf_patch_import(draft, export, false, &e), 0);
	assert_int_equal(json_array_size(sample_get(draft, "peers")), 2);
	assert_string_equal(json_string_value(sample_get(draft, "peers.0.description")), "hers");
	assert_null(sample_get(draft, "peers.0.ip6"));
	assert_true(json_equal(sample_get(draft, "peers.1.ip6"), sample_get(export, "peers.1.ip6")));
	assert_string_equal(json_string_value(sample_get(draft, "peers.0.installed")), OTHER_SHA256);
	assert_string_equal(json_string_value(sample_get(draft, "peers.0.secret_ref")), OTHER_SECRET);
	assert_true(json_equal(sample_get(draft, "peers.1.public_key"), sample_get(export, "peers.1.public_key")));
	assert_true(json_is_null(sample_get(draft, "peers.1.secret_ref")));
	json_decref(draft);
	json_decref(export);
}

/* CFG-10: a key that was taken away here does not open again by what was exported before. */
static void
import_of_the_same_cell_opens_nothing(void **state)
{
	json_t *draft = sample_new(), *export = conf_public(draft);
	struct err e;

	(void)state;
	(void)json_array_remove(sample_get(draft, "peers"), 0);
	sample_set(draft, "wireguard.public_key", json_string("BQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));	/* renewed */
	assert_int_equal(conf_patch_import(draft, export, false, &e), 0);
	assert_int_equal(json_array_size(sample_get(draft, "peers")), 2);
	assert_string_equal(json_string_value(sample_get(draft, "peers.1.name")), "anna-phone");
	assert_true(json_is_false(sample_get(draft, "peers.1.enabled")));
	assert_true(json_is_true(sample_get(draft, "peers.0.enabled")));
	json_decref(draft);
	json_decref(export);
}

static void
import_is_checked(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{ "[]", "the document must be an object" },
		{ "{}", "schema_version: is required" },
		{ "{\"schema_version\":2}", "schema_version: 2 is newer than 1, which this program knows" },
		{ "{\"schema_version\":1,\"shoe_size\":46}", "shoe_size: is not known" },
		{ "{\"schema_version\":1,\"dns\":{\"shoe_size\":46}}", "dns.shoe_size: is not known" },
		{ "{\"schema_version\":1,\"dns\":5}", "dns: must be an object" },
		{ "{\"schema_version\":1,\"peers\":[{\"name\":\"a\"},{\"name\":\"b\",\"shoe_size\":46}]}",
		    "peers[1].shoe_size: is not known" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *doc = sample_new(), *p = sample_json(cases[i].text);
		struct err e;

		err_clear(&e);
		assert_int_equal(conf_patch_import(doc, p, true, &e), -EINVAL);
		assert_string_equal(e.detail, cases[i].says);
		json_decref(doc);
		json_decref(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_the_members_sent), cmocka_unit_test(refuses_by_name), cmocka_unit_test(tells_all_at_once),
		cmocka_unit_test(knows_its_sections), cmocka_unit_test(takes_flat_members),
		    cmocka_unit_test(names_fields_of_a_record),
		cmocka_unit_test(export_comes_back), cmocka_unit_test(import_keeps_what_is_the_cells),
		cmocka_unit_test(import_replaces_or_merges), cmocka_unit_test(import_brings_groups_and_devices),
		cmocka_unit_test(import_knows_devices_by_their_keys), cmocka_unit_test(import_of_the_same_cell_opens_nothing),
		cmocka_unit_test(import_is_checked),
	};

	return cmocka_run_group_tests_name("conf/patch", tests, NULL, NULL);
}
