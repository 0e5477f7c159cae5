/* One flow under judgement, and the stages that fw_decide() is made of, for whoever judges many flows at once (space.h):
 * what no rule of the owner changes, the rules, what is decided when none is about it. */
#ifndef FW_ASKED_H
#define FW_ASKED_H

#include "fw/decide.h"

struct fw_end;
struct fw_forward;
struct fw_input;
struct fw_party;
struct fw_rule;

enum { SYNC_PORT = 3000, DHCP_CLIENT = 68, DHCP6_CLIENT = 546 };	/* that decide looks at by itself */

struct fw_asked {
	const struct fw_index *x;
	const struct fw_input *in;
	struct fw_flow f;		/* after translation */
	const struct fw_forward *forward;	/* that translated it; NULL = none */
	bool from_vpn, to_vpn;
	const struct fw_party *src, *dst;	/* whose its ends are in the VPN; NULL = nobody's */
};

void fw_asked_make(struct fw_asked *a, const struct fw_index *x, const struct fw_flow *f);

bool fw_asked_fixed(const struct fw_asked *a, struct fw_verdict *v);	/* false: rules are looked at */
void fw_asked_default(const struct fw_asked *a, struct fw_verdict *v);

/* Would a rule with that end be about it, by its addresses and interfaces alone? */
bool fw_asked_from(const struct fw_asked *a, const struct fw_end *e);
bool fw_asked_to(const struct fw_asked *a, const struct fw_end *e);

/* By protocol and port: those of the cell's names; those that the rule is about. */
bool fw_is_dns(const struct fw_flow *f);
bool fw_rule_what(const struct fw_rule *r, const struct fw_flow *f);

#endif /* FW_ASKED_H */
