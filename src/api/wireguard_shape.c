/* Documents of /api/wireguard as rows. */
#include "api/wireguard_shape.h"

#define KEY_EXAMPLE "\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\""

static const char *const backends[] = { "auto", "kernel", "userspace", NULL };
static const char *const planes[] = { "kernel", "userspace", "none", NULL };
static const char *const kinds[] = { "peer", "cell", "exit", NULL };

static const struct api_member peer_members[] = {
	{ "name", API_TEXT, .example = "\"anna-phone\"", .help = "Who" },
	{ "kind", API_CHOICE, .choices = kinds, .example = "\"peer\"", .help = "What it is" },
	{ "public_key", API_TEXT, .example = KEY_EXAMPLE, .help = "Its key" },
	{ "endpoint", API_TEXT, API_NULL, .example = "\"203.0.113.9:4242\"", .help = "Where its last packet came from" },
	{ "latest_handshake_at", API_TIME, API_NULL, .help = "When it was heard of last; null: never" },
	{ "online", API_BOOL, .example = "true", .help = "The last handshake is 180 s old at most" },
	{ "rx_bytes", API_INT, .example = "0", .help = "Received from it" },
	{ "tx_bytes", API_INT, .example = "0", .help = "Sent to it" },
	{ "allowed_ips", API_TEXTS, .example = "[\"10.0.0.2/32\"]", .help = "Addresses that are its own" },
	{ .name = NULL }
};
static const struct api_shape peer_shape = { .name = "WireguardPeer", .type = API_OBJECT, .members = peer_members };
const struct api_shape api_wg_peers_shape = { .type = API_ARRAY, .item = &peer_shape };

static const struct api_member status_members[] = {
	{ "running", API_BOOL, .example = "true", .help = "The VPN is up" },
	{ "reason", API_TEXT, API_NULL, .example = "null", .help = "Why it is not" },
	{ "interface", API_TEXT, .example = "\"wg0\"", .help = "Its interface" },
	{ "backend", API_CHOICE, .choices = backends, .example = "\"auto\"", .help = "Who is to encrypt" },
	{ "data_plane", API_CHOICE, .choices = planes, .example = "\"kernel\"", .help = "Who does; none: nothing is passed on" },
	{ "public_key", API_TEXT, API_NULL, .example = KEY_EXAMPLE, .help = "The key of the cell" },
	{ "address", API_TEXT, .example = "\"10.0.0.1/24\"", .help = "Its address in the VPN" },
	{ "address6", API_TEXT, API_NULL, .example = "\"fd5e:3c1a:9b42:1::1/64\"", .help = "The IPv6 one" },
	{ "port", API_INT, .example = "51820", .help = "UDP port" },
	{ "mtu", API_INT, .example = "1420", .help = "Of the interface" },
	{ "endpoint", API_TEXT, .example = "\"myhome.pic.ngo:51820\"", .help = "What new client files call" },
	{ "peers", API_ARRAY, .shape = &peer_shape, .help = "Who may connect" },
	{ .name = NULL }
};
const struct api_shape api_wg_status_shape = { .name = "WireguardStatus", .type = API_OBJECT, .members = status_members };

static const struct api_member key_members[] = {
	{ "public_key", API_TEXT, API_NULL, .example = KEY_EXAMPLE, .help = "The key of the cell" },
	{ .name = NULL }
};
const struct api_shape api_wg_key_shape = { .type = API_OBJECT, .members = key_members };

static const struct api_member keys_members[] = {
	{ "private_key", API_TEXT, API_ONCE, .example = "\"yAnz5TF…\"", .help = "A fresh key, stored nowhere" },
	{ "public_key", API_TEXT, .example = KEY_EXAMPLE, .help = "Its public half" },
	{ "preshared_key", API_TEXT, API_ONCE, .example = "\"FpCyhws…\"", .help = "A fresh preshared key, stored nowhere" },
	{ .name = NULL }
};
const struct api_shape api_wg_keys_shape = { .name = "WireguardKeys", .type = API_OBJECT, .members = keys_members };

static const struct api_member config_members[] = {
	{ "config", API_TEXT, API_LINES, .example = "\"[Interface]\\nPrivateKey = (hidden)\"", .help = "As wg would have it" },
	{ .name = NULL }
};
const struct api_shape api_wg_config_shape = { .type = API_OBJECT, .members = config_members };

static const struct api_member place_members[] = {
	{ "public_ip", API_TEXT, API_NULL, .example = "\"203.0.113.7\"", .help = "The public IPv4 address" },
	{ "public_ip6", API_TEXT, API_NULL, .example = "null", .help = "The public IPv6 address" },
	{ "endpoint", API_TEXT, .example = "\"203.0.113.7:51820\"", .help = "What new client files call" },
	{ "changed", API_BOOL, .example = "false", .help = "That is another one than before" },
	{ .name = NULL }
};
const struct api_shape api_wg_place_shape = { .name = "WireguardPlace", .type = API_OBJECT, .members = place_members };

static const struct api_member port_members[] = {
	{ "port", API_INT, .example = "51820", .help = "UDP port" },
	{ "bound", API_BOOL, .example = "true", .help = "The cell listens there" },
	{ "open", API_BOOL, API_NULL, .example = "true", .help = "It is reached from outside; null: not known" },
	{ "reason", API_TEXT, .example = "\"a device connected from a public address 20 min ago\"", .help = "How that is known" },
	{ .name = NULL }
};
const struct api_shape api_wg_port_shape = { .name = "WireguardPort", .type = API_OBJECT, .members = port_members };
