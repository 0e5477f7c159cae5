/* Connections that stand for a question as a person has it: "may the kids reach the LAN". */
#ifndef FW_FLOW_H
#define FW_FLOW_H

#include <stdbool.h>
#include <stddef.h>

struct fw_assertion;
struct fw_end;
struct fw_flow;
struct fw_index;
struct fw_verdict;

/* Fill in interfaces by the addresses, as the host's routes would. */
void fw_flow_route(const struct fw_index *x, struct fw_flow *f);

/* The connection that stands for "from this to that". port 0: the first port of a service, 443 elsewhere. False: there is
 * none, as from a group without members or to a party without address. A group is its n-th member (false past the last);
 * for everything else n is 0. */
bool fw_flow_between(const struct fw_index *x, const struct fw_end *from, const struct fw_end *to, size_t n,
    struct fw_flow *f);

/* FWL-13: whether it holds, for every member of a group; else v is what was decided instead, for f. */
bool fw_assertion_holds(const struct fw_index *x, const struct fw_assertion *a, struct fw_flow *f, struct fw_verdict *v);

#endif /* FW_FLOW_H */
