/* The one complete form of a document. */
#include "conf/complete.h"

#include "sample.h"

static void
assert_becomes(const char *path, const char *given, const char *want)
{
	json_t *doc = sample_raw();

	sample_set(doc, path, json_string(given));
	assert_int_equal(conf_complete(doc), 0);
	if (strcmp(json_string_value(sample_get(doc, path)), want) != 0)
		fail_msg("%s: %s", path, json_string_value(sample_get(doc, path)));
	json_decref(doc);
}

static void
brings_text_into_form(void **state)
{
	(void)state;
	assert_becomes("identity.cell_name", "  MyHome\t", "myhome");
	assert_becomes("identity.timezone", " Europe/Oslo ", "Europe/Oslo");
	assert_becomes("identity.domain_mode", " lan ", "lan");
	assert_becomes("identity.ula_prefix", "FD5E:3C1A:9B42:0:0:0:0:0/48", "fd5e:3c1a:9b42::/48");
	assert_becomes("network.lan_cidrs.0", "FD00:0::/64", "fd00::/64");
	assert_becomes("network.lan_interfaces.0", " eth1 ", "eth1");
	assert_becomes("users.0.username", " Admin ", "Admin");
	assert_becomes("dns.forwards.0.servers.0", "FD00:0::9", "fd00::9");
	assert_becomes("dns.records.0.name", "NAS", "nas");
	/* By type: an address, a name, or text as it is. */
	assert_becomes("dns.records.0.value", " 192.168.1.5 ", "192.168.1.5");
	assert_becomes("dns.records.1.value", "10 NAS.Example.org", "10 nas.example.org");
}

static void
leaves_txt_alone(void **state)
{
	json_t *doc = sample_raw();

	(void)state;
	sample_set(doc, "dns.records.0.type", json_string("TXT"));
	sample_set(doc, "dns.records.0.value", json_string("FD00:0::9 Aa"));
	assert_int_equal(conf_complete(doc), 0);
	assert_string_equal(json_string_value(sample_get(doc, "dns.records.0.value")), "FD00:0::9 Aa");
	json_decref(doc);
}

static void
fills_in_defaults(void **state)
{
	json_t *doc = sample_new();

	(void)state;
	assert_int_equal(json_integer_value(sample_get(doc, "network.ports.https")), 443);
	assert_int_equal(json_integer_value(sample_get(doc, "dns.cache.max_entries")), 20000);
	assert_int_equal(json_integer_value(sample_get(doc, "dns.records.0.ttl")), 300);
	assert_int_equal(json_array_size(sample_get(doc, "dns.records.0.views")), 2);
	assert_true(json_is_true(sample_get(doc, "users.0.enabled")));
	assert_true(json_is_null(sample_get(doc, "users.0.email")));
	json_decref(doc);
}

static void
derives(void **state)
{
	json_t *doc = sample_new();

	(void)state;
	assert_string_equal(json_string_value(sample_get(doc, "identity.domain")), "myhome.cell");
	assert_string_equal(json_string_value(sample_get(doc, "identity.domain_name")), "myhome.home.arpa");
	assert_string_equal(json_string_value(sample_get(doc, "wireguard.address6")), "fd5e:3c1a:9b42:1::1/64");
	assert_string_equal(json_string_value(sample_get(doc, "dns.records.0.zone")), "myhome.home.arpa");
	json_decref(doc);

	doc = sample_raw();
	sample_set(doc, "identity.domain_mode", json_string("pic_ngo"));
	sample_set(doc, "identity.ula_prefix", json_null());
	assert_int_equal(conf_complete(doc), 0);
	assert_string_equal(json_string_value(sample_get(doc, "identity.domain_name")), "myhome.pic.ngo");
	assert_string_equal(json_string_value(sample_get(doc, "ddns.provider")), "pic_ngo");
	assert_string_equal(json_string_value(sample_get(doc, "ddns.subdomain")), "myhome");
	assert_true(json_is_null(sample_get(doc, "wireguard.address6")));
	json_decref(doc);

	doc = sample_raw();
	sample_set(doc, "identity.domain_mode", json_string("duckdns"));
	sample_set(doc, "ddns", sample_json("{\"subdomain\":\" Attic \"}"));
	assert_int_equal(conf_complete(doc), 0);
	assert_string_equal(json_string_value(sample_get(doc, "ddns.provider")), "duckdns");
	assert_string_equal(json_string_value(sample_get(doc, "ddns.api_base_url")), "https://www.duckdns.org");
	assert_string_equal(json_string_value(sample_get(doc, "identity.domain_name")), "attic.duckdns.org");
	json_decref(doc);

	/* What was said is not derived; where nothing can be derived, nothing is. */
	doc = sample_raw();
	sample_set(doc, "identity.domain_mode", json_string("cloudflare"));
	sample_set(doc, "identity.domain", json_string("inner.example"));
	assert_int_equal(conf_complete(doc), 0);
	assert_null(sample_get(doc, "identity.domain_name"));
	assert_string_equal(json_string_value(sample_get(doc, "identity.domain")), "inner.example");
	json_decref(doc);
}

/* Readers of the file, and every diff of it, find the members where the specification has them. */
static void
orders_members(void **state)
{
	json_t *doc = json_object(), *raw = sample_raw(), *v;
	const struct conf_row *row = conf_envelope;
	const struct conf_section *s = conf_sections;
	const char *key;

	(void)state;
	sample_set(doc, "dns", json_incref(json_object_get(raw, "dns")));	/* first, out of order */
	assert_int_equal(json_object_update(doc, raw), 0);
	assert_int_equal(conf_complete(doc), 0);
	json_object_foreach(doc, key, v) {
		if (row->key != NULL)
			assert_string_equal(key, (row++)->key);
		else
			assert_string_equal(key, (s++)->name);
	}
	assert_null(s->name);
	row = conf_section_find("identity")->row->rows;
	json_object_foreach(json_object_get(doc, "identity"), key, v)
		assert_string_equal(key, (row++)->key);
	json_decref(doc);
	json_decref(raw);
}

static void
doing_it_twice_changes_nothing(void **state)
{
	json_t *doc = sample_new(), *again = json_deep_copy(doc);
	char *a, *b;

	(void)state;
	assert_int_equal(conf_complete(again), 0);
	a = conf_json_pretty(doc);
	b = conf_json_pretty(again);
	assert_string_equal(a, b);
	free(a);
	free(b);
	json_decref(doc);
	json_decref(again);
}

/* Wrong types are somebody else's to name; nothing may happen to them here. */
static void
leaves_wrong_types_alone(void **state)
{
	static const char *const paths[] = { "identity", "network.ports", "users", "users.0", "dns.records", "dns.records.0",
		"dns.records.0.value", "dns.records.0.type", "identity.cell_name", "identity.ula_prefix",
		    "dns.forwards.0.servers" };
	static const char *const values[] = { "null", "5", "\"x\"", "[]", "{}", "[[1],{\"a\":\"b\"}]" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			json_t *doc = sample_raw();

			sample_set(doc, paths[i], sample_json(values[k]));
			assert_int_equal(conf_complete(doc), 0);
			json_decref(doc);
		}
	}
	assert_int_equal(conf_complete(NULL), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_text_into_form), cmocka_unit_test(leaves_txt_alone), cmocka_unit_test(fills_in_defaults),
		cmocka_unit_test(derives), cmocka_unit_test(orders_members), cmocka_unit_test(doing_it_twice_changes_nothing),
		cmocka_unit_test(leaves_wrong_types_alone),
	};

	return cmocka_run_group_tests_name("conf/complete", tests, NULL, NULL);
}
