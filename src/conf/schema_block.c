/* Rows: blocklists (data.md 4.6). Rules about who a list is for: rules.c. */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

enum { ID_MAX = 36, TITLE_MAX = 64, URL_MAX = 2048 };

static const char *const formats[] = { "auto", "hosts", "domains", "adblock", NULL };
static const char *const responses[] = { "zero", "nxdomain", NULL };

#define AT(member) .offset = offsetof(struct conf_apply_to, member)

static const struct conf_row apply_to[] = {
	{ .key = "all", .type = CONF_T_BOOL, AT(all), .def = "true",
	    .help = "Everyone" },
	{ .key = "groups", .type = CONF_T_TEXTS, AT(groups), .def = "[]", .max = CONF_APPLY_MAX,
	    .check = conf_check_name64, .help = "Groups of devices" },
	{ .key = "peers", .type = CONF_T_TEXTS, AT(peers), .def = "[]", .max = CONF_APPLY_MAX,
	    .check = conf_check_name64, .help = "Devices in the VPN, by their names" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_blocklist, member)

static const struct conf_row list[] = {
	CONF_ROW_REV(struct conf_blocklist),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = ID_MAX, .check = conf_check_label,
	    .help = "Its short name, made of the long one" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(name), .min = 1, .max = TITLE_MAX,
	    .help = "What people call it; blocked answers name it" },
	{ .key = "url", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(url), .min = 1, .max = URL_MAX,
	    .check = conf_check_https_url,
	    .help = "Where it is fetched, over HTTPS" },
	{ .key = "format", .type = CONF_T_CHOICE, AT(format), .def = "\"auto\"", .choices = formats,
	    .help = "hosts file, one domain a line, or ||name^ rules; auto: judged line by line" },
	{ .key = "enabled", .type = CONF_T_BOOL, AT(enabled), .def = "true",
	    .help = "It is used and refreshed" },
	{ .key = "apply_to", .type = CONF_T_OBJECT, AT(apply_to), .def = "{}", .rows = apply_to,
	    .help = "Whose questions it blocks" },
	{ .key = "refresh_s", .type = CONF_T_INT, AT(refresh_s), .size = sizeof(uint32_t), .def = "86400",
	    .min = 3600, .max = 2592000,
	    .help = "Seconds between two looks at its address" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_blocklists, member)

const struct conf_row conf_rows_blocklists[] = {
	CONF_ROW_REV(struct conf_blocklists),
	{ .key = "lists", .type = CONF_T_RECORDS, AT(lists), .rows = list, .size = sizeof(struct conf_blocklist),
	    .count_offset = offsetof(struct conf_blocklists, nlists), .def = "[]", .max = CONF_BLOCKLISTS_MAX,
	    .path = "/api/blocklists",
	    .help = "Lists of others" },
	{ .key = "allow", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(allow), .def = "[]",
	    .max = CONF_BLOCK_NAMES_MAX, .check = conf_check_zone,
	    .help = "Never blocked, with everything below them" },
	{ .key = "deny", .type = CONF_T_TEXTS, .flags = CONF_F_LOWER, AT(deny), .def = "[]",
	    .max = CONF_BLOCK_NAMES_MAX, .check = conf_check_zone,
	    .help = "Blocked for everyone, with everything below them" },
	{ .key = "response", .type = CONF_T_CHOICE, AT(response), .def = "\"zero\"", .choices = responses,
	    .help = "zero: 0.0.0.0 and ::; nxdomain: there is no such name" },
	CONF_ROW_END
};
