/* Which of many short byte strings were there before: for conflicts among thousands of records. The strings stay the
 * caller's and must stay in place. The hash is keyed: who chooses them cannot make it slow. */
#ifndef CONF_UNIQUE_H
#define CONF_UNIQUE_H

#include <stddef.h>

struct conf_unique;

/* For at most max strings. NULL when out of memory. */
struct conf_unique *conf_unique_new(size_t max);
void conf_unique_free(struct conf_unique *u);	/* NULL is allowed */

/* Add one with what it belongs to; NULL: it is new, else what the earlier one of the same bytes belongs to. */
const void *conf_unique_add(struct conf_unique *u, const void *s, size_t n, const void *owner);

#endif /* CONF_UNIQUE_H */
