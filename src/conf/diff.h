/* The difference of two documents as the change list of data.md 7. */
#ifndef CONF_DIFF_H
#define CONF_DIFF_H

#include <stdbool.h>

#include <jansson.h>

/* New array of {"path","op","old","new"}; arrays of records are addressed by their key; rev and the envelope are left out.
 * A changed order of records is a replace of the array with old and new the lists of their keys. secret_ref is
 * shown as it is: conf_public_changes() before it leaves the cell. NULL when out of memory. */
json_t *conf_diff(const json_t *from, const json_t *to);

/* Apply a change list: conf_diff_apply(a, conf_diff(a, b)) equals b (PRO-1). 0 or -EINVAL. */
int conf_diff_apply(json_t *doc, const json_t *changes);

/* Equal but for rev and the envelope, setup included? */
bool conf_diff_same(const json_t *a, const json_t *b);

/* Does any change touch an option that opens a lease? */
bool conf_diff_needs_lease(const json_t *changes);

#endif /* CONF_DIFF_H */
