/* From a completed document to struct conf, row by row. */
#ifndef CONF_FILL_H
#define CONF_FILL_H

#include <jansson.h>

struct conf;

/* Strings and arrays come from c->arena. What has a wrong type stays zero: rules.c can look at the rest, so that
 * a person sees all mistakes at once. 0 or -ENOMEM. */
int conf_fill(struct conf *c, const json_t *doc);

#endif /* CONF_FILL_H */
