/* CFG-6, DNL-2: what follows a rename. */
#include "conf/follow.h"

#include "conf/diff.h"

#include "sample.h"

/* old with path set to value, followed and complete. */
static json_t *
edited(const json_t *old, const char *path, const char *value)
{
	json_t *draft = json_deep_copy(old);

	sample_set(draft, path, sample_json(value));
	assert_int_equal(conf_follow(old, draft, NULL), 0);
	assert_int_equal(conf_complete(draft), 0);
	return draft;
}

static const char *
text_at(json_t *doc, const char *path)
{
	const char *s = json_string_value(sample_get(doc, path));

	return s == NULL ? "(none)" : s;
}

static void
assert_valid(const json_t *doc)
{
	struct conf *c;
	struct err e;

	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	conf_unref(c);
}

static void
domains_follow_the_name(void **state)
{
	json_t *old = sample_new(), *new = edited(old, "identity.cell_name", "\" NewHome \"");

	(void)state;
	assert_string_equal(text_at(new, "identity.domain"), "newhome.cell");
	assert_string_equal(text_at(new, "identity.domain_name"), "newhome.home.arpa");
	assert_valid(new);
	json_decref(new);

	new = edited(old, "identity.domain_mode", "\"pic_ngo\"");
	assert_string_equal(text_at(new, "identity.domain_name"), "myhome.pic.ngo");
	assert_string_equal(text_at(new, "dns.records.0.zone"), "myhome.pic.ngo");
	assert_valid(new);
	json_decref(new);
	json_decref(old);
}

static void
chosen_domains_stay(void **state)
{
	json_t *old = sample_new(), *chosen, *new;

	(void)state;
	chosen = edited(old, "identity.domain", "\"inner.example\"");
	new = edited(chosen, "identity.cell_name", "\"newhome\"");
	assert_string_equal(text_at(new, "identity.domain"), "inner.example");
	assert_string_equal(text_at(new, "identity.domain_name"), "newhome.home.arpa");
	assert_valid(new);
	json_decref(new);
	json_decref(chosen);

	/* an edit that names both is taken at its word */
	new = json_deep_copy(old);
	sample_set(new, "identity.cell_name", json_string("newhome"));
	sample_set(new, "identity.domain_name", json_string("home.example.org"));
	assert_int_equal(conf_follow(old, new, NULL), 0);
	assert_int_equal(conf_complete(new), 0);
	assert_string_equal(text_at(new, "identity.domain_name"), "home.example.org");
	assert_string_equal(text_at(new, "identity.domain"), "newhome.cell");
	assert_valid(new);
	json_decref(new);
	json_decref(old);
}

/* data.md 4.1: in this mode the name is always the cell's. */
static void
pic_ngo_does_not_keep_a_chosen_name(void **state)
{
	json_t *old = sample_new(), *cloud, *new;

	(void)state;
	cloud = json_deep_copy(old);
	sample_set(cloud, "identity.domain_mode", json_string("cloudflare"));
	sample_set(cloud, "identity.domain_name", json_string("home.example.org"));
	assert_int_equal(conf_follow(old, cloud, NULL), 0);
	assert_int_equal(conf_complete(cloud), 0);
	assert_valid(cloud);
	new = edited(cloud, "identity.domain_mode", "\"pic_ngo\"");
	assert_string_equal(text_at(new, "identity.domain_name"), "myhome.pic.ngo");
	assert_valid(new);
	json_decref(new);

	/* the name of the mode before is no answer to what the new mode asks */
	new = edited(old, "identity.domain_mode", "\"cloudflare\"");
	assert_string_equal(text_at(new, "identity.domain_name"), "(none)");
	json_decref(new);
	json_decref(cloud);
	json_decref(old);
}

static void
vpn_address_follows_the_prefix(void **state)
{
	json_t *raw = sample_raw(), *old, *new, *off;

	(void)state;
	sample_set(raw, "identity.ula_prefix", json_null());
	assert_int_equal(conf_complete(raw), 0);
	old = raw;
	assert_true(json_is_null(sample_get(old, "wireguard.address6")));
	new = edited(old, "identity.ula_prefix", "\"fd11:2233:4455::/48\"");	/* as setup does */
	assert_string_equal(text_at(new, "wireguard.address6"), "fd11:2233:4455:1::1/64");
	/* switched off by a person it stays off */
	off = edited(new, "wireguard.address6", "null");
	assert_true(json_is_null(sample_get(off, "wireguard.address6")));
	json_decref(new);
	new = edited(off, "identity.timezone", "\"UTC\"");
	assert_true(json_is_null(sample_get(new, "wireguard.address6")));
	json_decref(new);
	json_decref(off);
	json_decref(old);
}

/* No name of before is left anywhere, and none is there twice. */
static void
renaming_ten_times_leaves_nothing(void **state)
{
	json_t *now = sample_new(), *next;
	char value[32], old_name[32], *text;
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		(void)snprintf(old_name, sizeof(old_name), "%s", text_at(now, "identity.cell_name"));
		(void)snprintf(value, sizeof(value), "\"cell%d\"", i);
		next = edited(now, "identity.cell_name", value);
		assert_valid(next);
		text = conf_json_canonical(json_object_get(next, "dns"));
		assert_null(strstr(text, old_name));
		free(text);
		assert_int_equal(json_array_size(sample_get(next, "dns.records")), 4);
		json_decref(now);
		now = next;
	}
	assert_string_equal(text_at(now, "dns.records.1.value"), "10 nas.cell9.home.arpa");
	assert_string_equal(text_at(now, "dns.records.2.zone"), "cell9.cell");
	assert_string_equal(text_at(now, "dns.records.3.value"), "nas.cell9.home.arpa");
	json_decref(now);
}

static void
reverse_zones_follow_the_network(void **state)
{
	json_t *old = sample_new(), *new = edited(old, "wireguard.address", "\"10.8.0.1/24\"");

	(void)state;
	assert_string_equal(text_at(new, "dns.records.3.zone"), "0.8.10.in-addr.arpa");
	assert_valid(new);
	json_decref(new);
	/* of another shape: nobody can say where it belongs */
	new = edited(old, "wireguard.address", "\"10.8.0.1/22\"");
	assert_string_equal(text_at(new, "dns.records.3.zone"), "0.0.10.in-addr.arpa");
	json_decref(new);
	json_decref(old);
}

static void
nothing_follows_nothing(void **state)
{
	struct sample_rng rng = { 11 };
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		json_t *old = sample_random(&rng), *draft = json_deep_copy(old);

		assert_int_equal(conf_follow(old, draft, NULL), 0);
		assert_int_equal(conf_complete(draft), 0);
		assert_true(conf_diff_same(old, draft));
		json_decref(old);
		json_decref(draft);
	}
}

static void
survives_wrong_types(void **state)
{
	static const char *const paths[] = { "identity", "identity.cell_name", "identity.domain", "wireguard", "wireguard.address",
		"dns", "dns.records", "dns.records.0", "dns.records.0.zone", "dns.records.0.value", "dns.records.0.type" };
	static const char *const values[] = { "null", "5", "[]", "{}", "\"\"", "\"x\"" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			json_t *old = sample_new(), *draft = sample_new();

			sample_set(draft, "identity.cell_name", json_string("other"));
			sample_set(draft, paths[i], sample_json(values[k]));
			assert_int_equal(conf_follow(old, draft, NULL), 0);
			json_decref(old);
			json_decref(draft);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_follow_the_name), cmocka_unit_test(chosen_domains_stay),
		cmocka_unit_test(pic_ngo_does_not_keep_a_chosen_name), cmocka_unit_test(vpn_address_follows_the_prefix),
		cmocka_unit_test(renaming_ten_times_leaves_nothing), cmocka_unit_test(reverse_zones_follow_the_network),
		cmocka_unit_test(nothing_follows_nothing), cmocka_unit_test(survives_wrong_types),
	};

	return cmocka_run_group_tests_name("conf/follow", tests, NULL, NULL);
}
