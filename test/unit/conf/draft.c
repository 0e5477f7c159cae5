/* What a draft shares with the configuration in force (CFG-2: a change works on a copy; limits: 10,000 peers). */
#include "conf/draft.h"

#include "conf/rev.h"

#include "devices.h"

static void
devices_are_shared_and_nothing_else(void **state)
{
	json_t *doc = sample_new(), *draft = conf_draft_new(doc);

	(void)state;
	assert_true(json_equal(doc, draft));
	assert_ptr_not_equal(sample_get(doc, "peers"), sample_get(draft, "peers"));
	assert_ptr_equal(sample_get(doc, "peers.1"), sample_get(draft, "peers.1"));
	assert_ptr_not_equal(sample_get(doc, "users.0"), sample_get(draft, "users.0"));
	assert_ptr_not_equal(sample_get(doc, "dns"), sample_get(draft, "dns"));
	json_decref(draft);
	json_decref(doc);
}

static void
who_is_asked_for_is_a_copy(void **state)
{
	json_t *doc = sample_new(), *want = json_deep_copy(doc), *draft = conf_draft_new(doc), *one;

	(void)state;
	one = conf_draft_record(json_object_get(draft, "peers"), 1);
	assert_ptr_not_equal(one, sample_get(doc, "peers.1"));
	assert_ptr_equal(one, conf_draft_record(json_object_get(draft, "peers"), 1));	/* one copy is enough */
	assert_int_equal(json_object_set_new(one, "enabled", json_false()), 0);
	assert_ptr_equal(sample_get(draft, "peers.1"), one);
	assert_ptr_equal(sample_get(draft, "peers.0"), sample_get(doc, "peers.0"));
	assert_null(conf_draft_record(json_object_get(draft, "peers"), 2));
	assert_int_equal(conf_draft_records(json_object_get(draft, "peers")), 0);
	assert_ptr_not_equal(sample_get(draft, "peers.0"), sample_get(doc, "peers.0"));
	assert_true(json_equal(doc, want));	/* who reads the one in force sees nothing of it */
	json_decref(want);
	json_decref(draft);
	json_decref(doc);
}

/* Of eight records: some changed, one gone, one put in between. All others are recognized. */
static void
the_same_are_recognized(void **state)
{
	json_t *base = json_array(), *draft = json_array();
	struct conf_draft_walk w = { .base = base };
	bool same[8];
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		(void)json_array_append_new(base, json_integer((json_int_t)i + 1000));
	for (i = 0; i < 8; i++)
		if (i != 5)
			(void)json_array_append(draft, json_array_get(base, i));
	(void)json_array_set_new(draft, 1, json_integer(1));
	(void)json_array_set_new(draft, 2, json_integer(2));
	(void)json_array_set_new(draft, 3, json_integer(3));
	(void)json_array_insert_new(draft, 6, json_integer(6));
	for (i = 0; i < 8; i++)
		same[i] = conf_draft_is_same(&w, json_array_get(draft, i));
	assert_memory_equal(same, ((bool[]){ true, false, false, false, true, true, false, true }), sizeof(same));
	json_decref(draft);
	json_decref(base);
}

/* As a transaction does it. What was not touched is neither copied nor stamped, and what was is judged. */
static void
a_change_costs_what_it_changes(void **state)
{
	json_t *doc = sample_new(), *draft = conf_draft_new(doc);
	struct conf *now, *c;
	struct err e;

	(void)state;
	assert_int_equal(conf_build_complete(&now, json_incref(doc), &e), 0);
	(void)json_object_set_new(conf_draft_record(sample_get(draft, "peers"), 1), "lan_access", json_true());
	assert_int_equal(conf_complete_draft(draft, doc), 0);
	assert_int_equal(conf_rev_stamp(doc, draft, 99), 0);
	assert_ptr_equal(sample_get(draft, "peers.0"), sample_get(doc, "peers.0"));
	assert_int_equal(json_integer_value(sample_get(draft, "peers.1.rev")), 99);
	assert_int_equal(conf_build_draft(&c, json_incref(draft), now, &e), 0);
	assert_true(c->peers[1].lan_access);
	assert_string_equal(c->peers[0].name, "anna-phone");
	conf_unref(c);

	(void)json_object_set_new(conf_draft_record(sample_get(draft, "peers"), 1), "ip", json_integer(5));
	assert_int_equal(conf_build_draft(&c, json_incref(draft), now, &e), -EINVAL);
	assert_true(sample_has_field(&e, "peers[1].ip"));
	json_decref(draft);
	conf_unref(now);
	json_decref(doc);
}

/* Ten thousand devices are nearly the same: what neighbours have alike is there once. Who is changed has his own. */
static void
what_neighbours_have_alike_is_there_once(void **state)
{
	struct sample_rng r = { 1 };
	json_t *doc = devices_start(), *peers = json_object_get(doc, "peers"), *one, *built;
	struct conf *c;
	struct err e;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		one = devices_one(&r, i);
		(void)json_object_set_new(one, "service_access", json_pack("[s,s]", "files", i < 2 ? "mail" : "calendar"));
		(void)json_array_append_new(peers, one);
	}
	assert_int_equal(conf_complete(doc), 0);
	assert_int_equal(conf_build(&c, doc, &e), 0);
	built = (json_t *)(uintptr_t)c->doc;
	assert_true(json_equal(built, doc));
	assert_ptr_equal(sample_get(built, "peers.0.service_access"), sample_get(built, "peers.1.service_access"));
	assert_ptr_equal(sample_get(built, "peers.1.exit_via"), sample_get(built, "peers.2.exit_via"));
	assert_ptr_not_equal(sample_get(built, "peers.1.service_access"), sample_get(built, "peers.2.service_access"));

	json_decref(doc);
	doc = conf_draft_new(built);
	one = conf_draft_record(json_object_get(doc, "peers"), 1);
	(void)json_array_append_new(json_object_get(one, "service_access"), json_string("calendar"));
	assert_int_equal(json_array_size(sample_get(doc, "peers.0.service_access")), 2);
	assert_int_equal(json_array_size(sample_get(built, "peers.1.service_access")), 2);
	json_decref(doc);
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_are_shared_and_nothing_else), cmocka_unit_test(who_is_asked_for_is_a_copy),
		cmocka_unit_test(the_same_are_recognized), cmocka_unit_test(a_change_costs_what_it_changes),
		cmocka_unit_test(what_neighbours_have_alike_is_there_once),
	};

	return cmocka_run_group_tests_name("conf/draft", tests, NULL, NULL);
}
