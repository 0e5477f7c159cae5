/* What goes with a route or a device that is gone (PEER-7, PEER-8). */
#include "conf/depart.h"

#include "conf/draft.h"
#include "conf/follow.h"

#include "sample.h"

/* draft after an edit of the sample, complete and accepted. */
static void
finish(json_t *old, json_t *draft)
{
	struct err e;

	if (conf_follow(old, draft, &e) < 0)
		fail_msg("%s", e.detail);
	assert_int_equal(conf_complete(draft), 0);
	sample_accepted(draft);
}

static void
assert_at(json_t *doc, const char *path, const char *want)
{
	json_t *v = sample_json(want);

	if (!json_equal(v, sample_get(doc, path)))
		fail_msg("%s", path);
	json_decref(v);
}

static void
the_word_of_a_route(void **state)
{
	json_t *old = sample_new(), *draft = json_deep_copy(old);

	(void)state;
	json_array_clear(sample_get(draft, "proxy.routes"));
	finish(old, draft);
	assert_at(draft, "peers.0.service_access", "[\"files\"]");
	json_decref(draft);

	draft = json_deep_copy(old);
	sample_set(draft, "proxy.routes.0.name", json_string("house"));
	finish(old, draft);
	assert_at(draft, "peers.0.service_access", "[\"files\",\"route:house\"]");
	json_decref(draft);
	json_decref(old);
}

/* P6: who had no such word is not touched, and shared with the configuration in force as before. */
static void
others_stay_shared(void **state)
{
	json_t *old = sample_new(), *draft = conf_draft_new(old);

	(void)state;
	json_array_clear(sample_get(draft, "proxy.routes"));
	assert_int_equal(conf_follow(old, draft, NULL), 0);
	assert_at(draft, "peers.0.service_access", "[\"files\"]");
	assert_at(old, "peers.0.service_access", "[\"files\",\"route:ha\"]");
	assert_ptr_equal(sample_get(draft, "peers.1"), sample_get(old, "peers.1"));
	json_decref(draft);
	json_decref(old);
}

/* Another route takes the name over: who could use it can, who could not does not gain. */
static void
a_name_that_stays(void **state)
{
	json_t *old = sample_new(), *draft = json_deep_copy(old);

	(void)state;
	sample_set(draft, "proxy.routes.0.id", json_string("ab000000-0000-4000-8000-000000000009"));
	finish(old, draft);
	assert_at(draft, "peers.0.service_access", "[\"files\",\"route:ha\"]");
	json_decref(draft);
	json_decref(old);
}

static void
what_names_a_device(void **state)
{
	json_t *old = sample_new(), *draft;

	(void)state;
	sample_set(old, "firewall.assertions.0.to", sample_json("{\"peer\":\"Anna-Phone\"}"));
	draft = json_deep_copy(old);
	(void)json_array_remove(sample_get(draft, "peers"), 0);
	finish(old, draft);
	assert_int_equal(json_array_size(sample_get(draft, "firewall.rules")), 0);
	assert_int_equal(json_array_size(sample_get(draft, "firewall.assertions")), 0);
	assert_int_equal(json_array_size(sample_get(draft, "firewall.forwards")), 1);
	json_decref(draft);

	/* the other one goes: nothing of this one's */
	draft = json_deep_copy(old);
	(void)json_array_remove(sample_get(draft, "peers"), 1);
	finish(old, draft);
	assert_int_equal(json_array_size(sample_get(draft, "firewall.rules")), 1);
	json_decref(draft);
	json_decref(old);
}

static void
places_in_block_lists(void **state)
{
	json_t *old = sample_new(), *draft;

	(void)state;
	sample_set(old, "blocklists.lists.0.apply_to.peers", sample_json("[\"office\",\"anna-phone\"]"));
	draft = json_deep_copy(old);
	(void)json_array_remove(sample_get(draft, "peers"), 0);
	assert_int_equal(conf_follow(old, draft, NULL), 0);
	assert_at(draft, "blocklists.lists.0.apply_to.peers", "[\"office\"]");
	json_decref(draft);
	json_decref(old);
}

/* Another order, or other case, is no departure. */
static void
who_stays_keeps_everything(void **state)
{
	json_t *old = sample_new(), *draft = json_deep_copy(old), *first;

	(void)state;
	first = json_incref(sample_get(draft, "peers.0"));
	(void)json_array_remove(sample_get(draft, "peers"), 0);
	(void)json_array_append_new(sample_get(draft, "peers"), first);
	(void)json_object_set_new(first, "name", json_string("ANNA-phone"));
	finish(old, draft);
	assert_int_equal(json_array_size(sample_get(draft, "firewall.rules")), 1);
	json_decref(draft);
	json_decref(old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_of_a_route), cmocka_unit_test(others_stay_shared), cmocka_unit_test(a_name_that_stays),
		cmocka_unit_test(what_names_a_device), cmocka_unit_test(places_in_block_lists),
		cmocka_unit_test(who_stays_keeps_everything),
	};

	return cmocka_run_group_tests_name("conf/depart", tests, NULL, NULL);
}
