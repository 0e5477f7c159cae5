/* Documents of /api/blocklists as rows. */
#include "api/blocklist_shape.h"

static const struct api_member members[] = {
	{ "entries", API_INT, .example = "84012", .help = "Names of the copy in use; 0: there is none yet" },
	{ "skipped", API_INT, .example = "12", .help = "Lines of it that are no names" },
	{ "refreshed_at", API_TIME, API_NULL, .help = "When it was last found good; null: never" },
	{ "next_at", API_TIME, API_NULL, .help = "When it is looked at again; null: at once, or it is off" },
	{ "refreshing", API_BOOL, .example = "false", .help = "That is being done" },
	{ "failures", API_INT, .example = "0", .help = "Tries in a row that failed; the copy at hand stays in use" },
	{ "error", API_TEXT, API_NULL, .example = "null", .help = "Why the last one did" },
	{ .name = NULL }
};
const struct api_shape api_blocklist_shape = { .name = "Blocklist", .type = API_OBJECT, .members = members,
	.conf = "blocklists.lists" };
const struct api_shape api_blocklists_shape = { .type = API_ARRAY, .item = &api_blocklist_shape };
const struct api_shape api_blocklist_new_shape = { .name = "BlocklistNew", .type = API_OBJECT,
	.conf = "blocklists.lists" };
const struct api_shape api_blocklist_in_shape = { .name = "BlocklistPatch", .type = API_OBJECT,
	.conf = "blocklists.lists", .flags = API_PARTIAL };
