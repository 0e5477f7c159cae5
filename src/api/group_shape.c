#include "api/group_shape.h"

enum { DESCRIPTION_MAX = 256 };

static const struct api_member members[] = {
	{ "peers", API_TEXTS, .example = "[\"anna-phone\"]", .help = "Its devices" },
	{ .name = NULL }
};
const struct api_shape api_group_shape = { .name = "Group", .type = API_OBJECT, .members = members, .conf = "groups" };
const struct api_shape api_groups_shape = { .type = API_ARRAY, .item = &api_group_shape };
const struct api_shape api_group_new_shape = { .name = "GroupNew", .type = API_OBJECT, .conf = "groups" };

/* Its name is for good: it is how devices and rules know it. */
static const struct api_member in_members[] = {
	{ "description", API_TEXT, API_OPT | API_NULL, 0, DESCRIPTION_MAX, .example = "\"the children\"", .help = "What it is for" },
	{ .name = NULL }
};
const struct api_shape api_group_in_shape = { .name = "GroupPatch", .type = API_OBJECT, .members = in_members };
