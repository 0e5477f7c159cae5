/* Documents of users and tokens as rows. */
#include "api/user_shape.h"

#include "api/account.h"

enum { PASSWORD_MAX = 1024, NAME_MAX_ = 64, DISPLAY_MAX = 128, EMAIL_MAX = 254, HOUR_S = 3600, YEAR_S = 31536000 };

static const struct api_member user_members[] = {
	{ "last_login_at", API_TIME, API_NULL, .help = "When he signed in last" },
	{ "locked_until", API_TIME, API_NULL, .example = "null", .help = "Until then nobody signs in as him" },
	{ .name = NULL }
};
const struct api_shape api_user_shape = { .name = "User", .type = API_OBJECT, .members = user_members,
	.conf = "users" };
const struct api_shape api_users_shape = { .type = API_ARRAY, .item = &api_user_shape };

static const struct api_member new_members[] = {
	{ "username", API_TEXT, 0, 1, NAME_MAX_, .example = "\"anna\"", .help = "Name to sign in with" },
	{ "role", API_CHOICE, .choices = api_roles, .example = "\"peer\"", .help = "What he may do" },
	{ "password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"a long pass phrase\"",
	    .help = "His first password" },
	{ "display_name", API_TEXT, API_OPT | API_NULL, 0, DISPLAY_MAX, .example = "\"Anna\"", .help = "Name as shown" },
	{ "email", API_TEXT, API_OPT | API_NULL, 3, EMAIL_MAX, .example = "\"anna@example.org\"",
	    .help = "E-mail address" },
	{ .name = NULL }
};
const struct api_shape api_user_new_shape = { .type = API_OBJECT, .members = new_members };

static const struct api_member in_members[] = {
	{ "display_name", API_TEXT, API_OPT | API_NULL, 0, DISPLAY_MAX, .example = "\"Anna\"", .help = "Name as shown" },
	{ "email", API_TEXT, API_OPT | API_NULL, 3, EMAIL_MAX, .example = "\"anna@example.org\"",
	    .help = "E-mail address" },
	{ "enabled", API_BOOL, API_OPT | API_NULL, .example = "true", .help = "May sign in" },
	{ .name = NULL }
};
const struct api_shape api_user_in_shape = { .type = API_OBJECT, .members = in_members };

static const struct api_member reset_members[] = {
	{ "username", API_TEXT, 0, 1, NAME_MAX_, .example = "\"anna\"", .help = "Whose password" },
	{ "new_password", API_TEXT, API_SECRET, 0, PASSWORD_MAX, .example = "\"another pass phrase\"",
	    .help = "To be changed at the next login" },
	{ .name = NULL }
};
const struct api_shape api_user_reset_shape = { .type = API_OBJECT, .members = reset_members };

static const struct api_member token_members[] = {
	{ "last_used_at", API_TIME, API_NULL, .help = "When it was used last" },
	{ .name = NULL }
};
const struct api_shape api_token_shape = { .name = "Token", .type = API_OBJECT, .members = token_members,
	.conf = "tokens" };
const struct api_shape api_tokens_shape = { .type = API_ARRAY, .item = &api_token_shape };

static const struct api_member made_members[] = {
	{ "last_used_at", API_TIME, API_NULL, .example = "null", .help = "When it was used last" },
	{ "token", API_TEXT, API_ONCE, .example = "\"pic_mJ3…\"", .help = "The token itself, only here" },
	{ .name = NULL }
};
const struct api_shape api_token_made_shape = { .type = API_OBJECT, .members = made_members, .conf = "tokens" };

static const struct api_member token_new_members[] = {
	{ "name", API_TEXT, 0, 1, NAME_MAX_, .example = "\"grafana\"", .help = "What it is for" },
	{ "scopes", API_TEXTS, 0, 1, NAME_MAX_, .example = "[\"dns:read\"]", .help = "What it may do" },
	{ "expires_in_s", API_INT, API_OPT, HOUR_S, YEAR_S, .example = "7776000", .help = "How long it works" },
	{ .name = NULL }
};
const struct api_shape api_token_new_shape = { .type = API_OBJECT, .members = token_new_members };
