/* How a patch goes through a draft, row by row: for patch.c and import.c, and nobody else. */
#ifndef CONF_PATCH_WALK_H
#define CONF_PATCH_WALK_H

#include <jansson.h>

#include "base/err.h"

struct conf_row;
struct conf_section;

struct conf_patch {
	struct err *e;
	char path[ERR_FIELD_MAX];	/* where it is */
	/* An array of records of target, of which the members that the cell sets are passed over; NULL: it is a request, which
	 * may name neither. */
	int (*records)(struct conf_patch *p, const struct conf_row *row, json_t *target, json_t *records);
	json_t *before;			/* of import.c: what it replaces, as it was, by the names of its arrays; else NULL */
};

/* One settings section of draft; one object, called name where something is wrong. */
int conf_patch_settings(struct conf_patch *p, const struct conf_section *s, json_t *draft, const json_t *patch);
int conf_patch_object(struct conf_patch *p, const char *name, const struct conf_row *rows, json_t *target,
    const json_t *patch);

int conf_patch_no_memory(struct conf_patch *p);

#endif /* CONF_PATCH_WALK_H */
