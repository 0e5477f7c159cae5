/* What the owner wants to be sure of (FWL-13, CFG-11): statements "from, to: allow or deny" about what a configuration
 * would let happen. Pure. */
#ifndef ROLE_FIREWALL_ASSERT_H
#define ROLE_FIREWALL_ASSERT_H

#include <stdbool.h>

struct conf_fw_assertion;
struct err;
struct firewall_input;

/* Does a, of f's configuration, hold? If not, e says who would reach what, or would not, and why. */
bool firewall_assert_holds(const struct firewall_input *f, const struct conf_fw_assertion *a, struct err *e);

/* All of next. One that already does not hold now, for the host is another than when it was made, is no reason to refuse
 * whatever else is changed. 0, or ERR_ASSERTION. */
int firewall_assert_check(const struct firewall_input *now, const struct firewall_input *next, struct err *e);

#endif /* ROLE_FIREWALL_ASSERT_H */
