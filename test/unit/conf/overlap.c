/* Networks that must not share an address (PEER-3, NET-11, INP-5; data.md 4.1, 4.4, 4.5). */
#include "conf/overlap.h"

#include "sample.h"

/* The sample without what stands in the way of moving networks. */
static json_t *
cell(void)
{
	json_t *doc = sample_new();

	sample_set(doc, "dns.records", json_array());
	sample_set(doc, "proxy.routes", json_array());
	sample_set(doc, "peers", sample_json("[]"));
	sample_set(doc, "firewall.rules", sample_json("[]"));
	return doc;
}

static void
refused(const char *path, const char *value, const char *field, const char *message)
{
	json_t *doc = cell();

	sample_set(doc, path, sample_json(value));
	sample_refused(doc, -EEXIST, field, message);
	json_decref(doc);
}

static void
the_cells_own(void **state)
{
	(void)state;
	refused("wireguard.address", "\"172.20.5.1/24\"", "wireguard.address", "overlaps identity.ip_range 172.20.0.0/16");
	refused("wireguard.address", "\"192.168.7.1/28\"", "wireguard.address",
	    "overlaps the home network 192.168.7.0/24 (network.lan_cidrs)");
	refused("wireguard.address", "\"192.168.0.1/16\"", "wireguard.address", "overlaps the home network");
	refused("identity.ip_range", "\"192.168.0.0/16\"", "identity.ip_range", "overlaps the home network");
	refused("network.lan_cidrs", "[\"10.0.0.0/8\"]", "wireguard.address", "overlaps the home network 10.0.0.0/8");
	refused("network.lan_cidrs", "[\"fd5e:3c1a:9b42::/48\"]", "wireguard.address6", "overlaps the home network");
	refused("routing.static_routes.0.destination", "\"10.0.0.128/25\"", "routing.static_routes[0].destination",
	    "overlaps the VPN's network 10.0.0.0/24");
}

static void
may_be(const char *path, const char *value)
{
	json_t *doc = cell();

	sample_set(doc, path, sample_json(value));
	sample_accepted(doc);
	json_decref(doc);
}

static void
neighbours_are_fine(void **state)
{
	(void)state;
	may_be("wireguard.address", "\"172.21.5.1/24\"");
	may_be("network.lan_cidrs", "[\"192.168.0.0/16\",\"192.168.7.0/24\"]");
	may_be("routing.static_routes.0.destination", "\"192.168.7.128/25\"");	/* a part of it behind a router in it */
}

static void
subnet(json_t *doc, size_t i, const char *list)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "peers.%zu.subnets", i);
	sample_set(doc, path, sample_json(list));
}

static void
behind_devices(void **state)
{
	static const struct { const char *first, *second, *field, *message; } cases[] = {
		{ "[\"192.168.40.0/25\"]", "[\"192.168.40.0/24\"]", "peers[1].subnets[0]", "overlaps 192.168.40.0/25 behind anna-phone" },
		{ "[\"192.168.40.0/24\"]", "[\"192.168.41.0/24\",\"192.168.40.16/28\"]", "peers[1].subnets[1]",
		    "overlaps 192.168.40.0/24 behind anna-phone" },
		{ "[]", "[\"10.0.0.0/16\"]", "peers[1].subnets[0]", "overlaps the VPN's network 10.0.0.0/24" },
		{ "[]", "[\"172.20.9.0/24\"]", "peers[1].subnets[0]", "overlaps identity.ip_range" },
		{ "[]", "[\"192.168.7.64/26\"]", "peers[1].subnets[0]", "overlaps the home network 192.168.7.0/24" },
		{ "[]", "[\"fd5e:3c1a:9b42:1::/80\"]", "peers[1].subnets[0]", "overlaps the VPN's network fd5e:3c1a:9b42:1::/64" },
		{ "[]", "[\"192.168.50.0/25\"]", "routing.static_routes[0].destination", "overlaps 192.168.50.0/25 behind office" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *doc = sample_new();

		subnet(doc, 0, cases[i].first);
		subnet(doc, 1, cases[i].second);
		sample_refused(doc, -EEXIST, cases[i].field, cases[i].message);
		json_decref(doc);
	}
}

/* Drawn at random, judged one by one. */
static void
as_pair_by_pair(void **state)
{
	struct sample_rng rng = { 42 };
	unsigned round, i, k;

	(void)state;
	for (round = 0; round < 200; round++) {
		json_t *doc = sample_new(), *list = json_array();
		struct addr_prefix p[6];
		bool clash = false;
		struct conf *c = NULL;
		char text[ADDR_TEXT_MAX];
		int r;

		for (i = 0; i < 6; i++) {
			p[i] = (struct addr_prefix){ { 4, { 192, 168, (uint8_t)(64 + sample_below(&rng, 24)) } },
				(uint8_t)(20 + sample_below(&rng, 5)) };
			p[i] = addr_prefix_net(&p[i]);
			for (k = 0; k < i; k++)
				clash |= addr_prefix_overlap(&p[i], &p[k]);
			(void)json_array_append_new(list, json_string(addr_prefix_text(&p[i], text)));
		}
		sample_set(doc, "peers.1.subnets", list);
		r = conf_build(&c, doc, NULL);
		if ((r < 0) != clash)
			fail_msg("round %u", round);
		conf_unref(c);
		json_decref(doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cells_own), cmocka_unit_test(neighbours_are_fine), cmocka_unit_test(behind_devices),
		cmocka_unit_test(as_pair_by_pair),
	};

	return cmocka_run_group_tests_name("conf/overlap", tests, NULL, NULL);
}
