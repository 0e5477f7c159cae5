/* Own rules, forwards, assertions and static routes as a whole (data.md 4.7): what they may name (400) and what they
 * exclude (409). What depends on the host (its addresses, what the kernel can do) is judged by who sets them up. */
#ifndef CONF_FIREWALL_H
#define CONF_FIREWALL_H

struct conf;
struct err;

/* For rules.c and conflict.c. */
void conf_firewall_rules(const struct conf *c, struct err *e);
void conf_firewall_conflicts(const struct conf *c, struct err *e);

#endif /* CONF_FIREWALL_H */
