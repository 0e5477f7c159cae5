/* What was dropped, as the kernel tells it (NFLOG, linux/netfilter/nfnetlink_log.h): who wanted to reach whom. Pure:
 * whoever has the socket asks by the writers and reads by the reader. */
#ifndef FW_DROP_H
#define FW_DROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct nlm;
struct wr;

struct fw_drop {
	uint32_t iif, oif;		/* indexes; 0 = none: from or to the cell itself */
	struct addr src, dst;
	uint8_t proto;
	uint16_t port;			/* of the destination; 0 where there is none */
};

/* From now on this socket hears of what is logged to group: heads only, some at a time. */
void fw_drop_write_bind(struct wr *w, uint16_t group);

/* False: malformed, or no packet of IP. */
bool fw_drop_read(const struct nlm *m, struct fw_drop *d);

#endif /* FW_DROP_H */
