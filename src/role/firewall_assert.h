/* What the owner wants to be sure of (FWL-13, CFG-11): statements "from, to: allow or deny" about what a configuration
 * would let happen. What they name exactly: fw/space.h. The administration is the edge's port for pages, for who is in a zone
 * of admin_access. Pure. */
#ifndef ROLE_FIREWALL_ASSERT_H
#define ROLE_FIREWALL_ASSERT_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct firewall_input;

/* Which of f's configuration hold, in its order; out has room for max. The count; 0: there are none, or no memory. */
size_t firewall_assert_all(const struct firewall_input *f, bool *out, size_t max);

/* All of next. One that already does not hold now, for the host is another than when it was made, is no reason to refuse
 * whatever else is changed. 0, or an error: of ERR_ASSERTION e says who would reach what, or would not, and why. */
int firewall_assert_check(const struct firewall_input *now, const struct firewall_input *next, struct err *e);

#endif /* ROLE_FIREWALL_ASSERT_H */
