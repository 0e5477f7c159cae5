/* rev: the generation that last changed a section object or a record. */
#ifndef CONF_REV_H
#define CONF_REV_H

#include <stdint.h>

#include <jansson.h>

/* Set rev in every section object and record of next: that of now where nothing changed, else generation. now may
 * be NULL: everything is new. A section's rev is about its own members; records in it have their own. 0 or -ENOMEM. */
int conf_rev_stamp(const json_t *now, json_t *next, uint64_t generation);

#endif /* CONF_REV_H */
