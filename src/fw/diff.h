/* From one table to another: the transaction that makes the difference, and what it means. Pure. */
#ifndef FW_DIFF_H
#define FW_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct fw_table;
struct wr;

enum { FW_GONE_MAX = 8 };

struct fw_change {
	bool any;			/* there is a difference */
	bool whole;			/* the table is made anew, not changed */
	bool narrower;			/* something may be refused that was let through */
	size_t elems_added, elems_removed, chains, sets;	/* chains: filled anew */
	struct addr gone[FW_GONE_MAX];	/* narrower by nothing else than that no peer has these any more; */
	size_t ngone;			/* 0: by something else, too, or by more of them */
};

/* have: what the kernel has (found false: nothing). Messages without begin and end; w may be NULL, to look only. */
void fw_diff(const struct fw_table *have, const struct fw_table *want, struct wr *w, struct fw_change *c);

/* Octets that are enough for the messages of any difference between the two. */
size_t fw_diff_size(const struct fw_table *have, const struct fw_table *want);

#endif /* FW_DIFF_H */
