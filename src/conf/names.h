/* Records of an array by their key, in any letter case: for those who look up many. */
#ifndef CONF_NAMES_H
#define CONF_NAMES_H

#include <jansson.h>

/* The member of a record by which it is known: as json_object_get(), and quicker in a complete document, where it stands among the
 * first. Borrowed. */
json_t *conf_names_key(const json_t *record, const char *key);

/* Of one key, the last counts. A new reference, which holds the records; NULL when out of memory. */
json_t *conf_names_new(const json_t *array, const char *key);

/* Borrowed; NULL: there is none. */
json_t *conf_names_find(const json_t *names, const json_t *key);

#endif /* CONF_NAMES_H */
