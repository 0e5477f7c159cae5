#include "api/firewall_shape.h"

#include "conf/conf.h"

static const struct api_member none[] = { { .name = NULL } };

#define COUNTED(what)								\
	{ "packets", API_INT, API_NULL, .example = "12", .help = what },	\
	{ "bytes", API_INT, API_NULL, .example = "720", .help = "Octets of these packets; null: as there" },	\
	{ .name = NULL }

static const struct api_member rule_counted[] = {
	COUNTED("Packets that it decided about since the rules came into the kernel or it was changed: those that began "
	    "something. What belongs to a connection is decided with its first packet, but for what reaches the cell itself "
	    "from outside the VPN. null: the firewall is not in force")
};
static const struct api_member forward_counted[] = {
	COUNTED("Connections that came to the port since the rules came into the kernel or it was changed: their first packets. "
	    "null: the firewall is not in force")
};

static const struct api_member position[] = {
	{ "position", API_INT, API_OPT, 0, CONF_FW_RULES_MAX - 1, .example = "0",
	    .help = "Its place among the rules, counted from 0; absent: the last one, or where it is" },
	{ .name = NULL }
};
const struct api_shape api_fw_rule_shape = { .name = "Rule", .type = API_OBJECT, .members = rule_counted,
	.conf = "firewall.rules" };
const struct api_shape api_fw_rules_shape = { .type = API_ARRAY, .item = &api_fw_rule_shape };
const struct api_shape api_fw_rule_new_shape = { .name = "RuleNew", .type = API_OBJECT, .members = position,
	.conf = "firewall.rules" };
const struct api_shape api_fw_rule_in_shape = { .name = "RulePatch", .type = API_OBJECT, .members = position,
	.conf = "firewall.rules", .flags = API_PARTIAL };

const struct api_shape api_fw_forward_shape = { .name = "Forward", .type = API_OBJECT, .members = forward_counted,
	.conf = "firewall.forwards" };
const struct api_shape api_fw_forwards_shape = { .type = API_ARRAY, .item = &api_fw_forward_shape };
const struct api_shape api_fw_forward_new_shape = { .name = "ForwardNew", .type = API_OBJECT, .members = none,
	.conf = "firewall.forwards" };
const struct api_shape api_fw_forward_in_shape = { .name = "ForwardPatch", .type = API_OBJECT, .members = none,
	.conf = "firewall.forwards", .flags = API_PARTIAL };

static const struct api_member judged[] = {
	API_JUDGED,
	{ .name = NULL }
};
const struct api_shape api_fw_assertion_shape = { .name = "Assertion", .type = API_OBJECT, .members = judged,
	.conf = "firewall.assertions" };
const struct api_shape api_fw_assertions_shape = { .type = API_ARRAY, .item = &api_fw_assertion_shape };
const struct api_shape api_fw_assertion_new_shape = { .name = "AssertionNew", .type = API_OBJECT, .members = none,
	.conf = "firewall.assertions" };
