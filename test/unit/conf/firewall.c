/* Own rules, forwards, assertions, static routes (FWL-9, FWL-12, FWL-13, INP-5; data.md 4.7). */
#include "conf/firewall.h"

#include "sample.h"

#define RULE "firewall.rules.0."
#define FORWARD "firewall.forwards.0."
#define ROUTE "routing.static_routes.0."

static void
what_cannot_be(void **state)
{
	static const struct sample_wrong wrong[] = {
		{ RULE "from", "{\"peer\":\"bob-phone\"}", "firewall.rules[0].from.peer", "there is no device \"bob-phone\"" },
		{ RULE "from", "{\"group\":\"teens\"}", "firewall.rules[0].from.group", "there is no group \"teens\"" },
		{ RULE "from", "{\"cell\":\"bob\"}", "firewall.rules[0].from.cell", "is none of" },
		{ RULE "from", "{\"service\":\"mail\"}", "firewall.rules[0].from.service", "is none of" },
		{ RULE "from", "{\"zone\":\"local\"}", "firewall.rules[0].from.zone", "must be one of" },
		{ RULE "to", "{\"group\":\"kids\"}", "firewall.rules[0].to.group", "is none of" },
		{ RULE "to", "{\"service\":\"git\"}", "firewall.rules[0].to.service", "there is no service \"git\"" },
		{ RULE "to", "{\"target\":\"cell\"}", "firewall.rules[0].to.target", "must be one of admin, internet, dns" },
		{ RULE "to", "{\"cidr\":\"192.168.7.9/24\"}", "firewall.rules[0].to.cidr", "must be a network" },
		{ RULE "to", "{\"zone\":\"lan\",\"peer\":\"office\"}", "firewall.rules[0].to", "exactly one of" },
		{ RULE "proto", "\"icmp\"", "firewall.rules[0].ports", "are for tcp and udp only" },
		{ RULE "proto", "\"any\"", "firewall.rules[0].ports", "are for tcp and udp only" },
		{ RULE "ports", "[\"0\"]", "firewall.rules[0].ports[0]", "must be a port or a range" },
		{ RULE "ports", "[\"90-80\"]", "firewall.rules[0].ports[0]", "must be a port or a range" },
		{ RULE "ports", "[\"80-\"]", "firewall.rules[0].ports[0]", "must be a port or a range" },
		{ RULE "ports", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]",
		    "firewall.rules[0].ports", "holds at most 16" },
		{ FORWARD "to_ip", "\"8.8.8.8\"", "firewall.forwards[0].to_ip", "must be a private address" },
		{ FORWARD "to_ip", "\"127.0.0.1\"", "firewall.forwards[0].to_ip", "must be a private address" },
		{ FORWARD "to_ip", "\"10.0.0.1\"", "firewall.forwards[0].to_ip", "is the cell's own address" },
		{ FORWARD "proto", "\"any\"", "firewall.forwards[0].proto", "must be one of tcp, udp" },
		{ FORWARD "zone", "\"container\"", "firewall.forwards[0].zone", "must be one of vpn, lan, public" },
		{ "firewall.assertions.0.from", "{\"peer\":\"nobody\"}", "firewall.assertions[0].from.peer", "there is no device" },
		{ ROUTE "via", "null", "routing.static_routes[0].via", "or interface is needed" },
		{ ROUTE "via", "\"fd00::9\"", "routing.static_routes[0].via", "same IP version" },
		{ ROUTE "via", "\"10.0.0.1\"", "routing.static_routes[0].via", "is this cell itself" },
		{ ROUTE "destination", "\"0.0.0.0/0\"", "routing.static_routes[0].destination", "is everything" },
		{ ROUTE "interface", "\"wg0\"", "routing.static_routes[0].interface", "is the VPN" },
		{ "wireguard.client_dns", "[\"auto\",\"9.9.9.9\"]", "wireguard.client_dns", "auto stands alone" },
	};

	(void)state;
	sample_all_refused(wrong, sizeof(wrong) / sizeof(wrong[0]), -EINVAL);
}

static void
ends_are_of_one_ip_version(void **state)
{
	json_t *doc = sample_new();

	(void)state;
	sample_set(doc, RULE "from", sample_json("{\"cidr\":\"fd00::/64\"}"));
	sample_refused(doc, -EINVAL, "firewall.rules[0].to.cidr", "same IP version");
	sample_set(doc, RULE "from", sample_json("{\"cidr\":\"192.168.9.0/24\"}"));
	sample_accepted(doc);
	json_decref(doc);
}

/* A second forward, by default what the first one is. */
static json_t *
two_forwards(const char *member, json_t *value)
{
	json_t *doc = sample_new(), *copy = json_deep_copy(sample_get(doc, "firewall.forwards.0"));

	(void)json_object_set_new(copy, "id", json_string("f2000000-0000-4000-8000-000000000002"));
	(void)json_object_set_new(copy, member, value);
	(void)json_array_append_new(sample_get(doc, "firewall.forwards"), copy);
	return doc;
}

static void
ports_lead_to_one_place(void **state)
{
	json_t *doc = two_forwards("to_port", json_integer(1));

	(void)state;
	sample_refused(doc, -EEXIST, "firewall.forwards[1].port", "27015 is forwarded already: game");
	json_decref(doc);
	doc = two_forwards("enabled", json_false());
	sample_accepted(doc);
	json_decref(doc);
	doc = two_forwards("proto", json_string("tcp"));
	sample_accepted(doc);
	json_decref(doc);
	doc = two_forwards("zone", json_string("lan"));
	sample_accepted(doc);
	json_decref(doc);
}

static void
ports_are_not_the_cells(void **state)
{
	static const struct sample_wrong wrong[] = {
		{ FORWARD "port", "443", "firewall.forwards[0].port", "443 is also network.ports.https" },
		{ FORWARD "port", "51820", "firewall.forwards[0].port", "51820 is also wireguard.port" },
		{ "wireguard.port", "27015", "firewall.forwards[0].port", "27015 is also wireguard.port" },
		{ "network.ports.dns", "27015", "firewall.forwards[0].port", "27015 is also network.ports.dns" },
	};

	(void)state;
	sample_all_refused(wrong, sizeof(wrong) / sizeof(wrong[0]), -EEXIST);
}

static void
a_route_is_there_once(void **state)
{
	json_t *doc = sample_new(), *copy = json_deep_copy(sample_get(doc, "routing.static_routes.0"));

	(void)state;
	(void)json_object_set_new(copy, "id", json_string("f4000000-0000-4000-8000-000000000002"));
	(void)json_array_append_new(sample_get(doc, "routing.static_routes"), copy);
	sample_refused(doc, -EEXIST, "routing.static_routes[1].destination", "has a route of that metric already");
	(void)json_object_set_new(copy, "metric", json_integer(200));
	sample_accepted(doc);
	json_decref(doc);
}

static void
ports_read(void **state)
{
	uint16_t lo = 0, hi = 0;

	(void)state;
	assert_true(conf_ports_read("631", &lo, &hi) && lo == 631 && hi == 631);
	assert_true(conf_ports_read("8000-8010", &lo, &hi) && lo == 8000 && hi == 8010);
	assert_true(conf_ports_read("1-65535", &lo, &hi) && lo == 1 && hi == 65535);
	assert_false(conf_ports_read("", &lo, &hi));
	assert_false(conf_ports_read("65536", &lo, &hi));
	assert_false(conf_ports_read("-5", &lo, &hi));
	assert_false(conf_ports_read("1-2-3", &lo, &hi));
	assert_false(conf_ports_read("http", &lo, &hi));
}

/* What is stored says the rest: where a forward leads, one side of a rule. */
static void
as_built(void **state)
{
	json_t *doc = sample_new();
	struct conf *c;

	(void)state;
	assert_int_equal(conf_build(&c, doc, NULL), 0);
	assert_int_equal(c->firewall.forwards[0].to_port, 27015);
	assert_int_equal(c->firewall.forwards[0].zone, CONF_ZONE_PUBLIC);
	assert_int_equal(c->firewall.forwards[0].proto, CONF_PROTO_UDP);
	assert_int_equal(c->firewall.rules[0].action, CONF_ACCEPT);
	assert_int_equal(conf_end_kind(&c->firewall.rules[0].from), CONF_END_PEER);
	assert_int_equal(conf_end_kind(&c->firewall.rules[0].to), CONF_END_CIDR);
	assert_int_equal(conf_end_kind(&c->firewall.assertions[0].from), CONF_END_GROUP);
	assert_int_equal(conf_end_kind(&c->firewall.assertions[0].to), CONF_END_TARGET);
	assert_int_equal(c->firewall.assertions[0].expect, CONF_EXPECT_DENY);
	assert_int_equal(c->routing.static_routes[0].via.len, 4);
	assert_int_equal(c->routing.static_routes[0].metric, 100);
	conf_unref(c);
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be), cmocka_unit_test(ends_are_of_one_ip_version),
		cmocka_unit_test(ports_lead_to_one_place), cmocka_unit_test(ports_are_not_the_cells),
		cmocka_unit_test(a_route_is_there_once), cmocka_unit_test(ports_read), cmocka_unit_test(as_built),
	};

	return cmocka_run_group_tests_name("conf/firewall", tests, NULL, NULL);
}
