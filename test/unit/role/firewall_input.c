/* src/role/firewall_input.c: what the firewall is told of a configuration and a host (FWL-3, FWL-7, FWL-9, VPN-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fw/decide.h"
#include "lab.h"
#include "role/firewall_input.h"

#define PEER(name, last, more) "{\"name\":\"" name "\",\"ip\":\"10.0.0." last "\",\"public_key\":" \
	"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" last "AA=\",\"created_at\":\"2026-07-01T09:30:00Z\"" more "}"
#define RULE(id, name, from, to, more) "{\"id\":\"00000000-0000-4000-8000-00000000000" id "\",\"name\":\"" name "\"," \
	"\"from\":{" from "},\"to\":{" to "}" more "}"

static struct net_ifaddr ifs[8];

/* A house: the Internet at ppp0, home at eth1, an engine, and the VPN. */
static struct firewall_host
host(void)
{
	struct firewall_host h = { .ifs = ifs, .uplink = "ppp0", .log_group = 7, .client_ports = { 40000, 50000 } };

	ifs[h.nifs++] = lab_ifaddr("docker0", 5, "172.17.0.1/16");
	ifs[h.nifs++] = lab_ifaddr("eth1", 3, "192.168.1.2/24");
	ifs[h.nifs++] = lab_ifaddr("eth1", 3, "fe80::2/64");
	ifs[h.nifs++] = lab_ifaddr("lo", 1, "127.0.0.1/8");
	ifs[h.nifs++] = lab_ifaddr("ppp0", 2, "203.0.113.5/32");
	ifs[h.nifs++] = lab_ifaddr("ppp0", 2, "fe80::5/64");
	ifs[h.nifs++] = lab_ifaddr("wg0", 4, "10.0.0.1/24");
	return h;
}

static struct firewall_input *
make(const char *changes, const struct firewall_host *h)
{
	struct conf *c = lab_conf(changes);
	struct firewall_input *f;

	c->setup_complete = true;
	f = firewall_input_new(c, h);
	assert_non_null(f);
	conf_unref(c);
	return f;
}

static void
home_and_uplink(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{}", &h);
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(f->in.vpn_if, "wg0");
	assert_string_equal(addr_prefix_text(&f->in.vpn_net[0], text), "10.0.0.0/24");
	assert_string_equal(f->in.uplink, "ppp0");
	assert_int_equal(f->in.nlan_ifs, 1);		/* an address of the link makes no home of ppp0; docker0 is the engine's */
	assert_string_equal(f->in.lan_ifs[0], "eth1");
	assert_int_equal(f->in.nown, h.nifs);
	assert_int_equal(f->in.client_ports.lo, 40000);
	assert_int_equal(f->in.client_ports.hi, 50000);
	assert_int_equal(f->in.log_group, 7);
	firewall_input_free(f);
	f = make("{\"network\":{\"lan_interfaces\":[\"docker0\"],\"uplink\":\"eth1\"},\"firewall\":{\"log_drops\":false}}", &h);
	assert_int_equal(f->in.nlan_ifs, 1);
	assert_string_equal(f->in.lan_ifs[0], "docker0");	/* the owner says so */
	assert_string_equal(f->in.uplink, "eth1");
	assert_int_equal(f->in.log_group, 0);
	firewall_input_free(f);
	f = make("{\"network\":{\"lan_cidrs\":[\"198.51.100.0/24\"]}}", &h);
	assert_int_equal(f->in.nlan_ifs, 2);		/* at home wherever it comes from, as for the edges */
	firewall_input_free(f);
}

static void
engines_bridges(void **state)
{
	struct firewall_host h = { .ifs = ifs };
	struct firewall_input *f;

	(void)state;
	ifs[h.nifs++] = lab_ifaddr("br-0123456789ab", 5, "172.18.0.1/16");
	ifs[h.nifs++] = lab_ifaddr("br-lan", 6, "192.168.8.1/24");
	ifs[h.nifs++] = lab_ifaddr("virbr0", 7, "192.168.122.1/24");
	f = make("{}", &h);
	assert_int_equal(f->in.nlan_ifs, 1);
	assert_string_equal(f->in.lan_ifs[0], "br-lan");
	assert_int_equal(f->in.nlan_nets, 1);
	firewall_input_free(f);
}

/* Routes of the host and of the configuration; who is on an engine's bridge is at home for the edges. */
static void
ways(void **state)
{
	static struct fw_way of_host[] = { { .interface = "docker0" }, { .interface = "eth1" }, { .interface = "wg0" } };
	struct firewall_host h = host();
	struct firewall_input *f;
	size_t i;

	(void)state;
	of_host[0].net = lab_ifaddr("", 0, "172.17.0.0/16").prefix;
	of_host[1].net = lab_ifaddr("", 0, "192.168.1.0/24").prefix;
	of_host[2].net = lab_ifaddr("", 0, "10.0.0.0/24").prefix;
	h.ways = of_host;
	h.nways = 3;
	f = make("{\"routing\":{\"static_routes\":[{\"id\":\"00000000-0000-4000-8000-000000000001\","
	    "\"destination\":\"192.168.9.0/24\",\"via\":\"192.168.1.9\"},"
	    "{\"id\":\"00000000-0000-4000-8000-000000000002\",\"destination\":\"172.17.0.0/16\","
	    "\"via\":\"192.168.1.9\"},{\"id\":\"00000000-0000-4000-8000-000000000003\",\"destination\":\"192.168.10.0/24\","
	    "\"via\":\"8.8.8.8\"}]}}", &h);
	assert_int_equal(f->in.nways, 3);
	for (i = 0; i < 3; i++) {
		assert_string_equal(f->in.ways[i].interface, i == 0 ? "docker0" : "eth1");
		assert_int_equal(f->in.ways[i].home, i < 2);
	}
	assert_int_equal(f->in.ways[2].net.addr.b[2], 9);
	firewall_input_free(f);
}

/* No VPN, somebody else's interface (VPN-3), or nobody asked yet. */
static void
without_vpn(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{\"wireguard\":{\"enabled\":false}}", &h);
	struct conf *c = lab_conf("{}");

	(void)state;
	assert_string_equal(f->in.vpn_if, "");
	firewall_input_free(f);
	h.vpn_foreign = true;
	f = make("{}", &h);
	assert_string_equal(f->in.vpn_if, "");
	firewall_input_free(f);
	h.vpn_foreign = false;
	f = firewall_input_new(c, &h);
	assert_string_equal(f->in.vpn_if, "");
	firewall_input_free(f);
	conf_unref(c);
}

static unsigned
zones_of(const struct firewall_input *f, uint8_t proto, uint16_t port)
{
	size_t i;

	for (i = 0; i < f->in.ndoors; i++)
		if (f->in.doors[i].proto == proto && f->in.doors[i].port == port)
			return f->in.doors[i].zones;
	return 0;
}

static void
doors(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{\"network\":{\"listen_addresses\":[\"192.168.1.2\",\"10.0.0.1\"]}}", &h);

	(void)state;
	assert_int_equal(f->in.ndoors, 7);		/* one for each port, however many addresses */
	assert_true((zones_of(f, FW_UDP, 53) & FW_VPN) != 0 && (zones_of(f, FW_UDP, 53) & FW_PUBLIC) == 0);
	assert_true((zones_of(f, FW_TCP, 443) & (FW_VPN | FW_PUBLIC)) == (FW_VPN | FW_PUBLIC));
	assert_int_equal(zones_of(f, FW_UDP, 51820), FW_PUBLIC);
	assert_int_equal(zones_of(f, FW_TCP, 3000), 0);
	firewall_input_free(f);
	f = make("{\"dns\":{\"secondaries\":[{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"ns2\","
	    "\"address\":\"203.0.113.53\",\"key_name\":\"k\",\"algorithm\":\"hmac-sha256\"}]}}", &h);
	assert_true((zones_of(f, FW_TCP, 53) & FW_PUBLIC) != 0);	/* it fetches from there */
	firewall_input_free(f);
}

static void
peers_and_groups(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{\"groups\":[{\"name\":\"kids\"},{\"name\":\"guests\"}],\"peers\":["
	    PEER("anna", "2", ",\"lan_access\":true,\"internet_access\":false,\"groups\":[\"guests\"]") ","
	    PEER("bob", "3", ",\"enabled\":false,\"peer_access\":true,\"subnets\":[\"192.168.50.0/24\"]") "]}", &h);
	const struct fw_party *anna = &f->in.parties[0], *bob = &f->in.parties[1];

	(void)state;
	assert_int_equal(f->in.nparties, 2);
	assert_string_equal(anna->name, "anna");
	assert_true(anna->enabled && anna->lan && !anna->internet && !anna->peers && anna->groups == 2);
	assert_true(!bob->enabled && bob->peers && bob->nnets == 1 && bob->groups == 0);
	assert_int_equal(f->in.ngroups, 2);
	firewall_input_free(f);
}

static void
rules(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{\"groups\":[{\"name\":\"kids\"}],\"peers\":[" PEER("anna", "2", "") "],"
	    "\"firewall\":{\"rules\":["
	    RULE("1", "off", "\"peer\":\"anna\"", "\"target\":\"dns\"", ",\"action\":\"drop\",\"enabled\":false") ","
	    RULE("2", "ports", "\"peer\":\"anna\"", "\"cidr\":\"192.168.1.9/32\"",
	    ",\"action\":\"accept\",\"proto\":\"tcp\",\"ports\":[\"631\",\"8000-8010\"]") ","
	    RULE("3", "none", "\"zone\":\"lan\"", "\"service\":\"mail\"", ",\"action\":\"accept\",\"proto\":\"any\"") ","
	    RULE("4", "admin", "\"group\":\"kids\"", "\"target\":\"admin\"", ",\"action\":\"reject\",\"proto\":\"any\"") ","
	    RULE("5", "never", "\"group\":\"kids\"", "\"target\":\"admin\"", ",\"action\":\"drop\",\"proto\":\"udp\"") "]}}", &h);
	const struct fw_rule *ports = &f->in.rules[0], *admin = &f->in.rules[1];

	(void)state;
	assert_int_equal(f->in.nrules, 2);
	assert_true(ports->from.kind == FW_END_PARTY && ports->from.index == 0 && ports->to.kind == FW_END_CIDR);
	assert_true(ports->action == FW_ACCEPT && ports->proto == FW_TCP && ports->nports == 2 && ports->ports[1].hi == 8010);
	assert_true(admin->from.kind == FW_END_GROUP && admin->to.kind == FW_END_ZONE && admin->to.zone == FW_LOCAL);
	assert_true(admin->action == FW_REJECT && admin->proto == FW_TCP && admin->nports == 2 && admin->ports[1].lo == 443);
	firewall_input_free(f);
}

#define FORWARD(to) "{\"firewall\":{\"forwards\":[{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"game\"," \
	"\"zone\":\"public\",\"proto\":\"udp\",\"port\":27015,\"to_ip\":\"" to "\",\"to_port\":27016}]}}"

/* Whoever is behind the uplink's own interface answers to the router there. */
static void
forwards(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make(FORWARD("192.168.1.20"), &h);

	(void)state;
	assert_int_equal(f->in.nforwards, 1);
	assert_true(f->in.forwards[0].zone == FW_PUBLIC && f->in.forwards[0].proto == FW_UDP && f->in.forwards[0].port == 27015 &&
	    f->in.forwards[0].to_port == 27016 && !f->in.forwards[0].masquerade);
	firewall_input_free(f);
	(void)str_copy(STR("eth1"), h.uplink, sizeof(h.uplink));	/* fits */
	f = make(FORWARD("192.168.1.20"), &h);
	assert_true(f->in.forwards[0].masquerade);
	firewall_input_free(f);
}

/* What comes out is what decide works on. */
static void
decides(void **state)
{
	struct firewall_host h = host();
	struct firewall_input *f = make("{\"peers\":[" PEER("anna", "2", ",\"lan_access\":false") "]}", &h);
	struct fw_flow flow = { .iif = "wg0", .oif = "ppp0", .src = { 4, { 10, 0, 0, 2 } }, .dst = { 4, { 198, 51, 100, 7 } },
	    .proto = FW_TCP, .port = 443 };
	struct fw_verdict v;

	(void)state;
	fw_decide(f->index, &flow, &v);
	assert_true(v.allow && v.why == FW_MAY_INTERNET);
	(void)str_copy(STR("eth1"), flow.oif, sizeof(flow.oif));	/* fits */
	flow.dst = (struct addr){ 4, { 192, 168, 1, 9 } };
	fw_decide(f->index, &flow, &v);
	assert_true(!v.allow && v.why == FW_NO_LAN);
	firewall_input_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(home_and_uplink), cmocka_unit_test(engines_bridges), cmocka_unit_test(ways),
		cmocka_unit_test(without_vpn),
		cmocka_unit_test(doors), cmocka_unit_test(peers_and_groups), cmocka_unit_test(rules), cmocka_unit_test(forwards),
		cmocka_unit_test(decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
