/* The table in the kernel: brought to what is wanted by differences, each one transaction (FWL-2), and kept there
 * (FWL-10). No table but `inet pic` is ever named in a message. Whoever owns a struct fw_kernel is the only one to use it.
 *
 * Life of a change: fw_plan() makes the table that is wanted; fw_apply() asks the kernel for the generation of all
 * its rules. If it is the one that the last change left, what the kernel has is known; else fw_read() fetches it.
 * Lines that stay go on from what they have counted, also where their chain is filled anew (count.h).
 * fw_diff() writes the transaction, which the kernel refuses when anybody changed anything meanwhile: then it is made anew.
 * fw_conntrack_judge() ends the connections that the new rules would not have let begin. */
#ifndef FW_APPLY_H
#define FW_APPLY_H

#include "fw/diff.h"

struct err;
struct fw_kernel;
struct fw_table;
struct netlink;

struct fw_kernel *fw_kernel_new(void);		/* NULL: no memory */
void fw_kernel_free(struct fw_kernel *k);	/* the table stays in the kernel; NULL is allowed */

/* The socket for changes and what follows them, which stays open until work is over for a while: to close one waits until the
 * kernel has given up whatever the last transaction took out, some 10 ms. 0 and *n, or a negative errno. */
int fw_kernel_socket(struct fw_kernel *k, struct netlink **n);
void fw_kernel_heard(struct fw_kernel *k, int rc);	/* what was asked by it ended so: a failure may have left an answer in it */
void fw_kernel_rest(struct fw_kernel *k);

/* Take want over, whatever comes of it, and make the kernel's table like it: 0 and what was done, or a negative errno with
 * the old table in force. ERR_UNAVAILABLE: this kernel has no nf_tables, nothing is filtered, and what depends on it
 * must not be opened (FWL-11). */
int fw_apply(struct fw_kernel *k, struct fw_table *want, struct fw_change *c, struct err *e);

/* Is it still as it was applied? Repaired when not: then c->any, and what was missing is in it. Costs one small message
 * while nobody has changed any rule of this host. On failure c->any tells whether it is known to differ. */
int fw_check(struct fw_kernel *k, struct fw_change *c, struct err *e);

/* What the kernel has now; *out->found false when there is no such table. */
int fw_read(struct fw_table **out, struct err *e);

/* The chains and lines of that alone, with what they have counted: as quick for 10,000 peers as for one. */
int fw_read_lines(struct fw_table **out, struct err *e);

/* Take the table away: for uninstalling. */
int fw_remove(struct fw_kernel *k, struct err *e);

#endif /* FW_APPLY_H */
