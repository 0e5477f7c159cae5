/* Documents of /api/dns as rows. */
#include "api/dns_shape.h"

static const char *const up_down[] = { "up", "down", NULL };
static const char *const transports[] = { "udp", "tcp", "dot", NULL };
static const char *const kinds[] = { "own", "internal", "reverse", "local", "extra", NULL };
static const char *const askers[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };
static const char *const sources[] = { "authoritative", "cache", "upstream", "forward", "refused", "blocked", NULL };

enum { NAME_MAX_ = 253, ZONE_TEXT_MAX = 16 << 20 };

static const struct api_member cache_members[] = {
	{ "entries", API_INT, .example = "120", .help = "Answers kept" },
	{ "bytes", API_INT, .example = "40960", .help = "Memory they take" },
	{ "hits", API_INT, .example = "900", .help = "Questions answered from them" },
	{ "misses", API_INT, .example = "100", .help = "Questions that were not" },
	{ "stale", API_INT, .example = "0", .help = "Answers that had expired, for want of an upstream" },
	{ .name = NULL }
};
static const struct api_shape cache = { .type = API_OBJECT, .members = cache_members };

static const struct api_member transports_members[] = {
	{ "udp", API_INT, .example = "930", .help = "Over UDP" },
	{ "tcp", API_INT, .example = "10", .help = "Over TCP" },
	{ "dot", API_INT, .example = "40", .help = "Over TLS" },
	{ "doh", API_INT, .example = "20", .help = "Over HTTPS" },
	{ .name = NULL }
};
static const struct api_shape by_transport = { .type = API_OBJECT, .members = transports_members };

static const struct api_member upstream_members[] = {
	{ "address", API_TEXT, .example = "\"9.9.9.9\"", .help = "Where it is" },
	{ "port", API_INT, .example = "53", .help = "Its port" },
	{ "transport", API_CHOICE, .choices = transports, .help = "As configured" },
	{ "state", API_CHOICE, .choices = up_down, .help = "down: rests after failures" },
	{ "rtt_ms", API_INT, API_NULL, .example = "12", .help = "Smoothed; null: not measured yet" },
	{ "fallback", API_BOOL, .example = "false", .help = "It is asked without TLS, which has failed" },
	{ .name = NULL }
};
static const struct api_shape upstream = { .type = API_OBJECT, .members = upstream_members };

static const struct api_member status_members[] = {
	{ "running", API_BOOL, .example = "true", .help = "At least one door of the name service is open" },
	{ "queries", API_INT, .example = "1000", .help = "Questions since start" },
	{ "transports", API_OBJECT, .shape = &by_transport, .help = "How they came" },
	{ "cookies", API_INT, .example = "300", .help = "Those whose cookie proved their address (RFC 7873)" },
	{ "cache", API_OBJECT, .shape = &cache, .help = "Answers of others, kept" },
	{ "blocked", API_INT, .example = "25", .help = "Questions that a filter did not answer" },
	{ "upstreams", API_ARRAY, .shape = &upstream, .help = "Who is asked for everything else" },
	{ "zones", API_TEXTS, .example = "[\"myhome.home.arpa\",\"myhome.cell\"]", .help = "Answered without asking" },
	{ .name = NULL }
};
const struct api_shape api_dns_status_shape = { .name = "DnsStatus", .type = API_OBJECT, .members = status_members };

static const struct api_member record_members[] = {
	{ "generated", API_BOOL, .example = "false", .help = "The cell made it; it has no id" },
	{ .name = NULL }
};
const struct api_shape api_record_shape = { .name = "Record", .type = API_OBJECT, .members = record_members,
	.conf = "dns.records" };
/* Generated ones have no id, further types, and one more zone of askers. */
static const struct api_member any_record_members[] = {
	{ "id", API_UUID, API_OPT, .help = "Its number" },
	{ "rev", API_INT, API_OPT, .example = "43", .help = "Generation that last changed it" },
	{ "zone", API_TEXT, .example = "\"myhome.home.arpa\"", .help = "Zone that it stands in" },
	{ "name", API_TEXT, .example = "\"nas\"", .help = "Name relative to the zone; @: the zone itself" },
	{ "type", API_TEXT, .example = "\"A\"", .help = "Type" },
	{ "value", API_TEXT, .example = "\"192.168.1.5\"", .help = "Value" },
	{ "ttl", API_INT, .example = "300", .help = "Seconds that others may keep it" },
	{ "views", API_TEXTS, .choices = askers, .example = "[\"vpn\",\"lan\"]", .help = "Zones of askers that see it" },
	{ "generated", API_BOOL, .example = "false", .help = "The cell made it" },
	{ .name = NULL }
};
static const struct api_shape any_record = { .name = "AnyRecord", .type = API_OBJECT,
	.members = any_record_members };
const struct api_shape api_records_shape = { .type = API_ARRAY, .item = &any_record };
const struct api_shape api_record_new_shape = { .name = "RecordNew", .type = API_OBJECT, .conf = "dns.records" };
const struct api_shape api_record_in_shape = { .name = "RecordPatch", .type = API_OBJECT, .conf = "dns.records",
	.flags = API_PARTIAL };

static const struct api_member records_query_members[] = {
	{ "generated", API_BOOL, API_OPT, .example = "true", .help = "Also those that the cell makes" },
	{ .name = NULL }
};
const struct api_shape api_records_query_shape = { .type = API_OBJECT, .members = records_query_members };

static const struct api_member record_name_members[] = {
	{ "name", API_TEXT, API_OPT, 1, NAME_MAX_, .example = "\"nas\"", .help = "Relative to its zone" },
	{ "type", API_TEXT, API_OPT, 1, 5, .example = "\"A\"", .help = "Only those of this type" },
	{ .name = NULL }
};
const struct api_shape api_record_name_shape = { .type = API_OBJECT, .members = record_name_members };

static const struct api_member count_members[] = {
	{ "deleted", API_INT, .example = "1", .help = "How many" },
	{ .name = NULL }
};
const struct api_shape api_count_shape = { .type = API_OBJECT, .members = count_members };

#define ZONE_MEMBERS \
	{ "name", API_TEXT, .example = "\"example.test\"", .help = "Without final dot" }, \
	{ "kind", API_CHOICE, .choices = kinds, .help = "Where it comes from" }, \
	{ "serial", API_INT, .example = "43", .help = "Of its SOA; of generated zones the generation that changed it last" }, \
	{ "records", API_INT, .example = "12", .help = "How many" }, \
	{ "views", API_TEXTS, .choices = askers, .example = "[\"local\",\"vpn\",\"lan\"]", \
	    .help = "Zones of askers that get answers" }, \
	{ "served", API_BOOL, .example = "true", .help = "false: its text is missing or broken, it is left out" }

static const struct api_member zone_members[] = { ZONE_MEMBERS, { .name = NULL } };
static const struct api_shape zone = { .name = "Zone", .type = API_OBJECT, .members = zone_members };
const struct api_shape api_zones_shape = { .type = API_ARRAY, .item = &zone };

#define ZONEFILE(flag) { "zonefile", API_TEXT, API_LINES | (flag), 0, ZONE_TEXT_MAX, \
	.example = "\"$TTL 300\\n@ SOA ns hostmaster 1 3600 600 604800 60\\n@ NS ns\\nns A 192.0.2.1\\n\"", \
	.help = "Master-file text (RFC 1035 5), no $INCLUDE, no $GENERATE" }

static const struct api_member zone_text_members[] = {
	ZONE_MEMBERS,
	ZONEFILE(0),
	{ .name = NULL }
};
const struct api_shape api_zone_shape = { .name = "ZoneText", .type = API_OBJECT, .members = zone_text_members };

static const struct api_member zone_changed_members[] = {
	ZONE_MEMBERS,
	ZONEFILE(0),
	{ "warnings", API_TEXTS, .example = "[]", .help = "What the change brings along" },
	{ .name = NULL }
};
const struct api_shape api_zone_changed_shape = { .name = "ZoneChanged", .type = API_OBJECT,
	.members = zone_changed_members };

static const struct api_member zone_new_members[] = {
	{ "name", API_TEXT, 0, 1, NAME_MAX_, .example = "\"example.test\"", .help = "Without final dot" },
	ZONEFILE(API_OPT),
	{ "views", API_TEXTS, API_OPT | API_NULL, 1, 5, .choices = askers, .example = "[\"vpn\",\"lan\"]",
	    .help = "Zones of askers that get answers; null: the default, vpn and lan" },
	{ .name = NULL }
};
const struct api_shape api_zone_new_shape = { .name = "ZoneNew", .type = API_OBJECT, .members = zone_new_members };
/* Without a name. */
const struct api_shape api_zone_in_shape = { .name = "ZonePatch", .type = API_OBJECT, .members = zone_new_members + 1 };

static const struct api_member overview_members[] = {
	{ "mode", API_TEXT, .example = "\"lan\"", .help = "identity.domain_mode" },
	{ "label", API_TEXT, .example = "\"At home only\"", .help = "The same in words" },
	{ "effective_domain", API_TEXT, .example = "\"myhome.home.arpa\"", .help = "Names stand under it" },
	{ "domain", API_TEXT, .example = "\"myhome.cell\"", .help = "The internal one" },
	{ "public_records", API_ARRAY, .shape = &any_record, .example = "[]", .help = "Seen from the Internet" },
	{ "service_subdomains", API_TEXTS, .example = "[]", .help = "Of services and proxy routes" },
	{ "internal_records", API_ARRAY, .shape = &any_record, .example = "[]", .help = "Under the internal domain" },
	{ "actions", API_TEXTS, .example = "[]", .help = "What this mode can do" },
	{ .name = NULL }
};
const struct api_shape api_dns_overview_shape = { .name = "DnsOverview", .type = API_OBJECT,
	.members = overview_members };

const struct api_shape api_forward_shape = { .name = "ZoneForward", .type = API_OBJECT, .conf = "dns.forwards" };
const struct api_shape api_forwards_shape = { .type = API_ARRAY, .item = &api_forward_shape };
const struct api_shape api_forward_new_shape = { .name = "ZoneForwardNew", .type = API_OBJECT,
	.conf = "dns.forwards" };

static const struct api_member reloaded_members[] = {
	{ "message", API_TEXT, .example = "\"reloaded\"", .help = "What happened, for people" },
	{ "zones", API_INT, .example = "14", .help = "How many are served" },
	{ .name = NULL }
};
const struct api_shape api_reloaded_shape = { .type = API_OBJECT, .members = reloaded_members };

static const struct api_member flush_members[] = {
	{ "name", API_TEXT, API_OPT, 1, NAME_MAX_, .example = "\"example.org\"",
	    .help = "Only this name and what lies below it" },
	{ .name = NULL }
};
const struct api_shape api_flush_in_shape = { .type = API_OBJECT, .members = flush_members };

static const struct api_member flushed_members[] = {
	{ "flushed", API_INT, .example = "120", .help = "Answers forgotten" },
	{ .name = NULL }
};
const struct api_shape api_flushed_shape = { .type = API_OBJECT, .members = flushed_members };

static const struct api_member ask_members[] = {
	{ "name", API_TEXT, 0, 1, NAME_MAX_ + 1, .example = "\"nas.myhome.home.arpa\"", .help = "What to ask for" },
	{ "type", API_TEXT, API_OPT, 1, 10, .example = "\"A\"", .help = "A, AAAA, … or TYPE65; default A" },
	{ "zone", API_CHOICE, API_OPT, .choices = askers, .example = "\"lan\"",
	    .help = "As somebody in this zone; default local" },
	{ "as_peer", API_TEXT, API_OPT, 1, 64, .example = "\"anna-phone\"",
	    .help = "As this peer, by its name" },
	{ .name = NULL }
};
const struct api_shape api_ask_shape = { .type = API_OBJECT, .members = ask_members };

static const struct api_member answer_members[] = {
	{ "name", API_TEXT, .example = "\"nas.myhome.home.arpa\"", .help = "Owner" },
	{ "ttl", API_INT, .example = "300", .help = "Seconds" },
	{ "type", API_TEXT, .example = "\"A\"", .help = "Type" },
	{ "value", API_TEXT, .example = "\"192.168.1.5\"", .help = "Data" },
	{ "text", API_TEXT, .example = "\"nas.myhome.home.arpa. 300 IN A 192.168.1.5\"", .help = "All in one line" },
	{ .name = NULL }
};
static const struct api_shape answer = { .type = API_OBJECT, .members = answer_members };

static const struct api_member ede_members[] = {
	{ "code", API_INT, .example = "18", .help = "RFC 8914" },
	{ "text", API_TEXT, .example = "\"prohibited\"", .help = "In words" },
	{ .name = NULL }
};
static const struct api_shape ede = { .type = API_OBJECT, .members = ede_members };

static const struct api_member asked_members[] = {
	{ "rcode", API_TEXT, .example = "\"NOERROR\"", .help = "How it was answered" },
	{ "answers", API_ARRAY, .shape = &answer, .help = "With what" },
	{ "ede", API_OBJECT, API_NULL, .shape = &ede, .example = "null", .help = "Why, where the answer says so" },
	{ "view", API_TEXT, API_NULL, .example = "\"lan\"", .help = "What this asker sees" },
	{ "source", API_CHOICE, .choices = sources, .help = "Where the answer came from" },
	{ "rule", API_TEXT, API_NULL, .example = "null", .help = "What blocked it: deny, or the id of a list" },
	{ "ms", API_INT, .example = "1", .help = "How long it took" },
	{ .name = NULL }
};
const struct api_shape api_asked_shape = { .name = "DnsAnswer", .type = API_OBJECT, .members = asked_members };

static const struct api_member edge_members[] = {
	{ "rcode", API_INT, 0, -1, 4095, .help = "-1: no answer" },
	{ "view", API_TEXT, 0, 0, 64, .help = "Empty: none" },
	{ "source", API_CHOICE, .choices = sources, .help = "Where it came from" },
	{ "ede", API_INT, 0, -1, 65535, .help = "-1: none" },
	{ "ede_text", API_TEXT, 0, 0, 512, .help = "In words" },
	{ "rule", API_TEXT, 0, 0, 36, .help = "What blocked it; empty: nothing" },
	{ "answers", API_TEXTS, 0, 0, 64, .help = "Lines of a master file" },
	{ "ms", API_INT, 0, 0, 3600000, .help = "How long" },
	{ .name = NULL }
};
const struct api_shape api_edge_answer_shape = { .type = API_OBJECT, .members = edge_members };
