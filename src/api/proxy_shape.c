/* Documents of /api/proxy as rows. */
#include "api/proxy_shape.h"

static const struct api_member route_members[] = {
	{ "healthy", API_BOOL, API_NULL, .example = "true",
	    .help = "Its target answered when it was asked last; null: not asked yet, or the route is off" },
	{ "checked_at", API_TIME, API_NULL, .help = "When that was" },
	{ "last_error", API_TEXT, API_NULL, .example = "null", .help = "What was wrong then" },
	{ "url", API_TEXT, .example = "\"https://ha.myhome.home.arpa/\"", .help = "Where people find it" },
	{ .name = NULL }
};
const struct api_shape api_proxy_route_shape = { .name = "Route", .type = API_OBJECT, .members = route_members,
	.conf = "proxy.routes" };
const struct api_shape api_proxy_routes_shape = { .type = API_ARRAY, .item = &api_proxy_route_shape };

static const struct api_member none[] = { { .name = NULL } };
const struct api_shape api_proxy_route_new_shape = { .name = "RouteNew", .type = API_OBJECT, .members = none,
	.conf = "proxy.routes" };
const struct api_shape api_proxy_route_in_shape = { .name = "RoutePatch", .type = API_OBJECT, .members = none,
	.conf = "proxy.routes", .flags = API_PARTIAL };

static const char *const tls[] = { "verified", "unverified", NULL };

static const struct api_member test_members[] = {
	{ "resolved", API_TEXT, API_NULL, .example = "\"192.168.1.5\"", .help = "The address of the target; null: it has none" },
	{ "connected", API_BOOL, .example = "true", .help = "It took a connection" },
	{ "status", API_INT, API_NULL, 100, 599, .example = "200", .help = "What it answered; null: nothing" },
	{ "tls", API_CHOICE, API_NULL, .choices = tls, .example = "null",
	    .help = "How far its certificate is believed; null: no TLS, or it failed" },
	{ "ms", API_INT, .example = "12", .help = "How long all of it took" },
	{ "error", API_TEXT, API_NULL, .example = "null", .help = "What is wrong; null: nothing" },
	{ .name = NULL }
};
const struct api_shape api_proxy_test_shape = { .name = "RouteTest", .type = API_OBJECT, .members = test_members };

static const char *const kinds[] = { "ui", "service", "route", NULL };
static const char *const zones[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };

static const struct api_member site_members[] = {
	{ "host", API_TEXT, .example = "\"ha.myhome.home.arpa\"", .help = "Full host name" },
	{ "path", API_TEXT, .example = "\"/\"", .help = "Only at or below this path" },
	{ "kind", API_CHOICE, .choices = kinds, .example = "\"route\"", .help = "What answers there" },
	{ "access", API_TEXTS, 0, 0, 6, .choices = zones, .example = "[\"vpn\",\"lan\"]", .help = "Zones that may use it" },
	{ "healthy", API_BOOL, API_NULL, .example = "true", .help = "It answers; null: not known yet" },
	{ .name = NULL }
};
static const struct api_shape site = { .type = API_OBJECT, .members = site_members };

static const struct api_member status_members[] = {
	{ "connections", API_INT, .example = "12", .help = "Open now, from clients" },
	{ "requests", API_INT, .example = "90210", .help = "Since start" },
	{ "routes", API_ARRAY, .shape = &site, .help = "Host names that are served" },
	{ "tls_errors", API_INT, .example = "3", .help = "Handshakes that failed since start" },
	{ .name = NULL }
};
const struct api_shape api_proxy_status_shape = { .name = "ProxyStatus", .type = API_OBJECT, .members = status_members };
