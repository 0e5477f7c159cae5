/* Going back to an earlier document (data.md 3.2 rule 4): everything returns but who may come in. */
#ifndef CONF_ROLLBACK_H
#define CONF_ROLLBACK_H

#include <jansson.h>

struct err;

/* Draft gets the sections of doc, complete, but users, tokens and auth. A device that draft does not have, or has with another
 * key, returns disabled; one whose owner is gone is nobody's. 0, or a negative errno with e set. */
int conf_rollback(json_t *draft, json_t *doc, struct err *e);

#endif /* CONF_ROLLBACK_H */
