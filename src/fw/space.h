/* All connections there can be, as the few that stand for them: addresses and ports are cut where anything of the input
 * begins or ends, and what fw_decide() cannot tell apart is judged once. So a statement about everybody, everything and
 * every port is judged for all of that (FWL-13). 10,000 parties with all rules, ranges, forwards and assertions that there
 * may be take some tenths of a second; where rules that grant and rules that take lie over each other so that it would be
 * more than that, it is not said that a statement holds. Pure. */
#ifndef FW_SPACE_H
#define FW_SPACE_H

#include <stdbool.h>

struct fw_assertion;
struct fw_flow;
struct fw_index;
struct fw_space;
struct fw_verdict;

/* Of x, which must outlive it. NULL: no memory. */
struct fw_space *fw_space_new(const struct fw_index *x);
void fw_space_free(struct fw_space *s);		/* NULL is allowed */

/* Does a hold? It names the connections that a rule with its ends would be about, as far as they pass the cell, to where
 * they end when a forward has given them another destination:
 *
 *   deny   none of them is let through, of any protocol and port, from any address of from to any of to
 *   allow  each of them is, of any protocol and port; to a service, each port that it offers; to the cell's names, each of
 *          their ports that the cell opens to who asks. Who cannot even try (a group without members, a peer of one IP
 *          version on its way to an address of the other) breaks nothing; but something must be there to be reached.
 *
 * A network (cidr) of several addresses does not name the cell that has one of them: what the cell itself serves there is no
 * way into the network, only what a rule lets through is. A party on its way to itself passes no cell. With a->proto only
 * that protocol and port count, with a->zones only sources of these zones.
 * False: f stands for the connections that break it, and *v what is decided of it; of what is not there, and with FW_TOO_MANY
 * (it is not known), f has the source only. */
bool fw_space_holds(struct fw_space *s, const struct fw_assertion *a, struct fw_flow *f, struct fw_verdict *v);

#endif /* FW_SPACE_H */
