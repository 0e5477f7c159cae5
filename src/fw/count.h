/* What lines have counted: kept when a chain is filled anew, and added up for the object that wants them. Pure. */
#ifndef FW_COUNT_H
#define FW_COUNT_H

#include <stdbool.h>
#include <stdint.h>

struct fw_counts;		/* sums by the comment of the lines */
struct fw_table;

struct fw_count { uint64_t packets, bytes; };

/* Every line of want goes on from where the same line of that chain stands in have, or from 0. */
void fw_count_keep(struct fw_table *want, const struct fw_table *have);

/* Does making have into want write a line anew that has counted? */
bool fw_count_endangered(const struct fw_table *have, const struct fw_table *want);

struct fw_counts *fw_counts_new(const struct fw_table *t);	/* NULL: no memory */
void fw_counts_free(struct fw_counts *c);			/* NULL is allowed */

/* Of "rule", id: what fw_line_comment() was given. Nothing counts for it: 0. */
struct fw_count fw_counts_of(const struct fw_counts *c, const char *kind, const char *name);

#endif /* FW_COUNT_H */
