/* What a request may change in a draft: the settings of a section, and no
 * member that the cell sets itself. The draft is checked as a whole afterwards
 * by conf_build(), so here only "may this member be named at all" is decided. */
#ifndef CONF_PATCH_H
#define CONF_PATCH_H

#include <stdbool.h>

#include <jansson.h>

struct err;

/* Octets of a document to import: CONF_FILE_MAX, with the white space of a form for people. */
enum { CONF_IMPORT_MAX = 12 << 20 };

/* Merge patch (RFC 7396) into one settings section of draft. null resets a member to its default, but is
 * kept where null is a value of its own. Refused with 400 naming each member: unknown ones, those the cell
 * sets, arrays of records (with the path that changes them). A section that cannot be patched is
 * ERR_NOT_FOUND. 0 or a negative errno; after a failure draft must be dropped. */
int conf_patch_section(json_t *draft, const char *section, const json_t *patch, struct err *e);

/* The flat identity members of PUT /api/config: cell_name, domain_mode, domain_name, timezone, ip_range. */
int conf_patch_flat(json_t *draft, const json_t *patch, struct err *e);

/* Is this one of the flat members? */
bool conf_patch_is_flat(const char *key);

/* Put an exported document back into a draft (CFG-12). Secrets and whatever else the cell sets itself stay as they
 * are in draft; a record that draft does not have comes without a secret. replace: settings and records that document
 * does not name go back to their defaults or away; otherwise document is merged in, records by their key. The
 * envelope, setup, users, tokens and auth are not touched. Devices come as conf_rollback_peers() says: without what is of
 * another cell alone, and off if they are of this one; IPv6 addresses that another prefix leaves outside are made anew.
 * 0 or a negative errno, as above; fields are said of document. */
int conf_patch_import(json_t *draft, const json_t *document, bool replace, struct err *e);

/* A request for one record names its own members: "dns.records[3].value" in e becomes "value". */
void conf_patch_err_record(struct err *e);

#endif /* CONF_PATCH_H */
