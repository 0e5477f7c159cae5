/* The document as it may leave the cell (SEC-1, SEC-2): without secret_ref,
 * with has_secret instead; and the way back in. */
#ifndef CONF_PUBLIC_H
#define CONF_PUBLIC_H

#include <stdbool.h>

#include <jansson.h>

struct err;

/* A deep copy of a whole document, of a section or of a record, without any secret_ref. NULL when out of memory. */
json_t *conf_public(const json_t *doc);

/* A copy of a change list (conf_diff()) with every secret_ref as "(secret)" (data.md 7). */
json_t *conf_public_changes(const json_t *changes);

/* Put an exported document back into a draft (CFG-12). Secrets and what else the cell sets itself stay as they
 * are in draft; a record that draft does not have comes without secret. replace: sections and records missing
 * in document return to their defaults; otherwise document is merged in. setup, users, tokens and auth are
 * never touched. 0 or -EINVAL with e naming what is not a section. */
int conf_public_import(json_t *draft, const json_t *document, bool replace, struct err *e);

#endif /* CONF_PUBLIC_H */
