/* The struct of a draft that shares records with the configuration before (limits: 10,000 peers, 500 routes). */
#include "conf/fill.h"

#include "devices.h"

static void
assert_texts(const struct conf_texts *a, const struct conf_texts *b)
{
	size_t i;

	assert_int_equal(a->n, b->n);
	for (i = 0; i < a->n; i++)
		assert_string_equal(a->v[i], b->v[i]);
}

static void
assert_prefixes(const struct conf_prefixes *a, const struct conf_prefixes *b)
{
	size_t i;

	assert_int_equal(a->n, b->n);
	for (i = 0; i < a->n; i++)
		assert_memory_equal(&a->v[i], &b->v[i], sizeof(a->v[i]));
}

static void
assert_peer(const struct conf_peer *a, const struct conf_peer *b)
{
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->public_key, b->public_key);
	assert_true(addr_eq(&a->ip, &b->ip));
	assert_true(addr_eq(&a->ip6, &b->ip6));
	assert_int_equal(a->lan_access, b->lan_access);
	assert_int_equal(a->enabled, b->enabled);
	assert_int_equal(a->expires_at, b->expires_at);
	assert_int_equal(a->secret_ref == NULL, b->secret_ref == NULL);
	assert_texts(&a->service_access, &b->service_access);
	assert_texts(&a->groups, &b->groups);
	assert_prefixes(&a->subnets, &b->subnets);
}

static void
assert_route(const struct conf_route *a, const struct conf_route *b)
{
	assert_string_equal(a->id, b->id);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->target, b->target);
	assert_int_equal(a->access, b->access);
	assert_int_equal(a->websocket, b->websocket);
	assert_int_equal(a->enabled, b->enabled);
	assert_texts(&a->request_headers, &b->request_headers);
	assert_texts(&a->response_headers, &b->response_headers);
}

static void
assert_record(const struct conf_record *a, const struct conf_record *b)
{
	assert_string_equal(a->id, b->id);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->zone, b->zone);
	assert_string_equal(a->type, b->type);
	assert_string_equal(a->value, b->value);
	assert_int_equal(a->ttl, b->ttl);
	assert_int_equal(a->views, b->views);
}

static void
assert_same(const struct conf *a, const struct conf *b)
{
	size_t i;

	assert_true(json_equal(a->doc, b->doc));
	assert_int_equal(a->proxy.nroutes, b->proxy.nroutes);
	for (i = 0; i < a->proxy.nroutes; i++)
		assert_route(&a->proxy.routes[i], &b->proxy.routes[i]);
	assert_int_equal(a->dns.nrecords, b->dns.nrecords);
	for (i = 0; i < a->dns.nrecords; i++)
		assert_record(&a->dns.records[i], &b->dns.records[i]);

	assert_int_equal(a->npeers, b->npeers);
	for (i = 0; i < a->npeers; i++) {
		assert_peer(&a->peers[i], &b->peers[i]);
		assert_ptr_equal(a->peers_by_name[i] - a->peers, b->peers_by_name[i] - b->peers);
	}
}

/* However a draft came about, its struct is that of the same document read anew; and outlives what it was a draft of. */
static void
what_is_shared_is_as_if_it_were_not(void **state)
{
	struct sample_rng rng = { 21 };
	json_t *doc = devices_start();
	struct conf *now, *next, *anew;
	size_t most = 0, routes = 0, records = 0;
	unsigned i;
	struct err e;

	(void)state;
	if (conf_build_complete(&now, doc, &e) < 0)
		fail_msg("%s", e.detail);
	for (i = 0; i < 500; i++) {
		doc = devices_next(&rng, now->doc);
		if (conf_build(&anew, doc, &e) < 0)
			fail_msg("%s", e.detail);
		if (conf_build_draft(&next, doc, now, &e) < 0)
			fail_msg("%s", e.detail);
		conf_unref(now);
		assert_same(next, anew);
		most = next->npeers > most ? next->npeers : most;
		routes = next->proxy.nroutes > routes ? next->proxy.nroutes : routes;
		records = next->dns.nrecords > records ? next->dns.nrecords : records;
		conf_unref(anew);
		now = next;
	}
	conf_unref(now);
	assert_in_range(most, 10, DEVICES);
	assert_in_range(routes, 10, DEVICES);
	assert_true(records > 2);
}

/* P6, P7: of ten thousand devices with the same rights each had a list of its own. */
static void
lists_that_are_alike_are_one(void **state)
{
	struct sample_rng rng = { 22 };
	json_t *doc = devices_start(), *peers = json_object_get(doc, "peers"), *draft;
	struct conf *now, *next;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		(void)json_array_append_new(peers, devices_one(&rng, (unsigned)i));
		(void)json_object_set_new(json_array_get(peers, i), "service_access", i < 3 ? json_pack("[s,s]", "mail", "files") :
		    json_pack("[s]", "mail"));
	}
	assert_int_equal(conf_build(&now, doc, &e), 0);
	draft = conf_draft_new(now->doc);
	assert_int_equal(conf_build_draft(&next, draft, now, &e), 0);
	assert_same(next, now);
	assert_ptr_not_equal(next->peers[0].service_access.v, now->peers[0].service_access.v);
	for (i = 1; i < 5; i++)
		assert_int_equal(next->peers[i].service_access.v == next->peers[i - 1].service_access.v, i != 3);
	conf_unref(next);
	conf_unref(now);
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shared_is_as_if_it_were_not), cmocka_unit_test(lists_that_are_alike_are_one),
	};

	return cmocka_run_group_tests_name("conf/fill", tests, NULL, NULL);
}
