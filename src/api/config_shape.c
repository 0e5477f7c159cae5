/* Documents of /api/config as rows. */
#include "api/config_shape.h"

#include "api/reach_shape.h"

static const char *const ops[] = { "add", "remove", "replace", NULL };
static const char *const import_modes[] = { "merge", "replace", NULL };

static const struct api_member change_members[] = {
	{ "path", API_TEXT, .example = "\"/identity/timezone\"", .help = "What changed" },
	{ "op", API_CHOICE, .choices = ops, .example = "\"replace\"", .help = "How" },
	{ "old", API_ANY, API_OPT, .example = "\"UTC\"", .help = "The value before" },
	{ "new", API_ANY, API_OPT, .example = "\"Europe/Oslo\"", .help = "The value now" },
	{ .name = NULL }
};
static const struct api_shape change = { .name = "Change", .type = API_OBJECT, .members = change_members };
const struct api_shape api_changes_shape = { .type = API_ARRAY, .item = &change };

static const struct api_member changed_members[] = {
	{ "message", API_TEXT, .example = "\"applied\"", .help = "What happened, for people" },
	{ "generation", API_INT, .example = "44", .help = "The generation in force" },
	{ "changes", API_ARRAY, .shape = &change, .help = "What is different now" },
	{ "restarted", API_TEXTS, .example = "[]", .help = "Parts that were started anew" },
	{ "pending", API_TEXTS, .example = "[]", .help = "Members that wait to be confirmed" },
	{ "warnings", API_TEXTS, .example = "[]", .help = "What the change brings along" },
	{ "lease", API_ANY, API_NULL, .example = "null", .help = "How long to confirm; null: nothing to confirm" },
	{ .name = NULL }
};
const struct api_shape api_changed_shape = { .name = "Changed", .type = API_OBJECT, .members = changed_members };

static const struct api_member dry_run_members[] = {
	{ "changes", API_ARRAY, .shape = &change, .help = "What would be different" },
	{ "reachability", API_ARRAY, .shape = &api_reach_change_shape, .example = "[]",
	    .help = "Who would reach what otherwise, at most 1,000 of it" },
	{ "warnings", API_TEXTS, .example = "[]", .help = "What the change would bring along" },
	{ "lease_needed", API_BOOL, .example = "false", .help = "It could cut the way in" },
	{ .name = NULL }
};
const struct api_shape api_dry_run_shape = { .name = "DryRun", .type = API_OBJECT, .members = dry_run_members };

static const struct api_member setup_members[] = {
	{ "complete", API_BOOL, .example = "true", .help = "The first run is over" },
	{ "completed_at", API_TIME, API_NULL, .help = "When" },
	{ .name = NULL }
};
static const struct api_shape setup_state = { .type = API_OBJECT, .members = setup_members };

static const struct api_member document_members[] = {
	{ "schema_version", API_INT, .help = "Form of the document" },
	{ "generation", API_INT, .example = "44", .help = "Its number" },
	{ "written_at", API_TIME, .help = "When it was written" },
	{ "written_by", API_TEXT, .example = "\"admin\"", .help = "By whom" },
	{ "summary", API_TEXT, .example = "\"config.update identity\"", .help = "What changed" },
	{ "setup", API_OBJECT, .shape = &setup_state, .help = "State of the first run" },
	{ .name = NULL }
};
const struct api_shape api_document_shape = { .name = "Document", .type = API_OBJECT,
	.members = document_members, .conf = "*" };

static const struct api_member config_members[] = {
	{ "schema_version", API_INT, .help = "Form of the document" },
	{ "generation", API_INT, .example = "44", .help = "Its number" },
	{ "written_at", API_TIME, .help = "When it was written" },
	{ "written_by", API_TEXT, .example = "\"admin\"", .help = "By whom" },
	{ "summary", API_TEXT, .example = "\"config.update identity\"", .help = "What changed" },
	{ "setup", API_OBJECT, .shape = &setup_state, .help = "State of the first run" },
	{ "cell_name", API_TEXT, .example = "\"myhome\"", .help = "identity.cell_name" },
	{ "domain", API_TEXT, .example = "\"myhome.cell\"", .help = "identity.domain" },
	{ "domain_mode", API_TEXT, .example = "\"lan\"", .help = "identity.domain_mode" },
	{ "domain_name", API_TEXT, .example = "\"myhome.home.arpa\"", .help = "identity.domain_name" },
	{ "effective_domain", API_TEXT, .example = "\"myhome.home.arpa\"", .help = "The domain that names stand under" },
	{ "ip_range", API_TEXT, .example = "\"172.20.0.0/16\"", .help = "identity.ip_range" },
	{ "timezone", API_TEXT, .example = "\"Europe/Oslo\"", .help = "identity.timezone" },
	{ .name = NULL }
};
const struct api_shape api_config_shape = { .name = "Config", .type = API_OBJECT, .members = config_members,
	.conf = "*" };

static const struct api_member config_in_members[] = {
	{ "cell_name", API_TEXT, API_OPT, .example = "\"myhome\"", .help = "As in identity" },
	{ "domain_mode", API_TEXT, API_OPT, .example = "\"lan\"", .help = "As in identity" },
	{ "domain_name", API_TEXT, API_OPT, .example = "\"myhome.home.arpa\"", .help = "As in identity" },
	{ "ip_range", API_TEXT, API_OPT, .example = "\"172.20.0.0/16\"", .help = "As in identity" },
	{ "timezone", API_TEXT, API_OPT, .example = "\"Europe/Oslo\"", .help = "As in identity" },
	{ "release_name", API_BOOL, API_OPT, .example = "false",
	    .help = "A name of pic_ngo that this change leaves is given back; else it stays registered" },
	{ .name = NULL }
};
const struct api_shape api_config_in_shape = { .name = "ConfigPatch", .type = API_OBJECT,
	.members = config_in_members,
	.conf = "*", .flags = API_PARTIAL };

/* Which section it is stands in the path; its members are judged by the transaction. */
const struct api_shape api_section_shape = { .name = "Section", .type = API_ANY, .conf = "*" };
const struct api_shape api_section_in_shape = { .name = "SectionPatch", .type = API_ANY, .conf = "*",
	.flags = API_PARTIAL | API_SETTINGS };

static const struct api_member pending_members[] = {
	{ "pending", API_BOOL, .example = "false", .help = "A change waits to be confirmed" },
	{ "needs_restart", API_BOOL, .example = "false", .help = "Always false: changes take effect at once" },
	{ "changes", API_ARRAY, .shape = &change, .example = "[]", .help = "What waits" },
	{ "containers", API_TEXTS, .example = "[]", .help = "Containers that it touches" },
	{ "changed_at", API_TIME, API_NULL, .example = "null", .help = "Since when" },
	{ "lease", API_ANY, API_NULL, .example = "null", .help = "How long to confirm" },
	{ .name = NULL }
};
const struct api_shape api_pending_shape = { .type = API_OBJECT, .members = pending_members };

static const struct api_member confirm_members[] = {
	{ "confirm_token", API_TEXT, API_OPT | API_SECRET, 1, 128, .help = "In place of the session that made the change" },
	{ .name = NULL }
};
const struct api_shape api_confirm_shape = { .type = API_OBJECT, .members = confirm_members };

static const struct api_member confirmed_members[] = {
	{ "message", API_TEXT, .example = "\"confirmed\"", .help = "What happened" },
	{ "generation", API_INT, .example = "44", .help = "The generation in force" },
	{ .name = NULL }
};
const struct api_shape api_confirmed_shape = { .type = API_OBJECT, .members = confirmed_members };

static const struct api_member generation_members[] = {
	{ "generation", API_INT, .example = "44", .help = "Its number" },
	{ "written_at", API_TIME, .help = "When it was written" },
	{ "written_by", API_TEXT, .example = "\"admin\"", .help = "By whom" },
	{ "summary", API_TEXT, .example = "\"dns.record.create nas\"", .help = "What changed" },
	{ "changes_count", API_INT, API_NULL, .example = "1", .help = "Against the one before; null: not known any more" },
	{ "current", API_BOOL, .example = "true", .help = "It is in force" },
	{ .name = NULL }
};
static const struct api_shape generation = { .name = "Generation", .type = API_OBJECT,
	.members = generation_members };
const struct api_shape api_generations_shape = { .type = API_ARRAY, .item = &generation };

static const struct api_member diff_query_members[] = {
	{ "from", API_INT, API_OPT, 0, INT64_MAX, .example = "43", .help = "Generation; default: the one before the current" },
	{ "to", API_INT, API_OPT, 0, INT64_MAX, .example = "44", .help = "Generation; default: the current" },
	{ .name = NULL }
};
const struct api_shape api_diff_query_shape = { .type = API_OBJECT, .members = diff_query_members };

static const struct api_member rollback_members[] = {
	{ "generation", API_INT, 0, 1, INT64_MAX, .example = "43", .help = "The one to go back to" },
	{ .name = NULL }
};
const struct api_shape api_rollback_in_shape = { .type = API_OBJECT, .members = rollback_members };

static const struct api_shape any_object = { .type = API_ANY };
static const struct api_member import_members[] = {
	{ "document", API_OBJECT, .shape = &any_object,
	    .example = "{\"schema_version\":1,\"identity\":{\"timezone\":\"Europe/Oslo\"}}",
	    .help = "As GET /api/config/export gives it, or parts of it" },
	{ "mode", API_CHOICE, API_OPT, .choices = import_modes, .example = "\"merge\"",
	    .help = "replace: what the document does not name returns to its default" },
	{ .name = NULL }
};
const struct api_shape api_import_in_shape = { .type = API_OBJECT, .members = import_members };
