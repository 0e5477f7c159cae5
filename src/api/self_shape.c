/* Documents of /api/peer as rows. */
#include "api/self_shape.h"

enum { NAME_MAX_ = 64 };

static const char *const formats[] = { "json", "conf", "svg", NULL };
static const char *const exits[] = { "direct", "exit", "blocked", NULL };

static const struct api_member device_members[] = {
	{ "name", API_TEXT, .example = "\"anna-phone\"", .help = "Its name" },
	{ "description", API_TEXT, .example = "\"\"", .help = "What it is" },
	{ "enabled", API_BOOL, .example = "true", .help = "It may connect" },
	{ "ip", API_TEXT, .example = "\"10.0.0.2\"", .help = "Its address in the VPN" },
	{ "ip6", API_TEXT, API_NULL, .example = "\"fd5e:3c1a:9b42:1::2\"", .help = "The IPv6 one" },
	{ "online", API_BOOL, .example = "true", .help = "The last handshake is 180 s old at most" },
	{ "latest_handshake_at", API_TIME, API_NULL, .help = "When it was heard of last; null: never" },
	{ "rx_bytes", API_INT, .example = "0", .help = "Received from it" },
	{ "tx_bytes", API_INT, .example = "0", .help = "Sent to it" },
	{ "exit", API_CHOICE, .choices = exits, .example = "\"direct\"", .help = "How it gets to the Internet" },
	{ "config_needs_reinstall", API_BOOL, .example = "false",
	    .help = "The file that it has differs from what it would be now" },
	{ "has_private_key", API_BOOL, .example = "true", .help = "The file can still be had complete" },
	{ "expires_at", API_TIME, API_NULL, .example = "null", .help = "When it is switched off" },
	{ .name = NULL }
};
static const struct api_shape device_shape = { .name = "OwnDevice", .type = API_OBJECT, .members = device_members };

static const struct api_member service_members[] = {
	{ "id", API_TEXT, .example = "\"route:ha\"", .help = "The access name that opens it" },
	{ "name", API_TEXT, .example = "\"ha\"", .help = "What it is called" },
	{ "urls", API_TEXTS, .example = "[\"https://ha.myhome.home.arpa/\"]", .help = "Where it is" },
	{ "devices", API_TEXTS, .example = "[\"anna-phone\"]", .help = "Own devices that may use it" },
	{ "status", API_TEXT, .example = "\"running\"", .help = "running, or failed" },
	{ .name = NULL }
};
static const struct api_shape service_shape = { .name = "OwnService", .type = API_OBJECT, .members = service_members };
const struct api_shape api_self_services_shape = { .type = API_ARRAY, .item = &service_shape };

static const struct api_member dashboard_members[] = {
	{ "username", API_TEXT, .example = "\"anna\"", .help = "Who" },
	{ "devices", API_ARRAY, .shape = &device_shape, .help = "Own devices" },
	{ "services", API_ARRAY, .shape = &service_shape, .help = "What they may use" },
	{ "cell_name", API_TEXT, .example = "\"myhome\"", .help = "The cell" },
	{ .name = NULL }
};
const struct api_shape api_self_dashboard_shape = { .name = "OwnDashboard", .type = API_OBJECT,
	.members = dashboard_members };

static const struct api_member file_query_members[] = {
	{ "device", API_TEXT, API_OPT, 1, NAME_MAX_, .example = "\"anna-phone\"", .help = "Which one; needed with several" },
	{ "format", API_CHOICE, API_OPT, .choices = formats, .example = "\"json\"", .help = "conf: the file itself; svg: the QR code" },
	{ .name = NULL }
};
const struct api_shape api_self_file_query_shape = { .type = API_OBJECT, .members = file_query_members };
