/* Documents of /api/ddns as rows. */
#include "api/domain_shape.h"

static const struct api_member none[] = { { .name = NULL } };
const struct api_shape api_ddns_in_shape = { .name = "DdnsPatch", .type = API_OBJECT, .members = none, .conf = "ddns",
	.flags = API_PARTIAL };

static const struct api_member ddns_members[] = {
	{ "provider", API_TEXT, .example = "\"duckdns\"", .help = "Who is told the public addresses" },
	{ "subdomain", API_TEXT, API_NULL, .example = "\"attic\"", .help = "The label of the name there" },
	{ "zone", API_TEXT, API_NULL, .example = "null", .help = "cloudflare: the zone; null: looked for" },
	{ "hostname", API_TEXT, API_NULL, .example = "null", .help = "noip: the host; null: the effective domain" },
	{ "warnings", API_TEXTS, .example = "[]", .help = "What the change brought along" },
	{ "has_token", API_BOOL, .example = "true", .help = "The provider's own credential is set" },
	{ "has_totp_secret", API_BOOL, .example = "false", .help = "pic_ngo: another secret than that of this program is set" },
	{ .name = NULL }
};
const struct api_shape api_ddns_shape = { .name = "DdnsChanged", .type = API_OBJECT, .members = ddns_members };

static const struct api_member name_members[] = {
	{ "name", API_TEXT, .example = "\"myhome\"", .help = "The name that was asked for" },
	{ "available", API_BOOL, API_NULL, .example = "true", .help = "It is free; null: not known, for reason; that holds nothing up" },
	{ "asked", API_TEXT, API_NULL, .example = "\"https://ddns.pic.ngo\"", .help = "Who was asked" },
	{ "asked_at", API_TIME, API_NULL, .help = "When" },
	{ "reason", API_TEXT, API_NULL, .example = "null", .help = "Why it is not known" },
	{ .name = NULL }
};
const struct api_shape api_ddns_name_shape = { .type = API_OBJECT, .members = name_members };
