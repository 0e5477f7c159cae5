/* src/role/answers.c: whatever changes, what is kept is what would be made from scratch; and a change of a device makes nothing
 * anew (P6). */
#include "lab.h"

#include <stdlib.h>

#include "dns/plan.h"
#include "dns/serial.h"
#include "dns/snapshot.h"
#include "role/answers.h"

enum { ROUNDS = 400, EDITS = 9 };

#define SET_UP "\"setup\":{\"complete\":true,\"completed_at\":\"2026-01-01T00:00:00Z\"},"

#define PEER(name, letter, host) "{\"name\":\"" name "\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"public_key\":\"" letter "cHpNmxfUqpBLsmPRBSDwX7s3oTFwHqVNeWrKPXkqEE=\",\"ip\":\"10.0.0." host "\"}"

#define ADMIN "{\"username\":\"admin\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"display_name\":\"\",\"secret_ref\":\"sec_22222222222222222222222222\"}"

static const char small[] = "{" SET_UP "\"users\":[" ADMIN "],"
    "\"proxy\":{\"routes\":[{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a11\",\"name\":\"wiki\",\"host\":\"wiki\","
    "\"target\":\"http://192.168.77.5\",\"access\":[\"vpn\"]}]},"
    "\"blocklists\":{\"lists\":[{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a12\",\"name\":\"ads\","
    "\"url\":\"https://lists.test/ads\","
    "\"apply_to\":{\"all\":true}}]},"
    "\"peers\":[" PEER("carl", "C", "4") "," PEER("anna", "A", "2") "," PEER("bob", "B", "3") "]}";

struct bench {
	struct answers_kept kept;
	struct dns_serials serials;
	struct sealed *peers;		/* something stands before the part */
	struct net_ifaddr ifs[2];
};

static json_t *
at(json_t *draft, const char *section, const char *member)
{
	return json_object_get(json_object_get(draft, section), member);
}

/* The only list is for everybody, or for one of them. */
static void
list_for(json_t *list, bool one, const json_t *peer)
{
	(void)json_object_set_new(list, "apply_to", one ?
	    json_pack("{s:b, s:[], s:[O]}", "all", 0, "groups", "peers", json_object_get(peer, "name")) :
	    json_pack("{s:b, s:[], s:[]}", "all", 1, "groups", "peers"));
}

static void
edit(json_t *draft, unsigned which, unsigned round)
{
	json_t *peers = json_object_get(draft, "peers"), *route = conf_draft_record(at(draft, "proxy", "routes"), 0);
	json_t *peer = conf_draft_record(peers, round % json_array_size(peers)), *dns = json_object_get(draft, "dns");
	char text[32];

	(void)snprintf(text, sizeof(text), "x%u", round);
	switch (which) {
	case 0: (void)json_object_set_new(peer, "name", json_string(text)); break;
	case 1: (void)json_object_set_new(peer, "enabled", json_boolean(round % 3 == 0)); break;
	case 2: (void)json_object_set_new(peer, "service_access", json_pack("[s]", round % 2 == 0 ? "mail" : "files")); break;
	case 3: (void)json_object_set_new(route, "host", json_string(text)); break;
	case 4: (void)json_object_set_new(route, "enabled", json_boolean(round % 2)); break;
	case 5: (void)json_object_set_new(dns, "client_qps", json_integer(100 + round)); break;
	case 6: (void)json_object_set_new(dns, "records", json_pack("[{s:s, s:s, s:s, s:s}]", "id",
		    "5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a13", "name", text, "type", "A", "value", "192.0.2.1")); break;
	case 7: list_for(conf_draft_record(at(draft, "blocklists", "lists"), 0), round % 2 == 0, peer); break;
	default: (void)json_object_set_new(json_object_get(draft, "identity"), "cell_name", json_string(text)); break;
	}
}

static struct conf *
change(const struct conf *c, unsigned which, unsigned round)
{
	json_t *draft = conf_draft_new(c->doc);

	edit(draft, which, round);
	(void)json_object_set_new(draft, "generation", json_integer((json_int_t)c->generation + 1));
	return lab_follow(c, draft);
}

static void
build(struct bench *b, const struct conf *c, void **p, size_t *n, struct dns_serials *next)
{
	const struct dns_host host = { .ifs = b->ifs, .nifs = 2, .serials = &b->serials, .next_serials = next };
	struct err e;

	next->n = 0;
	assert_int_equal(dns_snapshot_build(p, n, c, &host, NULL, &e), 0);
}

/* As core does it. The part. */
static const struct sealed *
follow(struct bench *b, const struct conf *c, bool *held)
{
	struct sealed_list pieces = { 0 };
	struct dns_serials next;
	void *p;
	size_t n;

	*held = answers_hold(&b->kept, c);
	(void)sealed_list_add(&pieces, b->peers);
	build(b, c, &p, &n, &next);
	if (*held) {
		answers_give(&b->kept, &pieces);
		assert_int_equal(pieces.v[ANSWERS_PIECE]->n, n);
		assert_memory_equal(pieces.v[ANSWERS_PIECE]->p, p, n);
		assert_int_equal(next.n, b->serials.n);
		assert_memory_equal(next.v, b->serials.v, next.n * sizeof(next.v[0]));
	} else {
		(void)sealed_list_add(&pieces, b->peers);
		assert_int_equal(answers_put(&b->kept, &pieces, p, n), 0);
	}
	b->serials = next;
	answers_keep(&b->kept, c, &pieces);
	sealed_list_clear(&pieces);
	free(p);
	return b->kept.pieces.v[ANSWERS_PIECE];
}

static void
start(struct bench *b)
{
	*b = (struct bench){ .ifs = { lab_ifaddr("lo", 1, "127.0.0.1/8"), lab_ifaddr("eth0", 2, "192.168.77.1/24") } };
	assert_int_equal(sealed_new(&b->peers, "test", "peers", 5), 0);
}

static void
stop(struct bench *b)
{
	answers_clear(&b->kept);
	sealed_unref(b->peers);
}

static void
test_any_change(void **state)
{
	struct conf *c = lab_conf(small), *next;
	struct bench b;
	unsigned i, holds = 0;
	bool held;

	(void)state;
	srand(31);
	start(&b);
	(void)follow(&b, c, &held);
	assert_false(held);
	for (i = 0; i < ROUNDS; i++) {
		next = change(c, (unsigned)rand() % EDITS, i);
		(void)follow(&b, next, &held);
		holds += held;
		conf_unref(c);
		c = next;
	}
	assert_in_range(holds, ROUNDS / 16, ROUNDS / 2);
	stop(&b);
	conf_unref(c);
}

/* Unless a list is for one of them: then it is made anew, and where nothing comes of it edges keep the piece that they have. */
static void
test_a_device_changes(void **state)
{
	static const unsigned edits[] = { 0, 1, 2, 7, 2 };
	struct conf *c = lab_conf(small), *next;
	const struct sealed *part, *was;
	struct bench b;
	unsigned i;
	bool held;

	(void)state;
	start(&b);
	part = follow(&b, c, &held);
	for (i = 0; i < 5; i++) {
		was = part;
		next = change(c, edits[i], 2 * i);
		part = follow(&b, next, &held);
		assert_true(held == (i < 3));
		assert_true((part == was) == (edits[i] != 7));
		conf_unref(c);
		c = next;
	}
	stop(&b);
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_any_change), cmocka_unit_test(test_a_device_changes) };

	return cmocka_run_group_tests_name("role/answers", tests, NULL, NULL);
}
