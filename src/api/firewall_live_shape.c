/* Documents of /api/firewall/status, ruleset and drops as rows. */
#include "api/firewall_live_shape.h"

static const char *const backends[] = { "nftables", "none", NULL };

static const struct api_member status_members[] = {
	{ "backend", API_CHOICE, .choices = backends, .example = "\"nftables\"",
	    .help = "none: nothing is filtered, and nothing forwarded for the VPN" },
	{ "table", API_TEXT, .example = "\"pic\"", .help = "The one table of nftables that is the cell's; no other is ever touched" },
	{ "rules", API_INT, .example = "62", .help = "Lines in it" },
	{ "sets", API_INT, .example = "28", .help = "Sets in it" },
	{ "drift", API_BOOL, .example = "false", .help = "It is not as it should be, and could not be repaired" },
	{ "fault", API_TEXT, API_NULL, .example = "null", .help = "Why the rules are not enforced; null: they are, or need not be" },
	{ "last_commit_at", API_TIME, API_NULL, .help = "When something was changed in it; null: not since start" },
	{ "last_drift_at", API_TIME, API_NULL, .example = "null", .help = "When somebody else's change was undone; null: not since start" },
	{ "last_drift", API_TEXT, API_NULL, .example = "null", .help = "What was put right then" },
	{ "drops", API_INT, .example = "17", .help = "Packets that were dropped and told of, since start" },
	{ .name = NULL }
};
const struct api_shape api_firewall_status_shape = { .name = "FirewallStatus", .type = API_OBJECT, .members = status_members };

static const struct api_member ruleset_query_members[] = {
	{ "generation", API_INT, API_OPT, 0, INT64_MAX, .example = "0", .help = "Of that generation; 0, and default: the one in force" },
	{ .name = NULL }
};
const struct api_shape api_firewall_ruleset_query_shape = { .type = API_OBJECT, .members = ruleset_query_members };

static const struct api_member ruleset_members[] = {
	{ "text", API_TEXT, .example = "\"table inet pic {\\n}\\n\"", .help = "As `nft list table` has it" },
	{ .name = NULL }
};
const struct api_shape api_firewall_ruleset_shape = { .name = "FirewallRuleset", .type = API_OBJECT, .members = ruleset_members };

static const struct api_member drops_query_members[] = {
	{ "limit", API_INT, API_OPT, 1, 500, .example = "100", .help = "Entries at most; default 100" },
	{ "cursor", API_TEXT, API_OPT, 1, 20, .help = "next_cursor of the page before" },
	{ .name = NULL }
};
const struct api_shape api_firewall_drops_query_shape = { .type = API_OBJECT, .members = drops_query_members };

static const struct api_member drop_members[] = {
	{ "ts", API_TIME, .help = "When it was dropped" },
	{ "from", API_TEXT, .example = "\"10.0.0.3\"", .help = "Who wanted" },
	{ "to", API_TEXT, .example = "\"192.168.1.9\"", .help = "to whom" },
	{ "proto", API_TEXT, .example = "\"tcp\"", .help = "tcp, udp, icmp, ipv6-icmp, or a number" },
	{ "port", API_INT, API_NULL, .example = "631", .help = "Port there; null: that protocol has none" },
	{ "interface_in", API_TEXT, API_NULL, .example = "\"wg0\"", .help = "It came in there; null: from the cell itself" },
	{ "interface_out", API_TEXT, API_NULL, .example = "\"eth0\"", .help = "It would have gone out there; null: it was for the cell itself" },
	{ "rule", API_TEXT, API_NULL, .example = "null", .help = "Id of the rule that refuses it; null: no rule of the owner's" },
	{ "peer", API_TEXT, API_NULL, .example = "\"bob-laptop\"", .help = "Whose packet it was, or for whom; null: no peer's" },
	{ "reason", API_TEXT, API_NULL, .example = "\"bob-laptop has no access to the home network\"",
	    .help = "Why; null: it would be let through by now" },
	{ .name = NULL }
};
static const struct api_shape drop = { .name = "FirewallDrop", .type = API_OBJECT, .members = drop_members };

static const struct api_member drops_members[] = {
	{ "entries", API_ARRAY, .shape = &drop, .help = "The newest first; of one address some a second, 2,000 in all" },
	{ "next_cursor", API_TEXT, API_NULL, .example = "null", .help = "For the next page; null: there is none" },
	{ .name = NULL }
};
const struct api_shape api_firewall_drops_shape = { .name = "FirewallDrops", .type = API_OBJECT, .members = drops_members };
