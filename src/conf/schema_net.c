/* Rows: wireguard, logging (data.md 4.4, 4.13), each as far as this version acts on it. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

static const char *const levels[] = { "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", NULL };
static const char *const backends[] = { "auto", "kernel", "userspace", NULL };
static const char *const client_keys[] = { "first_handshake", "sealed", NULL };
static const char *const formats[] = { "logfmt", "json", NULL };

#define AT(member) .offset = offsetof(struct conf_wireguard, member)

const struct conf_row conf_rows_wireguard[] = {
	CONF_ROW_REV(struct conf_wireguard),
	{ .key = "enabled", .type = CONF_T_BOOL, .flags = CONF_F_LEASE, AT(enabled), .def = "true",
	    .help = "The VPN is on" },
	{ .key = "interface", .type = CONF_T_TEXT, .flags = CONF_F_LEASE, AT(interface), .def = "\"wg0\"",
	    .min = 1, .max = 15, .check = conf_check_ifname,
	    .help = "Name of its network interface" },
	{ .key = "backend", .type = CONF_T_CHOICE, AT(backend), .def = "\"auto\"", .choices = backends,
	    .help = "Who encrypts: auto takes the kernel where it can, else the cell does it itself" },
	{ .key = "address", .type = CONF_T_PREFIX, .flags = CONF_F_LEASE, AT(address), .def = "\"10.0.0.1/24\"",
	    .check = conf_check_wg_address,
	    .help = "The cell's IPv4 address in the VPN, with the prefix of its network" },
	{ .key = "address6", .type = CONF_T_PREFIX, .flags = CONF_F_NULLABLE | CONF_F_LEASE, AT(address6),
	    .check = conf_check_wg_address6,
	    .help = "The cell's IPv6 address in the VPN; null: none" },
	{ .key = "port", .type = CONF_T_INT, .flags = CONF_F_LEASE, AT(port), .size = sizeof(uint16_t),
	    .def = "51820", .min = 1, .max = 65535,
	    .help = "UDP port" },
	{ .key = "mtu", .type = CONF_T_INT, AT(mtu), .size = sizeof(int), .def = "1420", .min = 1280, .max = 1500,
	    .help = "Largest packet inside the VPN" },
	{ .key = "public_key", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_READONLY, AT(public_key),
	    .def = "null", .min = 1, .max = 44, .check = conf_check_wgkey,
	    .help = "The cell's public key" },
	{ .key = "private_key", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE | CONF_F_SECRET, .offset = CONF_NO_FIELD, .max = 44,
	    .help = "Another key of the cell: generate, or base64 of 32 bytes" },
	{ .key = "endpoint_host", .type = CONF_T_TEXT, .flags = CONF_F_LOWER, AT(endpoint_host), .def = "\"auto\"",
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_endpoint,
	    .help = "Where devices find the cell: auto, a host name or an address" },
	{ .key = "keepalive_s", .type = CONF_T_INT, AT(keepalive_s), .size = sizeof(int), .def = "25", .max = 3600,
	    .help = "Keep-alive written to client files; 0: none" },
	{ .key = "preshared_keys", .type = CONF_T_BOOL, AT(preshared_keys), .def = "true",
	    .help = "New devices get a second, symmetric key" },
	{ .key = "client_dns", .type = CONF_T_TEXTS, AT(client_dns), .def = "[\"auto\"]", .min = 1,
	    .max = CONF_CLIENT_DNS_MAX, .check = conf_check_client_dns,
	    .help = "Name servers written to client files; auto: the cell" },
	{ .key = "split_prefixes", .type = CONF_T_PREFIXES, AT(split_prefixes), .def = "[]", .max = CONF_SPLIT_MAX,
	    .check = conf_check_network,
	    .help = "Networks that devices without Internet access reach through the VPN, too" },
	{ .key = "client_keys", .type = CONF_T_CHOICE, AT(client_keys), .def = "\"first_handshake\"",
	    .choices = client_keys,
	    .help = "How long the cell holds private keys that it made: until the first handshake, at most 7 days; "
		"or sealed, until the device goes" },
	{ .key = "secret_ref", .type = CONF_T_TEXT,
	    .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF | CONF_F_LEASE, AT(secret_ref),
	    .def = "null", .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "Private key" },
	CONF_ROW_END
};

#undef AT

const struct conf_row conf_rows_logging[] = {
	CONF_ROW_REV(struct conf_logging),
	{ .key = "root", .type = CONF_T_TEXT, .offset = offsetof(struct conf_logging, root), .def = "\"INFO\"",
	    .min = 1, .max = 8, .choices = levels,
	    .help = "Least severe level that is logged" },
	{ .key = "format", .type = CONF_T_TEXT, .offset = offsetof(struct conf_logging, format),
	    .def = "\"logfmt\"", .min = 1, .max = 6, .choices = formats,
	    .help = "Form of the lines" },
	CONF_ROW_END
};
