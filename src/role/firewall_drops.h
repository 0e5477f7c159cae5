/* What the firewall dropped of late, for a person who looks for the reason (FW log_drops). The newest are kept, and of one
 * address only some a second; a flood is left to the kernel, which forgets it. */
#ifndef ROLE_FIREWALL_DROPS_H
#define ROLE_FIREWALL_DROPS_H

#include <stdbool.h>
#include <stdint.h>

struct api_drop;
struct core;
struct firewall_drops;

enum { FIREWALL_DROPS_MAX = 2000, FIREWALL_DROPS_GROUP = 28777 };	/* of NFLOG: "pi", which nobody else listens to */

/* NULL: the kernel has nothing like that, or somebody else has the group; it was said. */
struct firewall_drops *firewall_drops_open(struct core *c);
void firewall_drops_close(struct firewall_drops *d);		/* NULL is allowed */

/* Numbers begin with 1; 0 = none yet. False: that one is not there any more, or was never. */
uint64_t firewall_drops_newest(const struct firewall_drops *d);
bool firewall_drops_get(const struct firewall_drops *d, uint64_t seq, struct api_drop *out);
uint64_t firewall_drops_count(const struct firewall_drops *d);	/* packets that were told of, kept or not */

#endif /* ROLE_FIREWALL_DROPS_H */
