/* Documents of /api/blocklists/rules and /check as rows. */
#include "api/filter_shape.h"

#include "conf/conf.h"

static const char *const responses[] = { "zero", "nxdomain", NULL };
static const char *const reasons[] = { "deny", "list", NULL };

enum { NAME_MAX_ = 253 };

#define RULES(flags) \
	{ "allow", API_TEXTS, flags, 0, CONF_BLOCK_NAMES_MAX, .example = "[\"good.example\"]", \
	    .help = "Never blocked, with everything below them" }, \
	{ "deny", API_TEXTS, flags, 0, CONF_BLOCK_NAMES_MAX, .example = "[\"ads.example\"]", \
	    .help = "Blocked for everyone, with everything below them" }, \
	{ "response", API_CHOICE, flags, .choices = responses, \
	    .help = "zero: 0.0.0.0 and ::; nxdomain: there is no such name" }, \
	{ .name = NULL }

static const struct api_member rules_members[] = { RULES(0) };
static const struct api_member rules_in_members[] = { RULES(API_OPT) };
const struct api_shape api_filter_rules_shape = { .name = "FilterRules", .type = API_OBJECT, .members = rules_members };
const struct api_shape api_filter_rules_in_shape = { .name = "FilterRulesPatch", .type = API_OBJECT,
	.members = rules_in_members };

static const struct api_member query_members[] = {
	{ "name", API_TEXT, 0, 1, NAME_MAX_ + 1, .example = "\"www.ads.example\"", .help = "The name" },
	{ "peer", API_TEXT, API_OPT, 1, 64, .example = "\"anna-phone\"",
	    .help = "As this peer, by its name; without it as the host itself" },
	{ .name = NULL }
};
const struct api_shape api_filter_query_shape = { .type = API_OBJECT, .members = query_members };

static const struct api_member verdict_members[] = {
	{ "blocked", API_BOOL, .example = "true", .help = "It would not be answered" },
	{ "by", API_CHOICE, API_NULL, .choices = reasons, .example = "\"list\"", .help = "By what" },
	{ "list_id", API_TEXT, API_NULL, .example = "\"ads\"", .help = "By which list" },
	{ "allowed_by", API_TEXT, API_NULL, .example = "null",
	    .help = "The entry of allow, or the own or forwarded domain, that keeps it from being blocked" },
	{ .name = NULL }
};
const struct api_shape api_filter_verdict_shape = { .name = "FilterVerdict", .type = API_OBJECT,
	.members = verdict_members };
