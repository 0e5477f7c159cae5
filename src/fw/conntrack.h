/* Connections that the kernel keeps (ctnetlink), judged anew after the rules became narrower (FWL-14): what decide would
 * not let begin now ends. Only connections of the VPN and of service networks are looked at; those of others on this
 * host stay. */
#ifndef FW_CONNTRACK_H
#define FW_CONNTRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct err;
struct fw_change;
struct fw_kernel;
struct fw_index;
struct nlm;
struct wr;

struct fw_entry {
	struct addr src, dst;		/* of the first packet */
	struct addr back;		/* where answers come from: dst, unless it was translated */
	uint8_t proto;
	uint16_t port, back_port;
	uint32_t id;			/* tells it from a later one with the same ends */
	uint16_t zone;			/* of connection tracking */
	const uint8_t *tuple;		/* as the kernel wrote it, in the message that was read */
	size_t ntuple;
};

/* One message of a dump. False: malformed, or a kind of entry without addresses. */
bool fw_entry_read(const struct nlm *m, struct fw_entry *t);
void fw_entry_write_delete(struct wr *w, const struct fw_entry *t);

/* Whether the entry must end. before may be NULL, else it is of the input that was in force until now: what belonged to
 * a party of then is looked at, too. */
bool fw_entry_is_over(const struct fw_index *x, const struct fw_index *before, const struct fw_entry *t);

/* Look at all and end those; *ended counts them, with those that ended by themselves just then. c: what was changed, or NULL. Where
 * that is only addresses that are gone, theirs are ended and no other is looked at, if the kernel can (Linux 6.11). */
int fw_conntrack_judge(struct fw_kernel *k, const struct fw_index *x, const struct fw_index *before, const struct fw_change *c,
    size_t *ended, struct err *e);

#endif /* FW_CONNTRACK_H */
