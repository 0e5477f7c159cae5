/* The document as it may leave the cell (SEC-1, SEC-2): without secret_ref,
 * with has_secret instead. */
#ifndef CONF_PUBLIC_H
#define CONF_PUBLIC_H

#include <jansson.h>

/* A deep copy of a whole document, of a section or of a record, without any secret_ref. NULL when out of memory. */
json_t *conf_public(const json_t *doc);

/* A copy of a change list (conf_diff()) with every secret_ref as "(secret)" (data.md 7). */
json_t *conf_public_changes(const json_t *changes);

#endif /* CONF_PUBLIC_H */
