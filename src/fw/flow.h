/* Connections that stand for a question as a person has it: "may the kids reach the LAN". */
#ifndef FW_FLOW_H
#define FW_FLOW_H

#include <stdbool.h>

struct fw_end;
struct fw_flow;
struct fw_index;

/* Fill in interfaces by the addresses, as the host's routes would. */
void fw_flow_route(const struct fw_index *x, struct fw_flow *f);

/* The connection that stands for "from this to that". port 0: the first port of a service, 443 elsewhere; a group or a zone of
 * parties is its first member. False: there is none, as from a group without members or to a party without address. */
bool fw_flow_between(const struct fw_index *x, const struct fw_end *from, const struct fw_end *to, struct fw_flow *f);

#endif /* FW_FLOW_H */
