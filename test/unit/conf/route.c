/* src/conf/route.c: targets, names, rules and conflicts of proxy routes (data.md 4.11; INP-1, INP-4, STR-5). */
#include "conf/route.h"

#include "sample.h"

#define ROUTE "{\"id\":\"5d000000-0000-4000-8000-00000000000%d\",\"name\":\"%s\",\"host\":\"%s\",\"target\":\"%s\"}"

static void
targets(void **state)
{
	static const struct { const char *text; bool ok, tls; const char *host; uint16_t port; uint8_t len; } all[] = {
		{ "http://192.168.1.5", true, false, "192.168.1.5", 80, 4 },
		{ "https://192.168.1.5", true, true, "192.168.1.5", 443, 4 },
		{ "http://192.168.1.5:8123", true, false, "192.168.1.5", 8123, 4 },
		{ "https://nas.lan:65535", true, true, "nas.lan", 65535, 0 },
		{ "http://[fd00::5]:81", true, false, "fd00::5", 81, 16 },
		{ "http://nas", true, false, "nas", 80, 0 },
		{ "", false, false, "", 0, 0 }, { "http://", false, false, "", 0, 0 }, { "http:// ", false, false, "", 0, 0 },
		{ "ftp://192.168.1.5", false, false, "", 0, 0 }, { "http://192.168.1.5/", false, false, "", 0, 0 },
		{ "http://192.168.1.5:", false, false, "", 0, 0 }, { "http://192.168.1.5:0", false, false, "", 0, 0 },
		{ "http://192.168.1.5:080", false, false, "", 0, 0 }, { "http://192.168.1.5:65536", false, false, "", 0, 0 },
		{ "http://fd00::5", false, false, "", 0, 0 }, { "http://[fd00::5", false, false, "", 0, 0 },
		{ "http://[192.168.1.5]", false, false, "", 0, 0 }, { "http://[]", false, false, "", 0, 0 },
		{ "http://a@b", false, false, "", 0, 0 }, { "http://a_b", false, false, "", 0, 0 }, { "http://nas.", false, false, "", 0, 0 },
	};
	struct conf_target t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (conf_target_read(str_of(all[i].text), &t) != all[i].ok)
			fail_msg("%s", all[i].text);
		if (!all[i].ok)
			continue;
		assert_int_equal(t.tls, all[i].tls);
		assert_true(str_eqz(t.host, all[i].host));
		assert_int_equal(t.port, all[i].port);
		assert_int_equal(t.addr.len, all[i].len);
	}
}

/* The sample with one or two routes. */
static int
try(const char *host, const char *target, const char *host2, struct err *e)
{
	json_t *doc = sample_new(), *list = json_array();
	struct conf *c;
	char text[600];
	int r;

	sample_set(doc, "peers", json_array());	/* who may use the sample's route */
	sample_set(doc, "firewall.rules", json_array());

	snprintf(text, sizeof(text), ROUTE, 1, "one", host, target);
	json_array_append_new(list, sample_json(text));
	if (host2 != NULL) {
		snprintf(text, sizeof(text), ROUTE, 2, "two", host2, target);
		json_array_append_new(list, sample_json(text));
	}
	sample_set(doc, "proxy.routes", list);
	assert_int_equal(conf_complete(doc), 0);
	r = conf_build(&c, doc, e);
	conf_unref(r == 0 ? c : NULL);
	json_decref(doc);
	return r;
}

static void
is(const char *host, const char *target, const char *host2, int error, const char *field)
{
	struct err e;

	err_clear(&e);
	if (try(host, target, host2, &e) != error || (error < 0 && strcmp(e.fields[0].field, field) != 0))
		fail_msg("%s %s: %s", host, target, e.detail);
}

static void
rules(void **state)
{
	static const char *const no[] = { "http://8.8.8.8", "http://127.0.0.1", "http://[::1]", "http://169.254.0.9",
		"http://[fe80::1]", "http://[2001:db8::1]", "http://10.0.0.1", "http://172.20.3.4", "http://localhost",
		"http://0.0.0.0" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		is("ha", no[i], NULL, -EINVAL, "proxy.routes[0].target");
	is("ha", "http://10.0.0.2", NULL, 0, NULL);
	is("ha", "https://192.168.1.5", NULL, -EINVAL, "proxy.routes[0].tls_verify");
	is("ha", "https://nas", NULL, -EINVAL, "proxy.routes[0].tls_verify");
	is("ha", "https://nas.lan.example", NULL, 0, NULL);
	is("ha.example.org", "http://192.168.1.5", NULL, -EINVAL, "proxy.routes[0].host");
	is("192.168.1.5", "http://192.168.1.5", NULL, -EINVAL, "proxy.routes[0].host");
	is("x.y.myhome.cell", "http://192.168.1.5", NULL, 0, NULL);
}

static void
conflicts(void **state)
{
	static const char *const no[] = { "api", "WPAD", "ca.myhome.cell", "setup.myhome.home.arpa", "myhome.cell",
		"myhome.home.arpa", "nas" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		is(no[i], "http://192.168.1.5", NULL, -EEXIST, "proxy.routes[0].host");
	is("ha", "http://192.168.1.5", "ha", -EEXIST, "proxy.routes[1].host");
	is("ha", "http://192.168.1.5", "ha.myhome.cell", -EEXIST, "proxy.routes[1].host");
	is("ha.myhome.home.arpa", "http://192.168.1.5", "ha.myhome.cell", 0, NULL);
	is("ha", "http://192.168.1.5", "x.ha.myhome.cell", 0, NULL);
}

static void
names(void **state)
{
	struct conf c = { .identity = { .domain = "myhome.cell", .domain_name = "myhome.home.arpa" } };
	struct conf_route r = { .host = "ha" };
	char out[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE], longest[250];

	(void)state;
	assert_int_equal(conf_route_names(&c, &r, out), 2);
	assert_string_equal(out[0], "ha.myhome.home.arpa");
	assert_string_equal(out[1], "ha.myhome.cell");
	r.host = "x.myhome.cell";
	assert_int_equal(conf_route_names(&c, &r, out), 1);
	assert_string_equal(out[0], "x.myhome.cell");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	r.host = longest;
	assert_int_equal(conf_route_names(&c, &r, out), 0);
}

static void
paths(void **state)
{
	(void)state;
	assert_true(conf_route_path_covers(STR("/"), STR("/x")));
	assert_true(conf_route_path_covers(STR("/x"), STR("/x")));
	assert_true(conf_route_path_covers(STR("/x"), STR("/x/y")));
	assert_false(conf_route_path_covers(STR("/x"), STR("/xy")));
	assert_false(conf_route_path_covers(STR("/x/y"), STR("/x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets), cmocka_unit_test(rules), cmocka_unit_test(conflicts), cmocka_unit_test(names),
		cmocka_unit_test(paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
