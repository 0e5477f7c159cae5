/* src/role/who.c: whatever changes, the table is the one made from scratch, and one that stays is not made again (P6). */
#include "lab.h"

#include <stdlib.h>

#include "ingress/who.h"
#include "role/who.h"
#include "sys/sealed.h"

enum { ROUNDS = 400, EDITS = 11, ROUTES = 6 };

#define SET_UP "\"setup\":{\"complete\":true,\"completed_at\":\"2026-01-01T00:00:00Z\"},"

#define ROUTE(name, n) "{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a1" n "\",\"name\":\"" name "\",\"host\":\"" name "\"," \
    "\"target\":\"http://192.168.77.5\",\"access\":[\"vpn\"]}"

#define USER(name, role, n) "{\"username\":\"" name "\",\"role\":\"" role "\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"display_name\":\"\",\"secret_ref\":\"sec_2222222222222222222222222" n "\"}"

#define PEER(name, letter, host) "{\"name\":\"" name "\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"public_key\":\"" letter "cHpNmxfUqpBLsmPRBSDwX7s3oTFwHqVNeWrKPXkqEE=\",\"ip\":\"10.0.0." host "\",\"owner\":\"anna\"," \
    "\"service_access\":[\"route:wiki\",\"route:tv\"]}"

static const char small[] = "{" SET_UP "\"users\":[" USER("admin", "admin", "2") "," USER("anna", "peer", "3") "],"
    "\"proxy\":{\"routes\":[" ROUTE("wiki", "1") "," ROUTE("tv", "2") "]},"
    "\"peers\":[" PEER("carl", "C", "4") "," PEER("anna", "A", "2") "," PEER("bob", "B", "3") "]}";

static bool
is_named(const json_t *peers, const json_t *route)
{
	json_t *word = json_pack("s+", "route:", json_string_value(json_object_get(route, "name")));
	const json_t *peer, *one;
	size_t i, k;
	bool named = false;

	json_array_foreach(peers, i, peer)
		json_array_foreach(json_object_get(peer, "service_access"), k, one)
			named = named || json_equal(one, word);
	json_decref(word);
	return named;
}

/* One comes at the end. */
static void
add_route(json_t *routes, unsigned round)
{
	char name[16], id[40];

	(void)snprintf(name, sizeof(name), "z%u", round);
	(void)snprintf(id, sizeof(id), "5f0c3a52-6c1f-4d0e-9d3b-%012u", round);
	if (json_array_size(routes) < ROUTES)
		(void)json_array_append_new(routes, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "name", name, "host", name,
		    "target", "http://192.168.77.5"));
}

/* The last one goes. True: a device could use it. */
static bool
remove_route(json_t *routes, const json_t *peers)
{
	const size_t last = json_array_size(routes) - 1;
	const bool named = is_named(peers, json_array_get(routes, last));

	if (last > 0)
		(void)json_array_remove(routes, last);
	return named;
}

/* One of them; true: it is about who somebody is. */
static bool
edit(json_t *draft, unsigned which, unsigned round)
{
	json_t *peers = json_object_get(draft, "peers"), *routes = json_object_get(json_object_get(draft, "proxy"), "routes");
	json_t *peer = conf_draft_record(peers, round % json_array_size(peers)), *first = json_incref(conf_draft_record(routes, 0));
	bool about = which < 6;
	char text[32];

	(void)snprintf(text, sizeof(text), "x%u", round);
	switch (which) {
	case 0: (void)json_object_set_new(peer, "name", json_string(text)); break;
	case 1: (void)json_object_set_new(peer, "enabled", json_boolean(round % 3 == 0)); break;
	case 2: (void)json_object_set_new(json_array_get(json_object_get(draft, "users"), 1), "display_name",
		    json_string(text)); break;
	case 3: (void)json_array_remove(routes, 0);	/* their words are numbers of places */
		(void)json_array_append(routes, first); break;
	case 4: (void)json_object_set_new(first, "name", json_string(text)); break;
	case 5: (void)json_object_set_new(peer, "service_access", round % 2 == 0 ? json_pack("[s]", "mail") :
		    json_pack("[s+]", "route:", json_string_value(json_object_get(first, "name")))); break;
	case 6: (void)json_object_set_new(json_object_get(draft, "dns"), "client_qps", json_integer(100 + round)); break;
	case 7: (void)json_object_set_new(first, "target",
		    json_string(round % 2 == 0 ? "http://192.168.77.8" : "http://192.168.77.9")); break;
	case 8: add_route(routes, round); break;
	case 9: about = remove_route(routes, peers); break;
	default: break;
	}
	json_decref(first);
	return about;
}

static struct conf *
change(const struct conf *c, unsigned which, unsigned round, bool *about)
{
	json_t *draft = conf_draft_new(c->doc);

	*about = edit(draft, which, round);
	return lab_follow(c, draft);
}

static void
same_as_from_scratch(const struct conf *c, const struct sealed *s)
{
	void *p;
	size_t n;

	assert_int_equal(ingress_who_build(&p, &n, c), 0);
	assert_int_equal(n, s->n);
	assert_memory_equal(p, s->p, n);
	free(p);
}

static void
test_any_change(void **state)
{
	struct conf *c = lab_conf(small), *next;
	struct who_kept kept = { .of = NULL };
	struct sealed *was, *s;
	unsigned i, moved = 0;
	bool about;

	(void)state;
	srand(29);
	assert_int_equal(who_make(&was, &kept, c), 0);
	who_keep(&kept, c, was);
	for (i = 0; i < ROUNDS; i++) {
		next = change(c, (unsigned)rand() % EDITS, i, &about);
		assert_int_equal(who_make(&s, &kept, next), 0);
		who_keep(&kept, next, s);
		same_as_from_scratch(next, s);
		if (!about)
			assert_ptr_equal(s, was);
		moved += s != was;
		sealed_unref(was);
		was = s;
		conf_unref(c);
		c = next;
	}
	assert_true(moved > ROUNDS / 16);
	sealed_unref(was);
	who_clear(&kept);
	conf_unref(c);
}

/* A dry run and a change that is refused leave the edges what they have: the next one that is not about peers gives it again. */
static void
test_what_never_came(void **state)
{
	struct conf *c = lab_conf(small), *never, *next;
	struct who_kept kept = { .of = NULL };
	struct sealed *was, *s;
	bool about;

	(void)state;
	assert_int_equal(who_make(&was, &kept, c), 0);
	who_keep(&kept, c, was);
	never = change(c, 0, 1, &about);
	assert_int_equal(who_make(&s, &kept, never), 0);
	same_as_from_scratch(never, s);
	assert_ptr_not_equal(s, was);
	sealed_unref(s);
	next = change(c, 6, 1, &about);
	assert_int_equal(who_make(&s, &kept, next), 0);
	assert_ptr_equal(s, was);
	sealed_unref(s);
	sealed_unref(was);
	who_clear(&kept);
	conf_unref(next);
	conf_unref(never);
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_any_change), cmocka_unit_test(test_what_never_came) };

	return cmocka_run_group_tests_name("role/who", tests, NULL, NULL);
}
