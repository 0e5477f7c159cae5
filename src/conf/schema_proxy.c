/* Rows: proxy (data.md 4.11), as far as this version acts on it. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"
#include "conf/header.h"
#include "conf/route.h"

static const char *const access_zones[] = { "vpn", "lan", "cell", "public", NULL };
static const char *const logins[] = { "none", "user", "admin", NULL };

#define AT(member) .offset = offsetof(struct conf_route, member)

static const struct conf_row route[] = {
	CONF_ROW_REV(struct conf_route),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = 36, .check = conf_check_uuid,
	    .help = "Its number" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(name), .min = 1, .max = 31,
	    .check = conf_check_route_name,
	    .help = "What people and permissions call it" },
	{ .key = "host", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(host),
	    .min = 1, .max = CONF_NAME_MAX, .check = conf_check_route_host,
	    .help = "Its host name: one label is below both domains of the cell, or a full name below one of them" },
	{ .key = "path", .type = CONF_T_TEXT, AT(path), .def = "\"/\"", .min = 1, .max = 255,
	    .check = conf_check_route_path,
	    .help = "Only requests at or below this path; of several routes with one host the longest path counts" },
	{ .key = "target", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_LOWER, AT(target),
	    .min = 1, .max = 255, .check = conf_check_target,
	    .help = "Where it leads: http or https, a private address or a name that has only such, a port" },
	{ .key = "access", .type = CONF_T_ZONES, AT(access), .def = "[\"vpn\",\"lan\"]", .min = 1, .max = 4,
	    .choices = access_zones,
	    .help = "Zones that may use it; this host always may" },
	{ .key = "login", .type = CONF_T_CHOICE, AT(login), .def = "\"none\"", .choices = logins,
	    .help = "Who must have signed in to the cell: nobody, any user, or an administrator" },
	{ .key = "tls_verify", .type = CONF_T_BOOL, AT(tls_verify), .def = "true",
	    .help = "Check the certificate of an https target" },
	{ .key = "preserve_host", .type = CONF_T_BOOL, AT(preserve_host), .def = "true",
	    .help = "Tell the target the host name that was asked for, not its own" },
	{ .key = "websocket", .type = CONF_T_BOOL, AT(websocket), .def = "true",
	    .help = "Let WebSocket connections through" },
	{ .key = "request_headers", .type = CONF_T_TEXTS, AT(request_headers), .def = "[]", .max = CONF_HEADER_RULES,
	    .check = conf_check_request_header,
	    .help = "Headers that its target gets: \"Name: value\" in place of the visitor's, \"Name:\" takes it away" },
	{ .key = "response_headers", .type = CONF_T_TEXTS, AT(response_headers), .def = "[]", .max = CONF_HEADER_RULES,
	    .check = conf_check_response_header,
	    .help = "Headers that its visitors get, likewise in place of the target's" },
	{ .key = "max_body_bytes", .type = CONF_T_INT, .flags = CONF_F_NULLABLE, AT(max_body_bytes),
	    .size = sizeof(uint64_t), .def = "null", .min = 1 << 10, .max = INT64_C(64) << 30,
	    .help = "Largest request body; null: as for all routes" },
	{ .key = "enabled", .type = CONF_T_BOOL, AT(enabled), .def = "true",
	    .help = "It is served" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_proxy, member)

const struct conf_row conf_rows_proxy[] = {
	CONF_ROW_REV(struct conf_proxy),
	{ .key = "default_access", .type = CONF_T_ZONES, AT(default_access),
	    .def = "[\"vpn\",\"lan\"]", .max = 4, .choices = access_zones,
	    .help = "Zones that reach what names no zones of its own" },
	{ .key = "trusted_proxies", .type = CONF_T_PREFIXES, AT(trusted_proxies), .def = "[]", .max = CONF_PROXIES_MAX,
	    .check = conf_check_network,
	    .help = "Reverse proxies in front of the cell: who comes through them is whom X-Forwarded-For names last" },
	{ .key = "hsts", .type = CONF_T_BOOL, AT(hsts), .def = "true",
	    .help = "Tell browsers to come by HTTPS only, for 180 days, where the certificate is one that they all believe" },
	{ .key = "max_body_bytes", .type = CONF_T_INT, AT(max_body_bytes), .size = sizeof(uint64_t),
	    .def = "1073741824", .min = 1 << 10, .max = INT64_C(64) << 30,
	    .help = "Largest request body of routes that name none" },
	{ .key = "idle_s", .type = CONF_T_INT, AT(idle_s), .size = sizeof(uint32_t), .def = "120", .min = 10, .max = 3600,
	    .help = "A request on which nothing moves for so long is ended" },
	{ .key = "routes", .type = CONF_T_RECORDS, .flags = CONF_F_SHARED, AT(routes), .rows = route, .size = sizeof(struct conf_route),
	    .count_offset = offsetof(struct conf_proxy, nroutes), .def = "[]", .max = CONF_ROUTES_MAX,
	    .path = "/api/proxy/routes",
	    .help = "Host names that lead to web servers in your network" },
	CONF_ROW_END
};
