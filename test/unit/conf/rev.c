/* Which generation changed what (APL-3 rests on it). */
#include "conf/rev.h"

#include <stdlib.h>

#include "conf/draft.h"

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

/* N records in a document of their own. */
static json_t *
numbered(int n)
{
	json_t *doc = sample_new(), *records = json_array();
	char name[8];
	int i;

	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "r%d", i);
		json_array_append_new(records, json_pack("{s:s, s:i, s:i}", "id", name, "ttl", i, "rev", 7));
	}
	sample_set(doc, "dns.records", records);
	return doc;
}

static void
change_one(json_t *records, const char *fresh)
{
	const size_t at = (size_t)rand() % json_array_size(records), to = (size_t)rand() % json_array_size(records);
	json_t *a = json_array_get(records, at), *b = json_array_get(records, to);

	switch (rand() % 5) {
	case 0:
		json_array_remove(records, at);
		break;
	case 1:
		json_array_insert_new(records, at, json_pack("{s:s}", "id", fresh));
		break;
	case 2:
		json_object_set_new(conf_draft_record(records, at), "ttl", json_integer(99));
		break;
	case 3:
		json_object_set_new(conf_draft_record(records, at), "id", json_string(fresh));
		break;
	default:	/* two change places */
		json_incref(a);
		json_array_set(records, at, b);
		json_array_set_new(records, to, a);
	}
}

/* A draft, as a transaction has it: what it shares is not looked through, and whatever happens to the rest, each record has the rev
 * that a comparison by names gives it. */
static void
drafts_at_random(void **state)
{
	json_t *now, *next, *other;
	char name[8];
	int i, round;

	(void)state;
	srand(1);
	for (round = 0; round < 2000; round++) {
		now = numbered(12);
		next = json_pack("{s:{s:o}}", "dns", "records", json_copy(sample_get(now, "dns.records")));
		for (i = rand() % 6; i > 0; i--) {
			(void)snprintf(name, sizeof(name), "n%d", i);
			change_one(sample_get(next, "dns.records"), name);
		}
		other = json_deep_copy(next);
		assert_int_equal(conf_rev_stamp(now, next, 8), 0);
		assert_int_equal(conf_rev_stamp(now, other, 8), 0);
		assert_true(json_equal(next, other));
		json_decref(other);
		json_decref(next);
		json_decref(now);
	}
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
		cmocka_unit_test(records_that_moved), cmocka_unit_test(drafts_at_random)
	};

	return cmocka_run_group_tests_name("conf/rev", tests, NULL, NULL);
}
