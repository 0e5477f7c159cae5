/* Rows: firewall, routing (data.md 4.7). Rules about several members: firewall.c. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

enum { TITLE_MAX = 64 };

static const char *const defaults[] = { "drop", "accept", NULL };
static const char *const actions[] = { "drop", "accept", "reject", NULL };
static const char *const protos[] = { "tcp", "udp", "any", "icmp", NULL };
static const char *const forward_protos[] = { "tcp", "udp", NULL };
static const char *const zones[] = { "vpn", "cell", "container", "lan", "public", NULL };
static const char *const forward_zones[] = { "vpn", "lan", "public", NULL };
static const char *const targets[] = { "admin", "internet", "dns", NULL };
static const char *const guards[] = { "off", "on", NULL };
static const char *const expectations[] = { "deny", "allow", NULL };

#define AT(member) .offset = offsetof(struct conf_end, member)
#define END_PEER { .key = "peer", .type = CONF_T_TEXT, .flags = CONF_F_ONE_OF, AT(peer), .min = 1, .max = 64, \
	.check = conf_check_name64, .help = "One device in the VPN" }
#define END_ZONE { .key = "zone", .type = CONF_T_ZONE, .flags = CONF_F_ONE_OF, AT(zone), .choices = zones, \
	.help = "Everybody there" }
#define END_CIDR { .key = "cidr", .type = CONF_T_PREFIX, .flags = CONF_F_ONE_OF, AT(cidr), \
	.check = conf_check_network, .help = "The addresses of this network" }

static const struct conf_row from[] = {
	END_PEER,
	{ .key = "group", .type = CONF_T_TEXT, .flags = CONF_F_ONE_OF | CONF_F_LOWER, AT(group), .min = 1, .max = 20,
	    .check = conf_check_label, .help = "The devices of a group" },
	END_ZONE,
	END_CIDR,
	CONF_ROW_END
};

static const struct conf_row to[] = {
	END_PEER,
	END_ZONE,
	END_CIDR,
	{ .key = "service", .type = CONF_T_TEXT, .flags = CONF_F_ONE_OF | CONF_F_LOWER, AT(service),
	    .min = 1, .max = 31, .check = conf_check_label, .help = "A service, by its access name" },
	{ .key = "target", .type = CONF_T_TEXT, .flags = CONF_F_ONE_OF, AT(target), .min = 1, .max = 16,
	    .choices = targets, .help = "The cell's administration, the Internet, or its names" },
	CONF_ROW_END
};

#undef AT
#define ENDS(owner) \
	{ .key = "from", .type = CONF_T_OBJECT, .flags = CONF_F_REQUIRED, .offset = offsetof(owner, from), \
	    .rows = from, .help = "Who asks: exactly one of these" }, \
	{ .key = "to", .type = CONF_T_OBJECT, .flags = CONF_F_REQUIRED, .offset = offsetof(owner, to), \
	    .rows = to, .help = "Who is asked: exactly one of these" }
#define ID(owner) { .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, \
	.offset = offsetof(owner, id), .min = 1, .max = 36, .check = conf_check_uuid, .help = "Its number" }
#define NAME(owner) { .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, .offset = offsetof(owner, name), \
	.min = 1, .max = TITLE_MAX, .help = "What people call it" }
#define ENABLED(owner) { .key = "enabled", .type = CONF_T_BOOL, .offset = offsetof(owner, enabled), .def = "true", \
	.help = "It is in force" }

#define AT(member) .offset = offsetof(struct conf_fw_rule, member)

static const struct conf_row rule[] = {
	CONF_ROW_REV(struct conf_fw_rule),
	ID(struct conf_fw_rule),
	NAME(struct conf_fw_rule),
	ENABLED(struct conf_fw_rule),
	{ .key = "action", .type = CONF_T_CHOICE, .flags = CONF_F_REQUIRED, AT(action), .choices = actions,
	    .help = "What becomes of it: accept, drop in silence, or reject with a word" },
	ENDS(struct conf_fw_rule),
	{ .key = "proto", .type = CONF_T_CHOICE, AT(proto), .def = "\"any\"", .choices = protos,
	    .help = "Of which protocol" },
	{ .key = "ports", .type = CONF_T_TEXTS, AT(ports), .def = "[]", .max = CONF_FW_PORTS_MAX,
	    .check = conf_check_ports,
	    .help = "To which ports, with tcp and udp: \"631\", \"8000-8010\"; none: to all" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_fw_forward, member)

static const struct conf_row forward[] = {
	CONF_ROW_REV(struct conf_fw_forward),
	ID(struct conf_fw_forward),
	NAME(struct conf_fw_forward),
	ENABLED(struct conf_fw_forward),
	{ .key = "zone", .type = CONF_T_ZONE, AT(zone), .def = "\"public\"", .choices = forward_zones,
	    .help = "From where" },
	{ .key = "proto", .type = CONF_T_CHOICE, .flags = CONF_F_REQUIRED, AT(proto), .choices = forward_protos,
	    .help = "Of which protocol" },
	{ .key = "port", .type = CONF_T_INT, .flags = CONF_F_REQUIRED, AT(port), .size = sizeof(uint16_t),
	    .min = 1, .max = 65535,
	    .help = "To which port of the cell" },
	{ .key = "to_ip", .type = CONF_T_ADDR, .flags = CONF_F_REQUIRED, AT(to_ip), .check = conf_check_forward_to,
	    .help = "The private address that gets it" },
	{ .key = "to_port", .type = CONF_T_INT, AT(to_port), .size = sizeof(uint16_t), .min = 1, .max = 65535,
	    .help = "Its port there; by default the same" },
	CONF_ROW_END
};

#undef AT

static const struct conf_row assertion[] = {
	CONF_ROW_REV(struct conf_fw_assertion),
	ID(struct conf_fw_assertion),
	NAME(struct conf_fw_assertion),
	ENDS(struct conf_fw_assertion),
	{ .key = "expect", .type = CONF_T_CHOICE, .flags = CONF_F_REQUIRED,
	    .offset = offsetof(struct conf_fw_assertion, expect), .choices = expectations,
	    .help = "What has to be so in every configuration" },
	CONF_ROW_END
};

#define AT(member) .offset = offsetof(struct conf_firewall, member)
#define RECORDS(name, one, limit, api, text) { .key = #name, .type = CONF_T_RECORDS, AT(name), .rows = one, \
	.size = sizeof(struct conf_fw_##one), .count_offset = offsetof(struct conf_firewall, n##name), .def = "[]", \
	.max = limit, .path = api, .help = text }

const struct conf_row conf_rows_firewall[] = {
	CONF_ROW_REV(struct conf_firewall),
	{ .key = "vpn_default", .type = CONF_T_CHOICE, .flags = CONF_F_LEASE, AT(vpn_default), .def = "\"drop\"",
	    .choices = defaults,
	    .help = "What becomes of packets of the VPN and of services that no rule and no right lets through" },
	{ .key = "forward_default", .type = CONF_T_CHOICE, .flags = CONF_F_LEASE, AT(forward_default),
	    .def = "\"drop\"", .choices = defaults,
	    .help = "Likewise between the home network and the Internet" },
	{ .key = "host_guard", .type = CONF_T_CHOICE, .flags = CONF_F_LEASE, AT(host_guard), .def = "\"off\"",
	    .choices = guards,
	    .help = "on: from the Internet only what the cell serves there reaches this host" },
	{ .key = "log_drops", .type = CONF_T_BOOL, AT(log_drops), .def = "true",
	    .help = "Keep what was dropped last, to be looked at" },
	RECORDS(rules, rule, CONF_FW_RULES_MAX, "/api/firewall/rules", "Your own rules, in the order in which they count"),
	RECORDS(forwards, forward, CONF_FW_FORWARDS_MAX, "/api/firewall/forwards", "Ports that lead to hosts inside"),
	RECORDS(assertions, assertion, CONF_FW_ASSERTIONS_MAX, "/api/firewall/assertions",
	    "What no change may break"),
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_static_route, member)

static const struct conf_row static_route[] = {
	CONF_ROW_REV(struct conf_static_route),
	ID(struct conf_static_route),
	{ .key = "destination", .type = CONF_T_PREFIX, .flags = CONF_F_REQUIRED, AT(destination),
	    .check = conf_check_network,
	    .help = "The network that it leads to" },
	{ .key = "via", .type = CONF_T_ADDR, .flags = CONF_F_NULLABLE, AT(via), .def = "null",
	    .check = conf_check_upstream,
	    .help = "The next router; null: the network is on the interface itself" },
	{ .key = "interface", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE, AT(interface), .def = "null",
	    .min = 1, .max = 15, .check = conf_check_ifname,
	    .help = "The interface; null: the one of the router" },
	{ .key = "metric", .type = CONF_T_INT, AT(metric), .size = sizeof(uint32_t), .def = "100",
	    .min = 1, .max = 65535,
	    .help = "Of several to one network, that with the lowest number counts" },
	CONF_ROW_END
};

const struct conf_row conf_rows_routing[] = {
	CONF_ROW_REV(struct conf_routing),
	{ .key = "static_routes", .type = CONF_T_RECORDS, .offset = offsetof(struct conf_routing, static_routes),
	    .rows = static_route, .size = sizeof(struct conf_static_route),
	    .count_offset = offsetof(struct conf_routing, nstatic_routes), .def = "[]", .max = CONF_STATIC_ROUTES_MAX,
	    .path = "/api/routing/static",
	    .help = "Routes that this host has besides its own" },
	CONF_ROW_END
};
