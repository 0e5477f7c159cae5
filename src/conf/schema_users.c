/* Rows: auth, users, tokens (data.md 4.2, 4.3). */
#include "conf/schema_rows.h"

#include "conf/check.h"
#include "conf/conf.h"

enum { DISPLAY_NAME_MAX = 128, EMAIL_MAX = 254, TOKEN_NAME_MAX = 64, SCOPES_MAX = 64 };

static const char *const roles[] = { "admin", "peer", NULL };

#define AT(member) .offset = offsetof(struct conf_auth, member), .size = sizeof(((struct conf_auth *)NULL)->member)
#define INT(name, number, low, high, text) { .key = #name, .type = CONF_T_INT, AT(name), .def = number, \
	.min = low, .max = high, .help = text }

const struct conf_row conf_rows_auth[] = {
	CONF_ROW_REV(struct conf_auth),
	INT(session_idle_s, "43200", 300, 604800, "A session ends after this long without a request"),
	INT(session_max_s, "604800", 3600, 2592000, "A session ends after this long in any case"),
	INT(lockout_failures, "5", 3, 10, "Failed sign-ins that lock an account"),
	INT(lockout_s, "900", 60, 86400, "How long an account stays locked"),
	INT(address_failures, "20", 5, 100, "Failed sign-ins that lock out an address"),
	INT(address_window_s, "900", 60, 86400, "Time over which the failures of an address count"),
	INT(admin_password_min, "12", 12, 64, "Shortest password of an administrator"),
	INT(peer_password_min, "10", 10, 64, "Shortest password of a peer user"),
	{ .key = "vpn_login", .type = CONF_T_BOOL, .offset = offsetof(struct conf_auth, vpn_login), .def = "false",
	    .help = "A device on the VPN signs its owner in without a password" },
	CONF_ROW_END
};

#undef INT
#undef AT
#define AT(member) .offset = offsetof(struct conf_user, member)

const struct conf_row conf_rows_user[] = {
	CONF_ROW_REV(struct conf_user),
	{ .key = "username", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_KEY, AT(username),
	    .min = 1, .max = 64, .check = conf_check_name64,
	    .help = "Name to sign in with" },
	{ .key = "role", .type = CONF_T_CHOICE, .flags = CONF_F_REQUIRED, AT(role), .choices = roles,
	    .help = "admin or peer" },
	{ .key = "display_name", .type = CONF_T_TEXT, AT(display_name), .def = "\"\"", .max = DISPLAY_NAME_MAX,
	    .help = "Name as shown" },
	{ .key = "email", .type = CONF_T_TEXT, .flags = CONF_F_NULLABLE, AT(email), .def = "null",
	    .min = 3, .max = EMAIL_MAX, .check = conf_check_email,
	    .help = "E-mail address" },
	{ .key = "enabled", .type = CONF_T_BOOL, AT(enabled), .def = "true",
	    .help = "May sign in" },
	{ .key = "must_change_password", .type = CONF_T_BOOL, .flags = CONF_F_READONLY, AT(must_change_password),
	    .def = "false", .help = "Has to choose a new password at the next sign-in" },
	{ .key = "totp_enabled", .type = CONF_T_BOOL, .flags = CONF_F_READONLY, AT(totp_enabled), .def = "false",
	    .help = "Signs in with a second factor" },
	{ .key = "created_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(created_at),
	    .help = "When it was made" },
	{ .key = "secret_ref", .type = CONF_T_TEXT,
	    .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF, AT(secret_ref), .def = "null",
	    .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "Password hash and second factor" },
	CONF_ROW_END
};

#undef AT
#define AT(member) .offset = offsetof(struct conf_token, member)

const struct conf_row conf_rows_token[] = {
	CONF_ROW_REV(struct conf_token),
	{ .key = "id", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY | CONF_F_KEY, AT(id),
	    .min = 1, .max = 36, .check = conf_check_uuid,
	    .help = "Its number" },
	{ .key = "name", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED, AT(name), .min = 1, .max = TOKEN_NAME_MAX,
	    .help = "What it is for" },
	{ .key = "scopes", .type = CONF_T_TEXTS, .flags = CONF_F_REQUIRED, AT(scopes), .min = 1, .max = SCOPES_MAX,
	    .check = conf_check_scope,
	    .help = "What it may do" },
	{ .key = "created_by", .type = CONF_T_TEXT, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(created_by),
	    .min = 1, .max = 128,
	    .help = "Who made it" },
	{ .key = "created_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(created_at),
	    .help = "When it was made" },
	{ .key = "expires_at", .type = CONF_T_TIME, .flags = CONF_F_REQUIRED | CONF_F_READONLY, AT(expires_at),
	    .help = "When it ends" },
	{ .key = "secret_ref", .type = CONF_T_TEXT,
	    .flags = CONF_F_NULLABLE | CONF_F_READONLY | CONF_F_SECRET_REF, AT(secret_ref), .def = "null",
	    .min = 1, .max = 30, .check = conf_check_secret_ref,
	    .help = "Digest of the token" },
	CONF_ROW_END
};
