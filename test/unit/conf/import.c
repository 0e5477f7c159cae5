/* An export put back (CFG-12). */
#include "conf/import.h"

#include "conf/public.h"

#include "sample.h"

#define SHA256 "905f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6"
#define OTHER_SHA256 "105f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6"
#define SECRET "sec_aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_SECRET "sec_bbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
export_comes_back(void **state)
{
	json_t *doc = sample_new(), *export = conf_public(doc), *draft = json_deep_copy(doc);
	struct err e;

	(void)state;
	assert_int_equal(conf_import(draft, export, true, &e), 0);
	assert_int_equal(conf_complete(draft), 0);
	assert_true(json_equal(draft, doc));
	sample_set(draft, "identity.timezone", json_string("UTC"));
	sample_set(draft, "dns.records", json_array());
	assert_int_equal(conf_import(draft, export, false, &e), 0);
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
	assert_int_equal(conf_import(draft, export, true, &e), 0);
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
	assert_int_equal(conf_import(doc, p, false, &e), 0);
	assert_int_equal(conf_complete(doc), 0);
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.dns")), 5353);
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.http")), 8000);
	assert_int_equal(json_array_size(sample_get(doc, "dns.records")), 5);
	assert_int_equal(json_integer_value(sample_get(doc, "dns.records.0.ttl")), 9);
	assert_string_equal(json_string_value(sample_get(doc, "dns.records.0.value")), "192.168.1.5");
	assert_int_equal(json_integer_value(sample_get(doc, "dns.records.4.rev")), 0);

	sample_set(p, "dns.records", json_array());
	assert_int_equal(conf_import(doc, p, true, &e), 0);
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
		assert_int_equal(conf_import(draft, export, i < 2, &e), 0);
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
	assert_int_equal(conf_import(draft, export, false, &e), 0);
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
	assert_int_equal(conf_import(draft, export, false, &e), 0);
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
		assert_int_equal(conf_import(doc, p, true, &e), -EINVAL);
		assert_string_equal(e.detail, cases[i].says);
		json_decref(doc);
		json_decref(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(export_comes_back),
		cmocka_unit_test(import_keeps_what_is_the_cells),
		cmocka_unit_test(import_replaces_or_merges),
		cmocka_unit_test(import_brings_groups_and_devices),
		cmocka_unit_test(import_knows_devices_by_their_keys),
		cmocka_unit_test(import_of_the_same_cell_opens_nothing),
		cmocka_unit_test(import_is_checked),
	};

	return cmocka_run_group_tests_name("conf/import", tests, NULL, NULL);
}
