/* Documents of /api/dns/log as rows. */
#include "api/dns_log_shape.h"

static const char *const zones[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };
static const char *const sources[] = { "authoritative", "cache", "upstream", "forward", "refused", "blocked", NULL };

static const struct api_member query_members[] = {
	{ "peer", API_TEXT, API_OPT, 1, 64, .example = "\"anna-phone\"", .help = "Only from this peer, or this address" },
	{ "name", API_TEXT, API_OPT, 1, 253, .example = "\"example\"", .help = "Only names that hold this" },
	{ "rcode", API_TEXT, API_OPT, 1, 16, .example = "\"SERVFAIL\"", .help = "Only such answers; BLOCKED: blocked names" },
	{ "limit", API_INT, API_OPT, 1, 500, .example = "100", .help = "Entries at most; default 100" },
	{ "cursor", API_TEXT, API_OPT, 1, 96, .help = "next_cursor of the page before" },
	{ .name = NULL }
};
const struct api_shape api_dns_log_query_shape = { .type = API_OBJECT, .members = query_members };

static const struct api_member entry_members[] = {
	{ "ts", API_TIME, .help = "When it was answered" },
	{ "peer", API_TEXT, .example = "\"anna-phone\"", .help = "Who asked: the name of the peer, else the address" },
	{ "address", API_TEXT, .example = "\"10.0.0.2\"", .help = "From which address" },
	{ "zone", API_CHOICE, .choices = zones, .example = "\"lan\"", .help = "From where" },
	{ "name", API_TEXT, API_NULL, .example = "\"ads.example\"", .help = "For what; null: there was no question to be read" },
	{ "type", API_TEXT, API_NULL, .example = "\"AAAA\"", .help = "Type; null, likewise" },
	{ "rcode", API_TEXT, .example = "\"NOERROR\"", .help = "How it was answered" },
	{ "source", API_CHOICE, .choices = sources, .example = "\"blocked\"", .help = "Where the answer came from" },
	{ "upstream", API_TEXT, API_NULL, .example = "null", .help = "Whose answer it was, when source is upstream or forward; null: nobody's" },
	{ "ms", API_INT, .example = "12", .help = "How long it took" },
	{ "rule", API_TEXT, API_NULL, .example = "\"ads\"", .help = "What blocked it: deny, or the id of a list" },
	{ .name = NULL }
};
static const struct api_shape entry = { .name = "DnsLogEntry", .type = API_OBJECT, .members = entry_members };

static const struct api_member members[] = {
	{ "entries", API_ARRAY, .shape = &entry, .help = "The newest first" },
	{ "next_cursor", API_TEXT, API_NULL, .example = "null", .help = "For the next page; null: there is none" },
	{ .name = NULL }
};
const struct api_shape api_dns_log_shape = { .name = "DnsLog", .type = API_OBJECT, .members = members };
