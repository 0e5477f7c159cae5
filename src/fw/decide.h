/* What the firewall does with one intended connection, and why (EXP-1…3, FWL-3). The same input as for plan, another
 * road to the answer: from who asks and what is asked for, not from sets and lines. Pure; the index below only makes
 * the search for an address fast, for the judgement of every connection that exists (FWL-14). */
#ifndef FW_DECIDE_H
#define FW_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct fw_input;
struct fw_index;

struct fw_flow {			/* the first packet, as it comes in: before any translation */
	char iif[16];			/* "" = the cell itself */
	char oif[16];			/* "" = to the cell itself */
	struct addr src, dst;
	uint8_t proto;
	uint16_t port;			/* of the destination; 0 with protocols that have none */
};

enum fw_reason {
	FW_NOT_OURS,			/* between others: passes */
	FW_BY_DEFAULT, FW_BY_RULE, FW_BY_FORWARD, FW_BY_DOOR, FW_BY_ICMP, FW_BY_GUARD, FW_NO_DOOR,
	FW_UNKNOWN_SOURCE, FW_UNKNOWN_TARGET, FW_FORGED,
	FW_MAY_SERVICE, FW_NO_SERVICE, FW_SERVICE_ZONE, FW_FENCE, FW_MAY_EGRESS, FW_NO_EGRESS,
	FW_MAY_MEET, FW_ISOLATED, FW_MAY_LINK, FW_NO_LINK, FW_MAY_LAN, FW_NO_LAN, FW_MAY_INTERNET, FW_NO_INTERNET,
	FW_NOTHING_THERE,		/* of a statement about many: it names no destination */
	FW_TOO_MANY			/* and: it is not known, for there are too many cases */
};

struct fw_verdict {
	bool allow, reject;		/* reject: refused with an answer */
	bool translated;		/* a port forward gave it another destination */
	enum fw_reason why;
	const char *subject;		/* name of the party, or id of the rule or forward; NULL = none */
	const char *object;		/* name of the service or the other party; NULL = none */
};

/* Of in, which must outlive it. NULL: no memory. */
struct fw_index *fw_index_new(const struct fw_input *in);
void fw_index_free(struct fw_index *x);		/* NULL is allowed */

void fw_decide(const struct fw_index *x, const struct fw_flow *f, struct fw_verdict *v);

/* "anna-phone has no access to mail": one sentence without a full stop. Returns buf. */
const char *fw_verdict_text(const struct fw_verdict *v, char *buf, size_t size);

#endif /* FW_DECIDE_H */
