/* Rows: identity, network, admin_access (data.md 4.1, 4.2). */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

static const char *const modes[] = { "lan", "pic_ngo", "cloudflare", "duckdns", "http01", NULL };
static const char *const admin_zones[] = { "vpn", "lan", "public", NULL };

#define AT(member) .offset = offsetof(struct conf_identity, member)

const struct conf_row conf_rows_identity[] = {
	CONF_ROW_REV(struct conf_identity),
	{ .key = "cell_name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(cell_name),
	    .min = 1, .max = CONF_LABEL_MAX, .check = conf_check_label,
	    .help = "Name of the cell: one label" },
	{ .key = "domain_mode", .type = CONF_T_CHOICE, AT(domain_mode), .def = "\"lan\"", .choices = modes,
	    .help = "Where the effective domain comes from" },
	{ .key = "domain", .type = CONF_T_TEXT, .flags = CONF_F_LOWER, AT(domain),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_own_domain,
	    .help = "Internal domain; follows the cell's name as <cell_name>.cell unless set" },
	{ .key = "domain_name", .type = CONF_T_TEXT, .flags = CONF_F_LOWER, AT(domain_name),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_own_domain,
	    .help = "Effective domain; its default depends on domain_mode" },
	{ .key = "timezone", .type = CONF_T_TEXT, AT(timezone), .def = "\"UTC\"",
	    .min = 1, .max = 64, .check = conf_check_timezone,
	    .help = "IANA time zone, for display and schedules" },
	{ .key = "ip_range", .type = CONF_T_PREFIX, .flags = CONF_F_LEASE, AT(ip_range), .def = "\"172.20.0.0/16\"",
	    .check = conf_check_ip_range,
	    .help = "Networks of installed services are cut from this private IPv4 network" },
	{ .key = "ula_prefix", .type = CONF_T_PREFIX, .flags = CONF_F_NULLABLE | CONF_F_READONLY, AT(ula_prefix),
	    .def = "null", .check = conf_check_ula,
	    .help = "Unique local IPv6 prefix of the cell, drawn at setup" },
	CONF_ROW_END
};

#undef AT
#define PORT(name, number, text) { .key = #name, .type = CONF_T_INT, .flags = CONF_F_LEASE, \
	.offset = offsetof(struct conf_ports, name), .size = sizeof(uint16_t), .def = number, \
	.min = 1, .max = 65535, .help = text }

static const struct conf_row ports[] = {
	PORT(dns, "53", "DNS over UDP and TCP"),
	PORT(dot, "853", "DNS over TLS"),
	PORT(http, "80", "HTTP"),
	PORT(https, "443", "HTTPS"),
	PORT(ntp, "123", "Time service"),
	PORT(api, "3000", "Administration on the loopback addresses"),
	CONF_ROW_END
};

#undef PORT
#define AT(member) .offset = offsetof(struct conf_network, member)

const struct conf_row conf_rows_network[] = {
	CONF_ROW_REV(struct conf_network),
	{ .key = "listen_addresses", .type = CONF_T_TEXTS, .flags = CONF_F_LEASE, AT(listen_addresses),
	    .def = "[\"*\"]", .min = 1, .max = CONF_LISTEN_MAX, .check = conf_check_listen,
	    .help = "\"*\" alone, or the addresses of this host to listen on" },
	{ .key = "ports", .type = CONF_T_OBJECT, .flags = CONF_F_LEASE, AT(ports), .def = "{}", .rows = ports,
	    .help = "Port of each service" },
	{ .key = "lan_interfaces", .type = CONF_T_TEXTS, .flags = CONF_F_LEASE, AT(lan_interfaces), .def = "[]",
	    .max = CONF_LISTEN_MAX, .check = conf_check_ifname,
	    .help = "Interfaces of the home network; empty: all but VPN and services" },
	{ .key = "lan_cidrs", .type = CONF_T_PREFIXES, .flags = CONF_F_LEASE, AT(lan_cidrs), .def = "[]",
	    .max = CONF_LISTEN_MAX, .check = conf_check_network,
	    .help = "Further networks that belong to the home network" },
	{ .key = "uplink", .type = CONF_T_TEXT, .flags = CONF_F_LEASE, AT(uplink), .def = "\"auto\"",
	    .min = 1, .max = 15, .check = conf_check_uplink,
	    .help = "Interface towards the Internet; auto: that of the default route" },
	{ .key = "ipv6", .type = CONF_T_BOOL, .flags = CONF_F_LEASE, AT(ipv6), .def = "true",
	    .help = "Serve over IPv6 as well" },
	CONF_ROW_END
};

#undef AT

const struct conf_row conf_rows_admin_access[] = {
	CONF_ROW_REV(struct conf_admin_access),
	{ .key = "zones", .type = CONF_T_ZONES, .flags = CONF_F_LEASE | CONF_F_LOCAL,
	    .offset = offsetof(struct conf_admin_access, zones), .def = "[\"vpn\",\"lan\"]",
	    .max = 3, .choices = admin_zones,
	    .help = "Zones from which administrators may sign in; local always may" },
	{ .key = "require_totp", .type = CONF_T_BOOL, .flags = CONF_F_LEASE,
	    .offset = offsetof(struct conf_admin_access, require_totp), .def = "false",
	    .help = "Administrators must use a second factor" },
	CONF_ROW_END
};
