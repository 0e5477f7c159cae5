/* What a request may change in a draft: the settings of a section, and no
 * member that the cell sets itself. The draft is checked as a whole afterwards
 * by conf_build(), so here only "may this member be named at all" is decided. */
#ifndef CONF_PATCH_H
#define CONF_PATCH_H

#include <stdbool.h>

#include <jansson.h>

struct err;

/* Merge patch (RFC 7396) into one settings section of draft. null resets a member to its default, but is
 * kept where null is a value of its own. Refused with 400 naming each member: unknown ones, those the cell
 * sets, arrays of records (with the path that changes them). A section that cannot be patched is
 * ERR_NOT_FOUND. 0 or a negative errno; after a failure draft must be dropped. */
int conf_patch_section(json_t *draft, const char *section, const json_t *patch, struct err *e);

/* The flat identity members of PUT /api/config: cell_name, domain_mode, domain_name, timezone, ip_range. */
int conf_patch_flat(json_t *draft, const json_t *patch, struct err *e);

/* Is this one of the flat members? */
bool conf_patch_is_flat(const char *key);

/* A request for one record names its own members: "dns.records[3].value" in e becomes "value". */
void conf_patch_err_record(struct err *e);

#endif /* CONF_PATCH_H */
