/* Documents of /api/auth as rows. */
#include "api/session_shape.h"

#include "api/account.h"

static const char *const vias[] = { "session", "token", "socket", NULL };
static const char *const zones[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };

enum { PASSWORD_MAX = 1024, NAME_MAX_ = 64, CODE_MAX = 64, TO_MAX = 8192 };

static const struct api_member login_in_members[] = {
	{ "username", API_TEXT, 0, 1, NAME_MAX_, .example = "\"admin\"", .help = "Who signs in" },
	{ "password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"", .help = "Password" },
	{ "totp", API_TEXT, API_OPT, 6, 6, .example = "\"123456\"", .help = "Code of the authenticator" },
	{ "recovery_code", API_TEXT, API_OPT, 1, CODE_MAX, .example = "\"abcd-efgh-ijkl-mnop\"",
	    .help = "In place of a code; used up" },
	{ .name = NULL }
};
const struct api_shape api_login_in_shape = { .type = API_OBJECT, .members = login_in_members };

static const struct api_member login_members[] = {
	{ "username", API_TEXT, .example = "\"admin\"", .help = "Who signed in" },
	{ "role", API_CHOICE, .choices = api_roles, .help = "His role" },
	{ "must_change_password", API_BOOL, .example = "false", .help = "Nothing else works until it is changed" },
	{ "totp_enabled", API_BOOL, .example = "false", .help = "A second factor is on" },
	{ "csrf_token", API_TEXT, API_ONCE, .example = "\"q2b0…\"", .help = "For X-CSRF-Token" },
	{ .name = NULL }
};
const struct api_shape api_login_shape = { .name = "SignedIn", .type = API_OBJECT, .members = login_members };

static const struct api_member me_members[] = {
	{ "username", API_TEXT, .example = "\"admin\"", .help = "Who asks" },
	{ "role", API_CHOICE, .choices = api_roles, .help = "His role" },
	{ "display_name", API_TEXT, .example = "\"\"", .help = "Name as shown" },
	{ "must_change_password", API_BOOL, .example = "false", .help = "Nothing else works until it is changed" },
	{ "totp_enabled", API_BOOL, .example = "false", .help = "A second factor is on" },
	{ "peers", API_TEXTS, .example = "[\"anna-phone\"]", .help = "His devices in the VPN" },
	{ "zone", API_CHOICE, .choices = zones, .example = "\"lan\"", .help = "Where the request came from" },
	{ "via", API_CHOICE, .choices = vias, .help = "How he is known" },
	{ .name = NULL }
};
const struct api_shape api_me_shape = { .name = "Me", .type = API_OBJECT, .members = me_members };

static const struct api_member csrf_members[] = {
	{ "csrf_token", API_TEXT, API_ONCE, .example = "\"q2b0…\"", .help = "For X-CSRF-Token" },
	{ .name = NULL }
};
const struct api_shape api_csrf_shape = { .type = API_OBJECT, .members = csrf_members };

static const struct api_member password_members[] = {
	{ "current_password", API_TEXT, API_OPT | API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "The password until now" },
	{ "old_password", API_TEXT, API_OPT | API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "The same under its older name" },
	{ "new_password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"another pass phrase\"",
	    .help = "The password from now on" },
	{ .name = NULL }
};
const struct api_shape api_password_in_shape = { .type = API_OBJECT, .members = password_members };

static const struct api_member visit_in_members[] = {
	{ "to", API_TEXT, 0, 1, TO_MAX, .example = "\"https://ha.myhome.home.arpa/\"",
	    .help = "Where the person was going: an address of a route that asks for a login" },
	{ "check", API_TEXT, 0, 43, 43, .example = "\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\"",
	    .help = "What the login page was opened with, together with it" },
	{ .name = NULL }
};
const struct api_shape api_visit_in_shape = { .type = API_OBJECT, .members = visit_in_members };

static const struct api_member visit_members[] = {
	{ "url", API_TEXT, API_ONCE, .example = "\"https://ha.myhome.home.arpa/.pic/enter?code=q2b0\"",
	    .help = "Good once, for a minute, in the browser that was sent here" },
	{ .name = NULL }
};
const struct api_shape api_visit_shape = { .name = "Visit", .type = API_OBJECT, .members = visit_members };

static const struct api_member session_members[] = {
	{ "id", API_TEXT, .example = "\"9f86d081884c7d65\"", .help = "Its number" },
	{ "username", API_TEXT, .example = "\"admin\"", .help = "Whose it is" },
	{ "role", API_CHOICE, .choices = api_roles, .help = "His role" },
	{ "created_at", API_TIME, .help = "When it began" },
	{ "last_used_at", API_TIME, API_NULL, .help = "When it was used last" },
	{ "zone", API_CHOICE, .choices = zones, .example = "\"lan\"", .help = "Where it began" },
	{ "address", API_TEXT, API_NULL, .example = "\"192.168.1.20\"", .help = "From which address" },
	{ "user_agent", API_TEXT, .example = "\"Mozilla/5.0\"", .help = "What the browser says it is" },
	{ "current", API_BOOL, .example = "true", .help = "It is the one that asks" },
	{ .name = NULL }
};
static const struct api_shape session = { .name = "Session", .type = API_OBJECT, .members = session_members };
const struct api_shape api_sessions_shape = { .type = API_ARRAY, .item = &session };

static const struct api_member sessions_query_members[] = {
	{ "all", API_BOOL, API_OPT, .example = "true", .help = "Of every user; administrators only" },
	{ .name = NULL }
};
const struct api_shape api_sessions_query_shape = { .type = API_OBJECT, .members = sessions_query_members };

static const struct api_member totp_in_members[] = {
	{ "password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "The own password" },
	{ .name = NULL }
};
const struct api_shape api_totp_in_shape = { .type = API_OBJECT, .members = totp_in_members };

static const struct api_member totp_members[] = {
	{ "secret", API_TEXT, API_ONCE, .example = "\"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\"", .help = "To be typed in" },
	{ "otpauth_uri", API_TEXT, API_ONCE, .example = "\"otpauth://totp/myhome:admin?secret=JBSW&issuer=myhome\"",
	    .help = "The same for an app" },
	{ "qr_svg", API_TEXT, API_ONCE, .example = "\"<svg/>\"", .help = "The same for a camera" },
	{ .name = NULL }
};
const struct api_shape api_totp_shape = { .name = "TotpStart", .type = API_OBJECT, .members = totp_members };

static const struct api_member totp_end_members[] = {
	{ "password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "The own password" },
	{ "code", API_TEXT, API_OPT, 6, 6, .example = "\"123456\"", .help = "Code of the authenticator" },
	{ "recovery_code", API_TEXT, API_OPT, 1, CODE_MAX, .example = "\"abcd-efgh-ijkl-mnop\"",
	    .help = "In place of a code" },
	{ .name = NULL }
};
const struct api_shape api_totp_end_shape = { .type = API_OBJECT, .members = totp_end_members };

static const struct api_member confirm_members[] = {
	{ "code", API_TEXT, 0, 6, 6, .example = "\"123456\"", .help = "Code of the authenticator" },
	{ .name = NULL }
};
const struct api_shape api_totp_confirm_shape = { .type = API_OBJECT, .members = confirm_members };

static const struct api_member recovery_members[] = {
	{ "recovery_codes", API_TEXTS, API_ONCE, 10, 10,
	    .example = "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]",
	    .help = "Each stands in for a code once" },
	{ .name = NULL }
};
const struct api_shape api_recovery_shape = { .type = API_OBJECT, .members = recovery_members };
