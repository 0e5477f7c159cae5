/* Documents of /api/explain and /api/reachability as rows. */
#include "api/reach_shape.h"

#include "api/firewall_shape.h"

static const char *const zones[] = { "local", "vpn", "cell", "container", "lan", "public", NULL };
static const char *const protocols[] = { "tcp", "udp", NULL };
static const char *const verdicts[] = { "allow", "deny", "unknown", NULL };
static const char *const results[] = { "pass", "fail", "skip", "unknown", NULL };
static const char *const stages[] = { "peer", "dns", "route", "exit", "firewall", "listener", "certificate", "proxy",
	"login", "upstream", NULL };
static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE", NULL };

enum { NAME_MAX_ = 253, PATH_MAX_ = 1024, CHANGES_MAX = 50, PAGE_MAX = 500 };

/* --- explain ----------------------------------------------------------------------------- */

#define WAY \
	{ "host", API_TEXT, 0, 1, NAME_MAX_, .example = "\"wiki.myhome.home.arpa\"", .help = "Name or address of the target" }, \
	{ "port", API_INT, API_OPT, 1, UINT16_MAX, .example = "443", .help = "Its port; 443" }, \
	{ "proto", API_CHOICE, API_OPT, .choices = protocols, .example = "\"tcp\"", .help = "tcp, unless it says otherwise" }

static const struct api_member query_members[] = {
	{ "peer", API_TEXT, API_OPT, 1, 64, .example = "\"anna-phone\"", .help = "Who asks: a peer" },
	{ "cell", API_TEXT, API_OPT, 1, 64, .example = "\"cabin\"", .help = "Or a linked cell" },
	{ "from_zone", API_CHOICE, API_OPT, .choices = zones, .example = "\"lan\"", .help = "Or somebody in this zone" },
	WAY,
	{ .name = NULL }
};
const struct api_shape api_explain_query_shape = { .type = API_OBJECT, .members = query_members };

static const struct api_member own_query_members[] = {
	{ "device", API_TEXT, API_OPT, 1, 64, .example = "\"anna-phone\"", .help = "Which one; needed by who has several" },
	WAY,
	{ .name = NULL }
};
const struct api_shape api_explain_own_query_shape = { .type = API_OBJECT, .members = own_query_members };

static const struct api_member step_members[] = {
	{ "stage", API_CHOICE, .choices = stages, .help = "Where on the way" },
	{ "verdict", API_CHOICE, .choices = results, .help = "skip: has no part in it; unknown: could not be examined" },
	{ "detail", API_TEXT, .example = "\"switched on, and connected 12 s ago (handshake)\"", .help = "What was found" },
	{ "owner", API_TEXT, API_NULL, .example = "\"peers\"", .help = "Section of the configuration that decides" },
	{ "object", API_TEXT, API_NULL, .example = "\"anna-phone\"", .help = "In it; null: the section itself" },
	{ "changed_by", API_TEXT, API_NULL, .example = "\"admin\"", .help = "Who changed that last; null: before what is kept" },
	{ "changed_at", API_TIME, API_NULL, .help = "When" },
	{ "fix", API_TEXT, API_NULL, .example = "null", .help = "What would help" },
	{ .name = NULL }
};
static const struct api_shape step = { .name = "ExplainStep", .type = API_OBJECT, .members = step_members };

static const struct api_member explain_members[] = {
	{ "from", API_TEXT, .example = "\"anna-phone\"", .help = "Peer, or zone:<name>" },
	{ "to", API_TEXT, .example = "\"wiki.myhome.home.arpa:443\"", .help = "Host and port" },
	{ "verdict", API_CHOICE, .choices = verdicts, .help = "deny: the first step that fails is the reason" },
	{ "steps", API_ARRAY, .shape = &step, .help = "The stages in the order in which they are met" },
	{ .name = NULL }
};
const struct api_shape api_explain_shape = { .name = "Explanation", .type = API_OBJECT, .members = explain_members };

/* --- the matrix ---------------------------------------------------------------------------- */

static const struct api_member matrix_query_members[] = {
	{ "subject", API_TEXT, API_OPT, 1, 80, .example = "\"anna-phone\"",
	    .help = "Only this peer, zone:<name>, or the members of group:<name>" },
	{ "target", API_TEXT, API_OPT, 1, 80, .example = "\"route:wiki\"", .help = "Only this target" },
	{ "limit", API_INT, API_OPT, 1, PAGE_MAX, .example = "100", .help = "Subjects of one answer; 100" },
	{ "cursor", API_TEXT, API_OPT, 1, 80, .example = "\"bob-laptop\"", .help = "next_cursor of the answer before" },
	{ .name = NULL }
};
const struct api_shape api_reach_query_shape = { .type = API_OBJECT, .members = matrix_query_members };

static const struct api_member cell_members[] = {
	{ "subject", API_TEXT, .example = "\"anna-phone\"", .help = "Who" },
	{ "target", API_TEXT, .example = "\"route:wiki\"", .help = "What" },
	{ "verdict", API_CHOICE, .choices = verdicts, .help = "Whether it may" },
	{ "path", API_TEXT, API_NULL, .example = "\"vpn → edge → http://192.168.1.5\"", .help = "How; null: not at all" },
	{ "reason", API_TEXT, .example = "\"anna-phone has access to the page wiki (route:wiki)\"", .help = "Why" },
	{ .name = NULL }
};
static const struct api_shape cell = { .name = "ReachCell", .type = API_OBJECT, .members = cell_members };

static const struct api_member matrix_members[] = {
	{ "generation", API_INT, .example = "44", .help = "The configuration it is of" },
	{ "subjects", API_TEXTS, .example = "[\"anna-phone\",\"zone:lan\"]", .help = "Rows of this answer, by name" },
	{ "targets", API_TEXTS, .example = "[\"admin\",\"dns\",\"internet\",\"lan\",\"route:wiki\"]", .help = "Columns, by name" },
	{ "cells", API_ARRAY, .shape = &cell, .help = "Row by row" },
	{ "next_cursor", API_TEXT, API_NULL, .example = "null", .help = "Where the next answer begins; null: this was the last" },
	{ .name = NULL }
};
const struct api_shape api_reach_shape = { .name = "Reachability", .type = API_OBJECT, .members = matrix_members };

/* --- differences ------------------------------------------------------------------------------ */

static const struct api_member change_members[] = {
	{ "method", API_CHOICE, .choices = methods, .help = "Of the request" },
	{ "path", API_TEXT, 0, 1, PATH_MAX_, .example = "\"/api/peers/anna-phone\"", .help = "Of it, as it would be sent" },
	{ "body", API_ANY, API_OPT, .example = "{\"lan_access\":false}", .help = "Likewise; an object" },
	{ .name = NULL }
};
static const struct api_shape proposed = { .name = "ProposedChange", .type = API_OBJECT, .members = change_members };

static const struct api_member diff_in_members[] = {
	{ "changes", API_ARRAY, 0, 1, CHANGES_MAX, .shape = &proposed, .help = "Changes, one after the other" },
	{ .name = NULL }
};
const struct api_shape api_reach_diff_in_shape = { .name = "ReachDiffAsk", .type = API_OBJECT, .members = diff_in_members };

static const struct api_member diff_members[] = {
	{ "subject", API_TEXT, .example = "\"anna-phone\"", .help = "Who" },
	{ "target", API_TEXT, .example = "\"lan\"", .help = "What" },
	{ "before", API_CHOICE, API_NULL, .choices = verdicts, .help = "Now; null: there is no such pair" },
	{ "after", API_CHOICE, API_NULL, .choices = verdicts, .help = "Then; likewise" },
	{ "path_before", API_TEXT, API_NULL, .example = "\"vpn → lan\"", .help = "How it is reached now" },
	{ "path_after", API_TEXT, API_NULL, .example = "null", .help = "And then" },
	{ .name = NULL }
};
const struct api_shape api_reach_change_shape = { .name = "ReachChange", .type = API_OBJECT, .members = diff_members };

static const struct api_member assertion_members[] = {
	{ "id", API_TEXT, .example = "\"5f0c3a52-6c1f-4d0e-9d3b-0f6f6f1f7a11\"", .help = "Its number" },
	{ "name", API_TEXT, .example = "\"kids never reach admin\"", .help = "Its name" },
	API_JUDGED,
	{ .name = NULL }
};
static const struct api_shape assertion = { .name = "AssertionHolds", .type = API_OBJECT, .members = assertion_members };

static const struct api_member diff_out_members[] = {
	{ "diff", API_ARRAY, .shape = &api_reach_change_shape, .help = "What differs, at most 1,000 of it" },
	{ "differs", API_INT, .example = "1", .help = "How much differs" },
	{ "assertions", API_ARRAY, .shape = &assertion, .help = "The owner's statements after the changes" },
	{ .name = NULL }
};
const struct api_shape api_reach_diff_shape = { .name = "ReachDiff", .type = API_OBJECT, .members = diff_out_members };
