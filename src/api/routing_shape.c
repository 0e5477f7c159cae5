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
