/* Documents of rules, forwards and assertions as rows. */
#ifndef API_FIREWALL_SHAPE_H
#define API_FIREWALL_SHAPE_H

#include "api/shape.h"

/* Of an assertion that was judged. */
#define API_JUDGED								\
	{ "holds", API_BOOL, API_NULL, .example = "true", .help = "It holds; null: that cannot be said" },	\
	{ "reason", API_TEXT, API_NULL, .example = "null", .help = "Who would reach what, or would not, and why; or why it "	\
	    "cannot be said. null: it holds" }

extern const struct api_shape api_fw_rule_shape, api_fw_rules_shape, api_fw_rule_new_shape, api_fw_rule_in_shape;
extern const struct api_shape api_fw_forward_shape, api_fw_forwards_shape, api_fw_forward_new_shape,
    api_fw_forward_in_shape;
extern const struct api_shape api_fw_assertion_shape, api_fw_assertions_shape, api_fw_assertion_new_shape;

#endif /* API_FIREWALL_SHAPE_H */
