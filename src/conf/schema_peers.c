/* Rows: groups, peers (data.md 4.5). Rules about several members: peer.c. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

enum { GROUP_NAME_MAX = 20, DESCRIPTION_MAX = 256 };

static const char *const exits[] = { "default", NULL };

#define AT(member) .offset = offsetof(struct conf_group, member)

const struct conf_row conf_rows_group[] = {
	CONF_ROW_REV(struct conf_group),
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_KEY | CONF_F_LOWER, AT(name),
	    .min = 1, .max = GROUP_NAME_MAX, .check = conf_check_label,
	    .help = "What people and rules call it" },
	{ .key = "description", .type = CONF_T_TEXT, AT(description), .def = "\"\"", .max = DESCRIPTION_MAX,
	    .help = "What it is for" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_peer, member)

const struct conf_row conf_rows_peer[] = {
	CONF_ROW_REV(struct conf_peer),
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_KEY, AT(name), .min = 1, .max = 64,
	    .check = conf_check_name64,
	    .help = "Its name, for good" },
	{ .key = "description", .type = CONF_T_TEXT, AT(description), .def = "\"\"", .max = DESCRIPTION_MAX,
	    .help = "What it is" },
	{ .key = "owner", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE, AT(owner), .def = "null", .min = 1, .max = 64,
	    .check = conf_check_name64,
	    .help = "The peer user whose device it is" },
	{ .key = "enabled", .type = CONF_T_BOOL, AT(enabled), .def = "true",
	    .help = "It may connect" },
	{ .key = "ip", .type = CONF_T_ADDR, AT(ip), .check = conf_check_ipv4,
	    .help = "Its IPv4 address in the VPN; by default the next free one" },
	{ .key = "ip6", .type = CONF_T_ADDR, .flags = CONF_F_NULLABLE, AT(ip6), .check = conf_check_ipv6,
	    .help = "Its IPv6 address in the VPN; by default with the host number of ip" },
	{ .key = "public_key", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(public_key), .min = 1, .max = 44,
	    .check = conf_check_wgkey,
	    .help = "Its public key" },
	{ .key = "internet_access", .type = CONF_T_BOOL, AT(internet_access), .def = "true",
	    .help = "It reaches the Internet through the cell; else only what is inside goes through the VPN" },
	{ .key = "service_access", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(service_access), .def = "[]",
	    .max = CONF_PEER_ACCESS_MAX, .check = conf_check_access,
	    .help = "Services and routes (route:NAME) that it may use" },
	{ .key = "peer_access", .type = CONF_T_BOOL, AT(peer_access), .def = "false",
	    .help = "It reaches other devices that have this, and they reach it" },
	{ .key = "lan_access", .type = CONF_T_BOOL, AT(lan_access), .def = "false",
	    .help = "It reaches the home network" },
	{ .key = "subnets", .type = CONF_T_PREFIXES, AT(subnets), .def = "[]", .max = CONF_PEER_SUBNETS_MAX,
	    .check = conf_check_network,
	    .help = "Networks behind it" },
	{ .key = "groups", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(groups), .def = "[]",
	    .max = CONF_PEER_GROUPS_MAX, .check = conf_check_label,
	    .help = "Groups that it belongs to" },
	{ .key = "exit_via", .type = CONF_T_TEXT, AT(exit_via), .def = "\"default\"", .min = 1, .max = 64,
	    .choices = exits,
	    .help = "Its way to the Internet; default: that of the cell" },
	{ .key = "expires_at", .type = CONF_T_TIME, .flags = CONF_F_NULLABLE, AT(expires_at), .def = "null",
	    .help = "When it is disabled; null: never" },
	{ .key = "created_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(created_at),
	    .help = "When it was made" },
	{ .key = "installed", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_READONLY, AT(installed),
	    .def = "null", .min = 64, .max = 64, .check = conf_check_sha256,
	    .help = "SHA-256 of the client file that it was given, without the private key" },
	{ .key = "secret_ref", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF,
	    AT(secret_ref), .def = "null", .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "Its second, symmetric key" },
	CONF_ROW_END
};
