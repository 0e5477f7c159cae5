/* The parts of plan.c, for each other only. */
#ifndef FW_PLAN_PARTS_H
#define FW_PLAN_PARTS_H

#include <stdbool.h>

#include "fw/input.h"
#include "fw/line.h"
#include "fw/table.h"

struct fw_draft {
	const struct fw_input *in;
	struct fw_table *t;
	bool nets, links;		/* there are parties with nets; links (which are parties with nets) */
};

enum fw_in_chain { FW_IN_FORWARD, FW_IN_INPUT, FW_IN_SERVICE };	/* where a rule of the owner may stand */

/* plan_sets.c: all sets but those of single rules. */
void fw_plan_sets(struct fw_draft *d);

/* Lines for every family and kind of set that there is: from whoever is in right ("may_lan"), with what fill adds. */
typedef void fw_fill_cb(struct fw_draft *d, struct fw_line *l, int family, const void *arg);
void fw_plan_allow(struct fw_draft *d, struct fw_chain *c, const char *right, fw_fill_cb *fill, const void *arg);

/* The zone as a source. A line may only be written for one that is one now: there is no test for "never". */
bool fw_plan_is_source(const struct fw_draft *d, enum fw_zone zone);
void fw_plan_from_zone(const struct fw_draft *d, struct fw_line *l, enum fw_zone zone, int family);
void fw_plan_drop(const struct fw_draft *d, struct fw_chain *c);	/* what is left: count, log, drop */

/* plan_rules.c: the rules of the owner that belong into a chain of that kind, in their order. */
void fw_plan_rules(struct fw_draft *d, struct fw_chain *c, enum fw_in_chain where);

/* plan_services.c */
void fw_plan_services(struct fw_draft *d);	/* chains to_service, from_service, forwards */
void fw_plan_nat(struct fw_draft *d);		/* chains prerouting, postrouting, clamp */

#endif /* FW_PLAN_PARTS_H */
