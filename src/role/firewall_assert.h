/* What the owner wants to be sure of (FWL-13, CFG-11): statements "from, to: allow or deny" about what a configuration
 * would let happen. What they name exactly: fw/space.h. The administration is the edge's port for pages, for who is in a zone
 * of admin_access. Pure. */
#ifndef ROLE_FIREWALL_ASSERT_H
#define ROLE_FIREWALL_ASSERT_H

#include <stddef.h>

struct conf_fw_assertion;
struct err;
struct firewall_input;
struct fw_judged;			/* fw/input.h */

/* All of f's configuration, in its order; out has room for max. The count; 0: there are none, or no memory. */
size_t firewall_assert_all(const struct firewall_input *f, struct fw_judged *out, size_t max);

/* Of next, those that are worse than now, to tell() one after the other until it returns an error: they do not hold, and are
 * not known not to now; or they are not known to, and hold now. New and touched ones count as if they held now. What the host
 * or the rules had come to before is no reason to refuse whatever else is changed. 0, or negative errno with e. */
typedef int firewall_lost_cb(const struct conf_fw_assertion *a, const struct fw_judged *j, struct err *e);
int firewall_assert_lost(const struct firewall_input *now, const struct firewall_input *next, firewall_lost_cb *tell,
    struct err *e);

/* The first of these is an error of ERR_ASSERTION: e says who would reach what, or would not, and why. */
int firewall_assert_check(const struct firewall_input *now, const struct firewall_input *next, struct err *e);

#endif /* ROLE_FIREWALL_ASSERT_H */
