#include "api/routing_shape.h"

static const struct api_member none[] = { { .name = NULL } };

const struct api_shape api_static_route_shape = { .name = "StaticRoute", .type = API_OBJECT, .members = none,
	.conf = "routing.static_routes" };
const struct api_shape api_static_routes_shape = { .type = API_ARRAY, .item = &api_static_route_shape };
const struct api_shape api_static_route_new_shape = { .name = "StaticRouteNew", .type = API_OBJECT, .members = none,
	.conf = "routing.static_routes" };

static const char *const ways[] = { "direct", "exit", "blocked", NULL };

static const struct api_member peer_route_members[] = {
	{ "peer", API_TEXT, .example = "\"anna-phone\"", .help = "The device" },
	{ "ip", API_TEXT, .example = "\"10.0.0.2\"", .help = "Its address in the VPN" },
	{ "subnets", API_TEXTS, .example = "[\"192.168.40.0/24\"]", .help = "Networks behind it" },
	{ "exit_via", API_TEXT, .example = "\"default\"", .help = "The way to the Internet that it is to take" },
	{ "table", API_INT, API_NULL, .example = "null", .help = "The routing table of that way; null: that of the host" },
	{ "effective", API_CHOICE, .choices = ways, .example = "\"direct\"", .help = "The way that it takes now" },
	{ .name = NULL }
};
static const struct api_shape peer_route = { .name = "PeerRoute", .type = API_OBJECT, .members = peer_route_members };
const struct api_shape api_peer_routes_shape = { .type = API_ARRAY, .item = &peer_route };

static const struct api_member status_members[] = {
	{ "ip_forward", API_BOOL, .example = "true", .help = "The host forwards IPv4" },
	{ "ip6_forward", API_BOOL, .example = "true", .help = "The host forwards IPv6" },
	{ "tables", API_INT, .example = "2", .help = "Routing tables that have routes" },
	{ "rules", API_INT, .example = "6", .help = "Rules that choose among them" },
	{ "drift", API_BOOL, .example = "false", .help = "Routes of the cell are missing or too many, or forwarding was switched off" },
	{ .name = NULL }
};
const struct api_shape api_routing_status_shape = { .name = "RoutingStatus", .type = API_OBJECT, .members = status_members };

static const struct api_member query_members[] = {
	{ "table", API_INT, API_OPT, 0, UINT32_MAX, .example = "254", .help = "Only this table; all but the host's own otherwise" },
	{ .name = NULL }
};
const struct api_shape api_routing_query_shape = { .type = API_OBJECT, .members = query_members };

static const struct api_member host_route_members[] = {
	{ "destination", API_TEXT, .example = "\"10.0.0.0/24\"", .help = "Network; 0.0.0.0/0 and ::/0 are everything" },
	{ "via", API_TEXT, API_NULL, .example = "null", .help = "The next hop; null: on the link itself" },
	{ "interface", API_TEXT, API_NULL, .example = "\"wg0\"", .help = "The link" },
	{ "table", API_INT, .example = "254", .help = "The table that it is in" },
	{ "metric", API_INT, .example = "0", .help = "The smaller one wins" },
	{ "protocol", API_TEXT, .example = "\"kernel\"", .help = "Who made it" },
	{ "owned", API_BOOL, .example = "false", .help = "The cell did" },
	{ .name = NULL }
};
static const struct api_shape host_route = { .name = "HostRoute", .type = API_OBJECT, .members = host_route_members };
const struct api_shape api_host_routes_shape = { .type = API_ARRAY, .item = &host_route };
