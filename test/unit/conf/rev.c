/* Which generation changed what (APL-3 rests on it). */
#include "conf/rev.h"

#include "sample.h"

static int
rev_at(json_t *doc, const char *path)
{
	char full[64];

	(void)snprintf(full, sizeof(full), "%s.rev", path);
	assert_true(json_is_integer(sample_get(doc, full)));
	return (int)json_integer_value(sample_get(doc, full));
}

static void
stamps_everything_at_first(void **state)
{
	static const char *const all[] = { "identity", "network", "admin_access", "auth", "users.0", "users.1", "tokens.0",
		"wireguard", "dns", "dns.records.0", "dns.records.3", "dns.forwards.0", "blocklists", "proxy", "logging" };
	json_t *doc = sample_new();
	size_t i;

	(void)state;
	assert_int_equal(conf_rev_stamp(NULL, doc, 7), 0);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(rev_at(doc, all[i]), 7);
	json_decref(doc);
}

static void
stamps_what_changed(void **state)
{
	json_t *now = sample_new(), *next;

	(void)state;
	assert_int_equal(conf_rev_stamp(NULL, now, 7), 0);
	next = json_deep_copy(now);
	sample_set(next, "network.ports.dns", json_integer(5353));
	sample_set(next, "users.1.email", json_null());
	sample_set(next, "dns.records.2.ttl", json_integer(1));
	sample_set(next, "dns.forwards", json_array());
	sample_set(next, "identity.rev", json_integer(99));	/* what a draft says of it does not count */
	sample_set(next, "dns.records.0.rev", json_integer(0));
	assert_int_equal(conf_rev_stamp(now, next, 8), 0);
	assert_int_equal(rev_at(next, "network"), 8);
	assert_int_equal(rev_at(next, "users.0"), 7);
	assert_int_equal(rev_at(next, "users.1"), 8);
	assert_int_equal(rev_at(next, "dns.records.2"), 8);
	assert_int_equal(rev_at(next, "dns.records.1"), 7);
	assert_int_equal(rev_at(next, "dns.records.0"), 7);
	assert_int_equal(rev_at(next, "dns"), 7);	/* records have their own */
	assert_int_equal(rev_at(next, "identity"), 7);
	json_decref(now);
	json_decref(next);
}

static void
new_records_and_values_without_key(void **state)
{
	json_t *now = sample_new(), *next, *records;

	(void)state;
	assert_int_equal(conf_rev_stamp(NULL, now, 7), 0);
	next = json_deep_copy(now);
	records = sample_get(next, "dns.records");
	assert_int_equal(json_array_insert_new(records, 0, sample_json("{\"id\":\"x\"}")), 0);
	sample_set(next, "dns.upstreams.0.port", json_integer(5353));
	assert_int_equal(conf_rev_stamp(now, next, 8), 0);
	assert_int_equal(rev_at(next, "dns.records.0"), 8);
	assert_int_equal(rev_at(next, "dns.records.1"), 7);
	assert_int_equal(rev_at(next, "dns"), 8);
	json_decref(now);
	json_decref(next);
}

/* Few that moved are looked for one by one, many by an index; either way each is found. */
static void
records_that_moved(void **state)
{
	enum { N = 20 };
	json_t *now = sample_new(), *next, *records = json_array(), *turned = json_array();
	char name[8];
	int i;

	(void)state;
	for (i = 0; i < N; i++) {
		(void)snprintf(name, sizeof(name), "r%d", i);
		json_array_append_new(records, json_pack("{s:s, s:i}", "id", name, "ttl", i));
	}
	sample_set(now, "dns.records", records);
	assert_int_equal(conf_rev_stamp(NULL, now, 7), 0);
	next = json_deep_copy(now);
	for (i = N - 1; i >= 0; i--)
		json_array_append(turned, json_array_get(sample_get(next, "dns.records"), (size_t)i));
	sample_set(next, "dns.records", turned);
	sample_set(next, "dns.records.1.ttl", json_integer(99));
	sample_set(next, "dns.records.17.ttl", json_integer(99));
	json_array_append_new(turned, json_pack("{s:s}", "id", "new"));
	assert_int_equal(conf_rev_stamp(now, next, 8), 0);
	for (i = 0; i <= N; i++) {
		assert_int_equal(json_integer_value(json_object_get(json_array_get(turned, (size_t)i), "rev")),
		    i == 1 || i == 17 || i == N ? 8 : 7);
	}
	json_decref(now);
	json_decref(next);
}

static void
leaves_wrong_types_alone(void **state)
{
	json_t *now = sample_new(), *next = sample_json("{\"identity\":5,\"users\":[1,{\"username\":2}],\"dns\":{\"records\":{}}}");

	(void)state;
	assert_int_equal(conf_rev_stamp(now, next, 8), 0);
	assert_int_equal(json_integer_value(json_object_get(next, "identity")), 5);
	json_decref(now);
	json_decref(next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_everything_at_first), cmocka_unit_test(stamps_what_changed),
		cmocka_unit_test(new_records_and_values_without_key), cmocka_unit_test(leaves_wrong_types_alone),
		cmocka_unit_test(records_that_moved)
	};

	return cmocka_run_group_tests_name("conf/rev", tests, NULL, NULL);
}
