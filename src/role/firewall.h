/* The firewall of the running cell: the table that the configuration in force and the host demand is in the kernel
 * before anything is listened to, follows every change (the conf part "firewall", first of all parts: fw/apply.h has the
 * life of a change), and is repaired when somebody else touches it (FWL-10).
 *
 * Fail closed (FWL-11): while firewall_holds() is false, nothing filters, and whoever would have packets forwarded, or lets
 * peers in, must not. In developer mode it never holds; before setup there is no table. */
#ifndef ROLE_FIREWALL_H
#define ROLE_FIREWALL_H

#include <stdbool.h>
#include <stddef.h>

struct api_live;
struct api_part;
struct conf;
struct core;
struct err;
struct firewall;		/* core's firewall, NULL before firewall_start() */
struct firewall_input;

int firewall_start(struct core *c, struct err *e);	/* a kernel that cannot filter is no failure */
void firewall_stop(struct core *c);			/* an orderly end takes the table away (PRC-8) */

void firewall_rest(struct core *c);			/* no change for a while */
bool firewall_holds(const struct core *c);		/* the kernel has the table of what is in force */
void firewall_host_changed(struct core *c);		/* interfaces, addresses, the uplink may be others */

/* What is enforced; the same, had next been in force (free it). NULL: no memory. */
const struct firewall_input *firewall_now(const struct core *c);
struct firewall_input *firewall_would(const struct core *c, const struct conf *next);

/* For what is shown. False: there is no such part, as in developer mode. */
bool firewall_part(const struct core *c, struct api_part *out);
void firewall_fill(struct api_live *out);

#endif /* ROLE_FIREWALL_H */
