/* src/role/reach.c: a configuration as a matrix (EXP-2), what a change differs in (EXP-3), and how long that takes. */
#include "lab.h"

#include <stdlib.h>
#include <time.h>

#include <sodium.h>

#define firewall_would lab_would	/* a host with an uplink, whatever this one has */
#define firewall_holds lab_holds
#define conf_txn_current lab_current
#include "role/reach.c"
#undef firewall_would
#undef firewall_holds
#undef conf_txn_current

#include "sys/clk.h"

enum { NOW = 1800000000, PEERS = 10000, ROUTES = 95 };

static struct core core;
static struct clk_fake fake;
static struct conf *current;	/* what is in force */
static bool holds;

bool
lab_holds(const struct core *c)
{
	return c == &core && holds;
}

struct conf *
lab_current(const struct conf_txn *t)
{
	(void)t;
	return current;
}

struct firewall_input *
lab_would(const struct core *c, const struct conf *next)
{
	const struct firewall_host h = { .ifs = c->ifs, .nifs = c->nifs, .uplink = "pub0" };

	return firewall_input_new(next, &h);
}

static int
setup(void **state)
{
	(void)state;
	clk_fake_init(&fake, NOW);
	auth_time_init(&core.time, &fake.clk, 0, 0);
	core.ifs[0] = lab_ifaddr("lo", 1, "127.0.0.1/8");
	core.ifs[1] = lab_ifaddr("lan0", 2, "192.168.77.1/24");
	core.ifs[2] = lab_ifaddr("pub0", 3, "203.0.113.1/24");
	core.nifs = 3;
	return 0;
}

/* Whose setup is over: before it there is no firewall and no VPN. */
#define SET_UP "\"setup\":{\"complete\":true,\"completed_at\":\"2026-01-01T00:00:00Z\"}," \
    "\"users\":[{\"username\":\"admin\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"secret_ref\":\"sec_22222222222222222222222222\"}]"

#define PEER(name, letter, host, on) "{\"name\":\"" name "\",\"created_at\":\"2026-01-01T00:00:00Z\"," \
    "\"public_key\":\"" letter "cHpNmxfUqpBLsmPRBSDwX7s3oTFwHqVNeWrKPXkqEE=\",\"ip\":\"10.0.0." host "\"," \
    "\"enabled\":" on ",\"peer_access\":true,"

static const char small[] = "{" SET_UP ","
    "\"network\":{\"uplink\":\"pub0\",\"lan_interfaces\":[\"lan0\"]},"
    "\"proxy\":{\"routes\":["
    "{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a11\",\"name\":\"wiki\",\"host\":\"wiki\",\"target\":\"http://192.168.77.5\","
    "\"access\":[\"vpn\",\"lan\"]},"
    "{\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a12\",\"name\":\"tv\",\"host\":\"tv\",\"target\":\"http://192.168.77.6\","
    "\"access\":[\"lan\"]}]},"
    "\"groups\":[{\"name\":\"kids\",\"description\":\"\"}],"
    "\"peers\":["
    PEER("carl", "C", "4", "true") "\"lan_access\":true,\"internet_access\":false,\"service_access\":[]},"
    PEER("anna", "A", "2", "true") "\"service_access\":[\"route:wiki\",\"route:tv\"],\"groups\":[\"kids\"]},"
    PEER("bob", "B", "3", "false") "\"lan_access\":true}]}";

static const char *
judge(const struct reach_view *v, const char *subject, const char *target, char why[REACH_TEXT_MAX])
{
	const struct reach_world *w = &v->api.world;
	const struct reach_subject *s = reach_subject_find(w, subject);
	const struct reach_target *t = reach_target_find(w, target);
	struct reach_row r;

	if (s == NULL || t == NULL)
		fail_msg("no %s or no %s", subject, target);
	reach_row_begin(&r, w, s);
	return reach_verdict_name(reach_row_judge(&r, t, why));
}

/* Each cell of a small place, with the words of whoever decided. */
static void
every_cell_has_its_reason(void **state)
{
	static const struct { const char *subject, *target, *verdict, *why; } cells[] = {
		{ "anna", "admin", "allow", "administration is for the VPN (zone vpn)" },
		{ "anna", "dns", "allow", "the name service is for the VPN (zone vpn)" },
		{ "anna", "internet", "allow", "anna has Internet access" },
		{ "anna", "lan", "deny", "anna has no access to the home network" },
		{ "anna", "peer:carl", "allow", "anna and carl both have peer access" },
		{ "anna", "route:wiki", "allow", "anna has access to the page wiki (route:wiki)" },
		{ "anna", "route:tv", "deny", "the page tv is not for the VPN (zone vpn)" },
		{ "carl", "internet", "deny", "carl has no Internet access" },
		{ "carl", "lan", "allow", "carl has access to the home network" },
		{ "carl", "route:wiki", "deny", "carl has no access to the page wiki (route:wiki)" },
		{ "zone:lan", "route:tv", "allow", "the home network has access to the page tv (route:tv)" },
		{ "zone:lan", "peer:anna", "deny", NULL },
		{ "zone:public", "route:wiki", "deny", "the page wiki is not for the Internet (zone public)" },
		{ "zone:public", "admin", "deny", "administration is not for the Internet (zone public)" },
	};
	struct conf *c = lab_conf(small);
	struct reach_view *v = reach_open(&core, c, &(struct api_reach_want){ 0 });
	char why[REACH_TEXT_MAX];
	size_t i;

	(void)state;
	assert_non_null(v);
	assert_int_equal(v->api.world.nsubjects, 4);	/* bob is disabled */
	assert_int_equal(v->api.world.ntargets, 8);
	for (i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		const char *said = judge(v, cells[i].subject, cells[i].target, why);

		if (strcmp(said, cells[i].verdict) != 0 || (cells[i].why != NULL && strcmp(why, cells[i].why) != 0))
			fail_msg("%s to %s: %s, %s", cells[i].subject, cells[i].target, said, why);
	}
	assert_null(reach_target_find(&v->api.world, "peer:bob"));
	reach_close(v);
	conf_unref(c);
}

static void
rules_have_their_names(void **state)
{
	static const char rule[] = "{\"firewall\":{\"rules\":[{"
	    "\"id\":\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a13\",\"name\":\"printers\","
	    "\"action\":\"accept\",\"from\":{\"peer\":\"anna\"},\"to\":{\"zone\":\"lan\"},\"proto\":\"any\"}]}}";
	json_t *doc = json_loads(small, 0, NULL), *more = json_loads(rule, 0, NULL);
	char *text, why[REACH_TEXT_MAX];
	struct reach_view *v;
	struct conf *c;

	(void)state;
	assert_int_equal(json_object_update(doc, more), 0);
	text = json_dumps(doc, 0);
	c = lab_conf(text);
	v = reach_open(&core, c, &(struct api_reach_want){ 0 });
	assert_string_equal(judge(v, "anna", "lan", why), "allow");
	assert_string_equal(why, "rule \"printers\" decides");
	reach_close(v);
	conf_unref(c);
	json_decref(doc);
	json_decref(more);
	free(text);
}

static void
says(const struct conf *c, const struct conf *other, const char *target, const char *verdict, const char *why)
{
	struct reach_view *v = reach_open(&core, c, &(struct api_reach_want){ .other = other });
	char said[REACH_TEXT_MAX];

	assert_string_equal(judge(v, "anna", target, said), verdict);
	assert_string_equal(said, why);
	reach_close(v);
}

/* FWL-11: a table that the kernel has not decides nothing now; what would be does not ask for it. The edge's no stays one. */
static void
no_table_decides_nothing(void **state)
{
	struct conf *c = lab_conf(small), *next = lab_conf(small);

	(void)state;
	current = c;
	holds = false;
	says(c, NULL, "lan", "unknown", "the firewall is not in force; it would say: anna has no access to the home network");
	says(c, NULL, "internet", "unknown", "the firewall is not in force; it would say: anna has Internet access");
	says(c, NULL, "route:tv", "deny", "the page tv is not for the VPN (zone vpn)");
	says(next, NULL, "lan", "deny", "anna has no access to the home network");
	says(next, c, "lan", "deny", "anna has no access to the home network");
	says(c, next, "lan", "deny", "anna has no access to the home network");
	holds = true;
	says(c, NULL, "lan", "deny", "anna has no access to the home network");
	current = NULL;
	conf_unref(c);
	conf_unref(next);
}

/* --- 10,000 peers by 100 targets -------------------------------------------------------------- */

static json_t *
many_peers(size_t meeting)
{
	json_t *list = json_array();
	uint8_t key[32] = { 0 };
	char text[64], name[16], ip[24];
	size_t i;

	for (i = 0; i < PEERS; i++) {
		key[0] = (uint8_t)i;
		key[1] = (uint8_t)(i >> 8);
		sodium_bin2base64(text, sizeof(text), key, 32, sodium_base64_VARIANT_ORIGINAL);
		snprintf(name, sizeof(name), "p%05zu", i);
		snprintf(ip, sizeof(ip), "10.0.%zu.%zu", (i + 2) >> 8, (i + 2) & 255);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:[s, s]}", "name", name, "public_key", text,
		    "created_at", "2026-01-01T00:00:00Z",
		    "ip", ip, "peer_access", i < meeting, "lan_access", i % 2, "service_access", "route:r1", "route:r7"));
	}
	return list;
}

static struct conf *
many(size_t meeting, bool first_has_lan)
{
	json_t *routes = json_array(), *peers = many_peers(meeting), *doc;
	char id[40], name[16], *text;
	struct conf *c;
	size_t i;

	for (i = 0; i < ROUTES; i++) {
		snprintf(id, sizeof(id), "5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f%04zx", i);
		snprintf(name, sizeof(name), "r%zu", i);
		json_array_append_new(routes, json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "id", id, "name", name, "host", name,
		    "target", "http://192.168.77.5", "access", "vpn"));
	}
	json_object_set_new(json_array_get(peers, 0), "lan_access", json_boolean(first_has_lan));
	json_object_set_new(json_array_get(peers, 0), "rev", json_integer(first_has_lan ? 2 : 1));
	doc = json_pack("{s:{s:s, s:[s]}, s:{s:s}, s:{s:o}, s:o}", "network", "uplink", "pub0",
	    "lan_interfaces", "lan0", "wireguard", "address", "10.0.0.1/16", "proxy", "routes", routes, "peers", peers);
	json_object_update_new(doc, json_loads("{" SET_UP "}", 0, NULL));
	text = json_dumps(doc, 0);
	c = lab_conf(text);
	free(text);
	json_decref(doc);
	return c;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t
count_allowed(const struct reach_world *w)
{
	struct reach_row r;
	size_t i, k, n = 0;

	for (i = 0; i < w->nsubjects; i++) {
		reach_row_begin(&r, w, &w->subjects[i]);
		for (k = 0; k < w->ntargets; k++)
			n += reach_row_judge(&r, &w->targets[k], NULL) == REACH_ALLOW;
	}
	return n;
}

/* The limit of EXP is a second; under sanitizers everything takes several times as long. */
static void
a_million_cells(void **state)
{
	struct conf *c = many(1, true);
	struct reach_view *v;
	double before = seconds(), opened;
	size_t allowed;

	(void)state;
	v = reach_open(&core, c, &(struct api_reach_want){ 0 });
	assert_non_null(v);
	opened = seconds();
	assert_int_equal(v->api.world.nsubjects, PEERS + 2);
	assert_int_equal(v->api.world.ntargets, ROUTES + 5);
	allowed = count_allowed(&v->api.world);
	print_message("open %.0f ms, %zu x %zu cells %.0f ms\n", 1000 * (opened - before), v->api.world.nsubjects,
	    v->api.world.ntargets, 1000 * (seconds() - opened));
	assert_in_range(allowed, (size_t)PEERS * 4, (size_t)PEERS * 6);
	assert_true(seconds() - before < 30);
	reach_close(v);
	conf_unref(c);
}

static void
on_change(void *arg, const struct reach_change *c)
{
	size_t *n = arg;

	assert_string_equal(c->subject_after->name, "p00000");
	assert_string_equal(c->target_after->name, "lan");
	++*n;
}

/* One peer of many has changed: nobody else is judged. */
static void
the_difference_of_one(void **state)
{
	struct conf *a = many(PEERS, false), *b = many(PEERS, true);
	double began = seconds();
	struct reach_view *v = reach_open(&core, a, &(struct api_reach_want){ .other = b });
	struct reach_view *w = reach_open(&core, b, &(struct api_reach_want){ .other = a });
	size_t n = 0;

	(void)state;
	assert_int_equal(v->api.world.ntargets, ROUTES + 4 + 1);	/* of 10,000 that may be met the one that changed */
	reach_diff(&v->api.world, &w->api.world, true, on_change, &n);
	print_message("both worlds and their difference %.0f ms\n", 1000 * (seconds() - began));
	assert_int_equal(n, 1);
	n = 0;
	reach_diff(&v->api.world, &w->api.world, false, on_change, &n);
	assert_int_equal(n, 1);
	reach_close(v);
	reach_close(w);
	v = reach_open(&core, a, &(struct api_reach_want){ .peer = "p04000" });
	assert_non_null(reach_target_find(&v->api.world, "peer:p04000"));
	assert_int_equal(v->api.world.ntargets, ROUTES + 4 + 1);
	reach_close(v);
	conf_unref(a);
	conf_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_has_its_reason),
		cmocka_unit_test(rules_have_their_names),
		cmocka_unit_test(no_table_decides_nothing),
		cmocka_unit_test(a_million_cells),
		cmocka_unit_test(the_difference_of_one),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
