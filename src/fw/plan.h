/* What the firewall is to be: from the input to one table `inet pic` (FWL-1…9, VPN-8…10). Pure; what the packets
 * then meet is what decide says of the same input, and a test holds the two against each other.
 *
 * A party is elements of sets, never lines: 10,000 peers make the table longer, not slower. Host addresses are in hash
 * sets; nets behind peers, and everything of links, in interval sets whose names begin with net_.
 *
 * Order in forward: an address of the VPN that no enabled party has is refused in both directions before anything
 * else, also within connections that exist (PEER-7); established; service networks (FWL-5); rules of the owner;
 * what the access of each party grants; the defaults. Hooks stand ten before those of everybody else, an engine's
 * included; what they drop stays dropped, what they accept others may still refuse. */
#ifndef FW_PLAN_H
#define FW_PLAN_H

#define FW_PLAN_PEERS4 "peer4"		/* the sets of the addresses that enabled peers have */
#define FW_PLAN_PEERS6 "peer6"

struct fw_input;
struct fw_table;

/* NULL: no memory, or the input is past a bound of table.h. */
struct fw_table *fw_plan(const struct fw_input *in);

#endif /* FW_PLAN_H */
