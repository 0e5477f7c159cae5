/* What goes with a route or a device that is gone (PEER-7, PEER-8). */
#include "conf/depart.h"

#include "devices.h"

static struct conf *
built(const json_t *doc)
{
	struct conf *c = NULL;
	struct err e;

	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	return c;
}

/* draft after an edit of old, complete and accepted. */
static void
finish(const json_t *old, json_t *draft)
{
	struct conf *now = built(old);

	assert_int_equal(conf_depart(now, draft), 0);
	assert_int_equal(conf_complete(draft), 0);
	sample_accepted(draft);
	conf_unref(now);
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
	json_t *old = sample_new(), *draft;
	struct conf *now = built(old);

	(void)state;
	draft = conf_draft_new(now->doc);
	(void)json_array_clear(sample_get(draft, "proxy.routes"));
	assert_int_equal(conf_depart(now, draft), 0);
	assert_at(draft, "peers.0.service_access", "[\"files\"]");
	assert_string_equal(now->peers[0].service_access.v[1], "route:ha");
	assert_ptr_equal(json_array_get(json_object_get(draft, "peers"), 1), json_array_get(json_object_get(now->doc, "peers"), 1));
	json_decref(draft);
	conf_unref(now);
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
	finish(old, draft);
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

/* --- at random --------------------------------------------------------------------------- */

enum { ROUTES = 12, NAMES = 16, WITH_WORDS = 20, ROUNDS = 500 };

/* n0 to n15: few, so that one takes over what another one had. */
static json_t *
free_name(struct sample_rng *rng, const json_t *routes)
{
	const json_t *route;
	char name[8];
	size_t i;

	do {
		(void)snprintf(name, sizeof(name), "n%u", sample_below(rng, NAMES));
		json_array_foreach(routes, i, route)
			if (strcmp(json_string_value(json_object_get(route, "name")), name) == 0)
				break;
	} while (i < json_array_size(routes));
	return json_string(name);
}

static json_t *
new_route(struct sample_rng *rng, const json_t *routes)
{
	char id[40], host[16];
	const unsigned n = sample_below(rng, 1000000);

	(void)snprintf(id, sizeof(id), "6e000000-0000-4000-8000-%012u", n);
	(void)snprintf(host, sizeof(host), "h%u", n);
	return json_pack("{s:s, s:o, s:s, s:s}", "id", id, "name", free_name(rng, routes), "host", host, "target",
	    "http://192.168.7.9");
}

/* One comes, goes, gets another name, or another place. */
static void
change_routes(struct sample_rng *rng, json_t *routes)
{
	const size_t n = json_array_size(routes), at = sample_below(rng, (unsigned)n + 1);
	json_t *route = json_incref(json_array_get(routes, at));

	switch (route == NULL ? 3 : sample_below(rng, 4)) {
	case 0:
		(void)json_array_remove(routes, at);
		break;
	case 1:
		(void)json_array_remove(routes, at);
		(void)json_array_insert(routes, sample_below(rng, (unsigned)n), route);
		break;
	case 2:
		json_decref(route);	/* else it were copied though nobody else has it */
		route = NULL;
		(void)json_object_set_new(conf_draft_record(routes, at), "name", free_name(rng, routes));
		break;
	default:
		if (n < ROUTES)
			(void)json_array_insert_new(routes, at, new_route(rng, routes));
	}
	json_decref(route);
}

/* The words of some routes that there are. */
static json_t *
words_of(struct sample_rng *rng, const json_t *routes)
{
	json_t *words = json_pack("[s]", "mail");
	const json_t *route;
	size_t i;

	json_array_foreach(routes, i, route)
		if (sample_below(rng, 5) == 0)
			(void)json_array_append_new(words,
			    json_pack("s+", "route:", json_string_value(json_object_get(route, "name"))));
	return words;
}

static void
change_peers(struct sample_rng *rng, json_t *peers, const json_t *routes)
{
	const size_t at = sample_below(rng, WITH_WORDS);
	json_t *peer = json_incref(json_array_get(peers, at));

	if (sample_below(rng, 4) == 0) {
		(void)json_array_remove(peers, at);
		(void)json_array_insert(peers, sample_below(rng, WITH_WORDS), peer);
		json_decref(peer);
		return;
	}
	json_decref(peer);
	(void)json_object_set_new(conf_draft_record(peers, at), "service_access", words_of(rng, routes));
}

static struct conf *
start(struct sample_rng *rng)
{
	json_t *doc = devices_start();
	struct conf *c;
	unsigned i;

	for (i = 0; i < WITH_WORDS; i++)
		(void)json_array_append_new(json_object_get(doc, "peers"), devices_one(rng, i));
	c = built(doc);
	json_decref(doc);
	return c;
}

static json_t *
draft_of(struct sample_rng *rng, const struct conf *now)
{
	json_t *draft = conf_draft_new(now->doc), *routes = sample_get(draft, "proxy.routes");
	unsigned n = sample_below(rng, 4);

	while (n-- > 0)
		change_routes(rng, routes);
	for (n = sample_below(rng, 4); n > 0; n--)
		change_peers(rng, json_object_get(draft, "peers"), routes);
	return draft;
}

/* Of a draft that shares what did not change, and of one that shares nothing, the same departs. */
static void
what_is_shared_is_as_if_it_were_not(void **state)
{
	struct sample_rng rng = { 33 };
	struct conf *now = start(&rng), *next;
	json_t *draft, *whole, *was;
	unsigned i, departed = 0;
	struct err e;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		draft = draft_of(&rng, now);
		was = json_deep_copy(draft);
		whole = json_deep_copy(draft);
		assert_int_equal(conf_depart(now, draft), 0);
		assert_int_equal(conf_depart(now, whole), 0);
		assert_true(json_equal(draft, whole));
		departed += !json_equal(draft, was);
		assert_int_equal(conf_complete_draft(draft, now->doc), 0);
		if (conf_build_draft(&next, draft, now, &e) < 0)
			fail_msg("%s", e.detail);
		json_decref(whole);
		json_decref(was);
		conf_unref(now);
		now = next;
	}
	conf_unref(now);
	assert_in_range(departed, ROUNDS / 8, ROUNDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_of_a_route), cmocka_unit_test(others_stay_shared), cmocka_unit_test(a_name_that_stays),
		cmocka_unit_test(what_names_a_device), cmocka_unit_test(places_in_block_lists),
		cmocka_unit_test(who_stays_keeps_everything), cmocka_unit_test(what_is_shared_is_as_if_it_were_not),
	};

	return cmocka_run_group_tests_name("conf/depart", tests, NULL, NULL);
}
