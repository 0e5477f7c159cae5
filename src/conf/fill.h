/* From a completed document to struct conf, row by row. */
#ifndef CONF_FILL_H
#define CONF_FILL_H

#include <jansson.h>

struct conf;

/* Arrays come from c->arena, strings stay in doc. What has a wrong type stays zero: rules.c can look at the rest, so that
 * a person sees all mistakes at once. base: what doc was a draft of (conf/draft.h), or NULL. 0 or -ENOMEM. */
int conf_fill(struct conf *c, const json_t *doc, const struct conf *base);

#endif /* CONF_FILL_H */
