/* Addresses of new devices (PEER-1; data.md 4.5). */
#include "conf/number.h"

#include <stdlib.h>

#include "conf/draft.h"

#include "sample.h"

static json_t *
peer(const char *name, const char *ip)
{
	json_t *p = json_pack("{s:s, s:s, s:s}", "name", name, "public_key", "AwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
	    "created_at", "2026-07-01T09:00:00Z");

	if (ip != NULL)
		assert_int_equal(json_object_set_new(p, "ip", json_string(ip)), 0);
	return p;
}

static void
assert_text(json_t *doc, const char *path, const char *want)
{
	assert_string_equal(json_string_value(sample_get(doc, path)), want);
}

/* The lowest free one above the cell's own, and the same number in IPv6. */
static void
the_next_free_one(void **state)
{
	json_t *doc = sample_raw(), *peers = json_array();

	(void)state;
	sample_set(doc, "wireguard.address", json_string("10.9.0.4/24"));
	json_array_append_new(peers, peer("a", NULL));
	json_array_append_new(peers, peer("b", "10.9.0.6"));
	json_array_append_new(peers, peer("c", NULL));
	json_array_append_new(peers, peer("d", "10.9.0.5"));
	sample_set(doc, "peers", peers);
	assert_int_equal(conf_complete(doc), 0);
	assert_text(doc, "peers.0.ip", "10.9.0.7");	/* 5 is d's, wherever it stands */
	assert_text(doc, "peers.0.ip6", "fd5e:3c1a:9b42:1::7");
	assert_text(doc, "peers.1.ip6", "fd5e:3c1a:9b42:1::6");
	assert_text(doc, "peers.2.ip", "10.9.0.8");
	json_decref(doc);
}

/* A draft shares most of its devices; whichever way they are read, new ones get the same addresses. */
static void
drafts_at_random(void **state)
{
	json_t *doc = sample_new(), *draft, *other, *peers;
	struct conf *now;
	struct err e;
	char ip[32];
	int i, k;

	(void)state;
	srand(1);
	assert_int_equal(conf_build_complete(&now, json_incref(doc), &e), 0);
	for (i = 0; i < 300; i++) {
		draft = conf_draft_new(doc);
		peers = json_object_get(draft, "peers");
		if (rand() % 2 == 0)
			(void)json_array_remove(peers, (size_t)rand() % json_array_size(peers));
		for (k = rand() % 4; k > 0; k--) {
			(void)snprintf(ip, sizeof(ip), "10.0.0.%d", 2 + rand() % 8);
			(void)json_array_insert_new(peers, (size_t)rand() % (json_array_size(peers) + 1),
			    peer("x", rand() % 2 == 0 ? ip : NULL));
		}
		other = json_deep_copy(draft);
		assert_int_equal(conf_number_draft(draft, now), 0);
		assert_int_equal(conf_number_complete(other, NULL), 0);
		assert_true(json_equal(draft, other));
		json_decref(other);
		json_decref(draft);
	}
	conf_unref(now);
	json_decref(doc);
}

static void
without_ipv6(void **state)
{
	json_t *doc = sample_raw();

	(void)state;
	sample_set(doc, "wireguard.address6", json_null());
	assert_int_equal(conf_complete(doc), 0);
	assert_true(json_is_null(sample_get(doc, "peers.1.ip6")));
	assert_text(doc, "peers.1.ip", "10.0.0.3");
	json_decref(doc);
}

/* A /29 has room for the cell and five; the sixth is told so. */
static void
a_full_network(void **state)
{
	json_t *doc = sample_raw(), *peers = json_array(), *one;
	char key[45], name[8];
	int i;

	(void)state;
	sample_set(doc, "wireguard.address", json_string("10.9.0.1/29"));
	sample_set(doc, "firewall.rules", json_array());
	for (i = 0; i < 6; i++) {
		(void)snprintf(name, sizeof(name), "p%d", i);
		(void)snprintf(key, sizeof(key), "A%cECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 'a' + i);
		one = peer(name, NULL);
		assert_int_equal(json_object_set_new(one, "public_key", json_string(key)), 0);
		json_array_append_new(peers, one);
	}
	sample_set(doc, "peers", peers);
	sample_set(doc, "dns.records", json_array());
	assert_int_equal(conf_complete(doc), 0);
	assert_text(doc, "peers.4.ip", "10.9.0.6");
	assert_null(sample_get(doc, "peers.5.ip"));
	sample_refused(doc, -EEXIST, "peers[5].ip", "there is no free address left in 10.9.0.0/29");
	json_array_remove(peers, 5);
	sample_accepted(doc);
	json_decref(doc);
}

static void
hosts_of_a_network(void **state)
{
	static const struct { const char *own, *address; bool is; } cases[] = {
		{ "10.0.0.1/24", "10.0.0.2", true }, { "10.0.0.1/24", "10.0.0.0", false },
		{ "10.0.0.1/24", "10.0.0.255", false }, { "10.0.0.1/24", "10.0.1.2", false },
		{ "10.0.0.1/16", "10.0.0.255", true }, { "10.0.0.1/24", "fd00::2", false },
		{ "fd00::1/64", "fd00::2", true }, { "fd00::1/64", "fd00::", false },
		{ "fd00::1/64", "fd00:0:0:1::2", false },
	};
	struct addr_prefix own;
	struct addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(addr_prefix_read(str_of(cases[i].own), &own) && addr_read(str_of(cases[i].address), &a));
		if (conf_number_is_host(&own, &a) != cases[i].is)
			fail_msg("%s in %s", cases[i].address, cases[i].own);
	}
}

/* Whatever stands there: nobody's mistake ends in anything but words. */
static void
wrong_documents(void **state)
{
	static const char *const addresses[] = { "\"10.0.0.1\"", "\"10.0.0.1/8\"", "\"fd00::1/64\"", "5", "null",
	    "\"10.0.0.1/31\"" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		json_t *doc = sample_raw();

		sample_set(doc, "wireguard.address", sample_json(addresses[i]));
		sample_set(doc, "peers.0", json_integer(1));
		assert_int_equal(conf_complete(doc), 0);
		assert_null(sample_get(doc, "peers.1.ip"));
		json_decref(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_free_one), cmocka_unit_test(drafts_at_random),
		cmocka_unit_test(without_ipv6), cmocka_unit_test(a_full_network),
		cmocka_unit_test(hosts_of_a_network), cmocka_unit_test(wrong_documents),
	};

	return cmocka_run_group_tests_name("conf/number", tests, NULL, NULL);
}
