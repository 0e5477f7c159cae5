/* Documents of peers as rows. */
#include "api/peer_shape.h"

#include "auth/link.h"

enum { PASSWORD_MAX = 1024, KEY_TEXT = 44, NAME_MAX_ = 64, ACCOUNTS_MAX = 64 };

static const char *const capabilities[] = { "internet", "services", "p2p", "lan", "exit", NULL };
static const char *const exits[] = { "direct", "exit", "blocked", NULL };
static const char *const formats[] = { "json", "conf", "svg", NULL };

#define KEY_EXAMPLE "\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\""

#define SEEN									\
	{ "config_needs_reinstall", API_BOOL, .example = "false",			\
	    .help = "The file that it has differs from what it would be now" },	\
	{ "full_tunnel", API_BOOL, .example = "true", .help = "All that it sends goes through the cell" },	\
	{ "has_private_key", API_BOOL, .example = "true", .help = "The cell still holds its private key" },	\
	{ "endpoint", API_TEXT, API_NULL, .example = "null", .help = "Where its last packet came from" },	\
	{ "latest_handshake_at", API_TIME, API_NULL, .example = "null", .help = "When it was heard of last; null: never" },	\
	{ "online", API_BOOL, .example = "false", .help = "The last handshake is 180 s old at most" },	\
	{ "rx_bytes", API_INT, .example = "0", .help = "Received from it" },	\
	{ "tx_bytes", API_INT, .example = "0", .help = "Sent to it" },	\
	{ "capabilities", API_TEXTS, .choices = capabilities, .example = "[\"internet\",\"services\"]",	\
	    .help = "What it may do, in short" },	\
	{ "exit_effective", API_CHOICE, .choices = exits, .example = "\"direct\"", .help = "How it gets to the Internet" }

#define FILE_MEMBERS								\
	{ "config", API_TEXT, API_ONCE | API_LINES, .example = "\"[Interface]\\nPrivateKey = …\"",	\
	    .help = "The client file" },	\
	{ "filename", API_TEXT, .example = "\"anna-phone.conf\"", .help = "Its name" },	\
	{ "qr_svg", API_TEXT, API_NULL | API_ONCE | API_LINES, .example = "\"<svg …\"",	\
	    .help = "The file as a QR code; null: it is incomplete, or too long" },	\
	{ "complete", API_BOOL, .example = "true", .help = "The private key is in the file" }

static const struct api_member seen_members[] = { SEEN, { .name = NULL } };
const struct api_shape api_peer_shape = { .name = "Peer", .type = API_OBJECT, .members = seen_members, .conf = "peers" };
const struct api_shape api_peers_shape = { .type = API_ARRAY, .item = &api_peer_shape };

static const struct api_member peers_query_members[] = {
	{ "group", API_TEXT, API_OPT, 1, NAME_MAX_, .example = "\"kids\"", .help = "Only those of this group" },
	{ "owner", API_TEXT, API_OPT, 1, NAME_MAX_, .example = "\"anna\"", .help = "Only those of this user" },
	{ .name = NULL }
};
const struct api_shape api_peers_query_shape = { .type = API_OBJECT, .members = peers_query_members };

/* --- one that is new ----------------------------------------------------------------------- */

static const struct api_member new_members[] = {
	{ "name", API_TEXT, 0, 1, NAME_MAX_, .example = "\"anna-phone\"", .help = "Its name, for good" },
	{ "public_key", API_TEXT, API_OPT | API_NULL, KEY_TEXT, KEY_TEXT, .example = KEY_EXAMPLE,
	    .help = "Its public key; absent: the cell makes a pair" },
	{ "private_key", API_TEXT, API_OPT | API_NULL | API_SECRET, KEY_TEXT, KEY_TEXT, .example = "null",
	    .help = "The private key of public_key, to be in the file" },
	{ "password", API_TEXT, API_OPT | API_NULL | API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "Makes a user of role peer with the same name, whose device it is" },
	{ "accounts", API_TEXTS, API_OPT, 0, ACCOUNTS_MAX, .example = "[]", .help = "Services that make it an account" },
	{ .name = NULL }
};
const struct api_shape api_peer_new_shape = { .name = "PeerNew", .type = API_OBJECT, .members = new_members,
	.conf = "peers" };

static const struct api_member account_members[] = {
	{ "service", API_TEXT, .example = "\"mail\"", .help = "Which service" },
	{ "provisioned", API_BOOL, .example = "true", .help = "It has made the account" },
	{ "error", API_TEXT, API_OPT, .example = "\"no answer\"", .help = "Why not" },
	{ .name = NULL }
};
static const struct api_shape account_shape = { .type = API_OBJECT, .members = account_members };

static const struct api_member made_members[] = {
	SEEN, FILE_MEMBERS,
	{ "accounts", API_ARRAY, .shape = &account_shape, .help = "What became of accounts" },
	{ .name = NULL }
};
const struct api_shape api_peer_made_shape = { .name = "PeerMade", .type = API_OBJECT, .members = made_members,
	.conf = "peers" };

/* --- changes --------------------------------------------------------------------------------- */

static const struct api_member in_members[] = {
	{ "public_key", API_TEXT, API_OPT | API_NULL, KEY_TEXT, KEY_TEXT, .example = KEY_EXAMPLE,
	    .help = "Another public key: the old one stops at once" },
	{ .name = NULL }
};
const struct api_shape api_peer_in_shape = { .name = "PeerPatch", .type = API_OBJECT, .members = in_members, .conf = "peers",
	.flags = API_PARTIAL };

static const struct api_member put_members[] = {
	SEEN,
	{ "config_changed", API_BOOL, .example = "false", .help = "The client file is another one by this change" },
	{ .name = NULL }
};
const struct api_shape api_peer_put_shape = { .name = "PeerChanged", .type = API_OBJECT, .members = put_members,
	.conf = "peers" };

static const struct api_member delete_query_members[] = {
	{ "keep_user", API_BOOL, API_OPT, .example = "true", .help = "Its owner stays, though it was his last device" },
	{ .name = NULL }
};
const struct api_shape api_peer_delete_query_shape = { .type = API_OBJECT, .members = delete_query_members };

static const struct api_member unreached_members[] = {
	{ "name", API_TEXT, .example = "\"mail\"", .help = "Service or cell" },
	{ "error", API_TEXT, .example = "\"stopped\"", .help = "Why; it is tried again" },
	{ .name = NULL }
};
static const struct api_shape unreached_shape = { .type = API_OBJECT, .members = unreached_members };

static const struct api_member deleted_members[] = {
	{ "deleted", API_BOOL, .example = "true", .help = "It is gone" },
	{ "unreached", API_ARRAY, .shape = &unreached_shape, .help = "Who could not be told yet" },
	{ .name = NULL }
};
const struct api_shape api_peer_deleted_shape = { .name = "PeerDeleted", .type = API_OBJECT, .members = deleted_members };

/* --- files ------------------------------------------------------------------------------------ */

static const struct api_member file_members[] = { FILE_MEMBERS, { .name = NULL } };
const struct api_shape api_peer_file_shape = { .name = "PeerFile", .type = API_OBJECT, .members = file_members };

static const struct api_member file_query_members[] = {
	{ "format", API_CHOICE, API_OPT, .choices = formats, .example = "\"json\"",
	    .help = "conf: the file itself; svg: the QR code" },
	{ .name = NULL }
};
const struct api_shape api_peer_file_query_shape = { .type = API_OBJECT, .members = file_query_members };

static const struct api_member rekey_members[] = {
	{ "public_key", API_TEXT, API_OPT | API_NULL, KEY_TEXT, KEY_TEXT, .example = KEY_EXAMPLE,
	    .help = "Its new public key; absent: the cell makes a pair" },
	{ "private_key", API_TEXT, API_OPT | API_NULL | API_SECRET, KEY_TEXT, KEY_TEXT, .example = "null",
	    .help = "The private key of public_key, to be in the file" },
	{ .name = NULL }
};
const struct api_shape api_peer_rekey_shape = { .name = "PeerRekey", .type = API_OBJECT, .members = rekey_members };

/* --- traffic ----------------------------------------------------------------------------------- */

static const char *const ranges[] = { "day", "week", "month", NULL };

static const struct api_member stats_query_members[] = {
	{ "range", API_CHOICE, API_OPT, .choices = ranges, .example = "\"day\"", .help = "24 hours; 168 hours; 30 days" },
	{ .name = NULL }
};
const struct api_shape api_peer_stats_query_shape = { .type = API_OBJECT, .members = stats_query_members };

static const struct api_member point_members[] = {
	{ "ts", API_TIME, .help = "When the hour, or the day, began" },
	{ "rx_bytes", API_INT, .example = "0", .help = "Received from it in that time" },
	{ "tx_bytes", API_INT, .example = "0", .help = "Sent to it" },
	{ .name = NULL }
};
static const struct api_shape point_shape = { .type = API_OBJECT, .members = point_members };

static const struct api_member stats_members[] = {
	{ "points", API_ARRAY, .shape = &point_shape, .help = "The oldest first" },
	{ .name = NULL }
};
const struct api_shape api_peer_stats_shape = { .name = "PeerStats", .type = API_OBJECT, .members = stats_members };

/* --- links ------------------------------------------------------------------------------------ */

static const struct api_member link_in_members[] = {
	{ "expires_in_s", API_INT, API_OPT, AUTH_LINK_MIN_S, AUTH_LINK_MAX_S, .example = "900", .help = "How long it works" },
	{ "rekey", API_BOOL, API_OPT, .example = "false", .help = "Make a new key pair first; the old key stops at once" },
	{ .name = NULL }
};
const struct api_shape api_peer_link_in_shape = { .name = "PeerLinkNew", .type = API_OBJECT, .members = link_in_members };

static const struct api_member link_members[] = {
	{ "id", API_TEXT, .example = "\"e3b0c44298fc1c14\"", .help = "Which link" },
	{ "url", API_TEXT, API_ONCE, .example = "\"https://192.168.1.2/p/…\"", .help = "The link itself, only here" },
	{ "expires_at", API_TIME, .help = "Until then it works, once" },
	{ .name = NULL }
};
const struct api_shape api_peer_link_shape = { .name = "PeerLink", .type = API_OBJECT, .members = link_members };

static const struct api_member links_deleted_members[] = {
	{ "deleted", API_INT, .example = "1", .help = "How many links ended" },
	{ .name = NULL }
};
const struct api_shape api_peer_links_deleted_shape = { .type = API_OBJECT, .members = links_deleted_members };
