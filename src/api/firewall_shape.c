#include "api/firewall_shape.h"

#include "conf/conf.h"

static const struct api_member none[] = { { .name = NULL } };

static const struct api_member position[] = {
	{ "position", API_INT, API_OPT, 0, CONF_FW_RULES_MAX - 1, .example = "0",
	    .help = "Its place among the rules, counted from 0; absent: the last one, or where it is" },
	{ .name = NULL }
};
const struct api_shape api_fw_rule_shape = { .name = "Rule", .type = API_OBJECT, .members = none, .conf = "firewall.rules" };
const struct api_shape api_fw_rules_shape = { .type = API_ARRAY, .item = &api_fw_rule_shape };
const struct api_shape api_fw_rule_new_shape = { .name = "RuleNew", .type = API_OBJECT, .members = position,
	.conf = "firewall.rules" };
const struct api_shape api_fw_rule_in_shape = { .name = "RulePatch", .type = API_OBJECT, .members = position,
	.conf = "firewall.rules", .flags = API_PARTIAL };

const struct api_shape api_fw_forward_shape = { .name = "Forward", .type = API_OBJECT, .members = none,
	.conf = "firewall.forwards" };
const struct api_shape api_fw_forwards_shape = { .type = API_ARRAY, .item = &api_fw_forward_shape };
const struct api_shape api_fw_forward_new_shape = { .name = "ForwardNew", .type = API_OBJECT, .members = none,
	.conf = "firewall.forwards" };
const struct api_shape api_fw_forward_in_shape = { .name = "ForwardPatch", .type = API_OBJECT, .members = none,
	.conf = "firewall.forwards", .flags = API_PARTIAL };

static const struct api_member holds[] = {
	{ "holds", API_BOOL, API_NULL, .example = "true", .help = "It is so now; null: there is no firewall to judge by" },
	{ .name = NULL }
};
const struct api_shape api_fw_assertion_shape = { .name = "Assertion", .type = API_OBJECT, .members = holds,
	.conf = "firewall.assertions" };
const struct api_shape api_fw_assertions_shape = { .type = API_ARRAY, .item = &api_fw_assertion_shape };
const struct api_shape api_fw_assertion_new_shape = { .name = "AssertionNew", .type = API_OBJECT, .members = none,
	.conf = "firewall.assertions" };
