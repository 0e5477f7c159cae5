/* Documents of /api/dns/secondaries as rows. */
#include "api/secondary_shape.h"

#define SEEN									\
	{ "last_transfer_at", API_TIME, API_NULL, .help = "When it fetched a zone last; null: not since start" },	\
	{ "last_zone", API_TEXT, API_NULL, .example = "\"myhome.home.arpa\"", .help = "Which one" },	\
	{ "last_serial", API_INT, API_NULL, .example = "43", .help = "Its serial" },	\
	{ "notified_zone", API_TEXT, API_NULL, .example = "\"myhome.home.arpa\"", .help = "What it said last that it knows of" }, \
	{ "notified_serial", API_INT, API_NULL, .example = "43", .help = "The serial of that" },	\
	{ "last_error", API_TEXT, API_NULL, .example = "null", .help = "What went wrong since it last went well" },	\
	{ "error_zone", API_TEXT, API_NULL, .example = "null", .help = "With which zone; null: with none in particular" }

static const struct api_member seen_members[] = { SEEN, { .name = NULL } };
const struct api_shape api_secondary_shape = { .name = "Secondary", .type = API_OBJECT, .members = seen_members,
	.conf = "dns.secondaries" };
const struct api_shape api_secondaries_shape = { .type = API_ARRAY, .item = &api_secondary_shape };

static const struct api_member made_members[] = {
	SEEN,
	{ "tsig_secret", API_TEXT, API_OPT | API_ONCE, .example = "\"q83v…\"",
	    .help = "The key, base64: only here, and only if it was made here" },
	{ .name = NULL }
};
const struct api_shape api_secondary_made_shape = { .type = API_OBJECT, .members = made_members,
	.conf = "dns.secondaries" };

static const struct api_member new_members[] = {
	{ "tsig_secret", API_TEXT, API_OPT | API_NULL | API_SECRET, 0, 200,
	    .example = "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"",
	    .help = "The key, base64 of 32 to 128 bytes; absent: one is made and shown once" },
	{ .name = NULL }
};
const struct api_shape api_secondary_new_shape = { .name = "SecondaryNew", .type = API_OBJECT, .members = new_members,
	.conf = "dns.secondaries" };

static const struct api_member in_members[] = {
	{ "tsig_secret", API_TEXT, API_OPT | API_NULL | API_SECRET, 0, 200,
	    .example = "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"",
	    .help = "Another key; empty: it stays; null: it goes, and with it the transfers" },
	{ .name = NULL }
};
const struct api_shape api_secondary_in_shape = { .name = "SecondaryPatch", .type = API_OBJECT, .members = in_members,
	.conf = "dns.secondaries", .flags = API_PARTIAL };
