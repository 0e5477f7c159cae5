/* Every member of a document against its row: known, present, right type,
 * in range, and what the row's own check says. */
#ifndef CONF_VERIFY_H
#define CONF_VERIFY_H

#include <jansson.h>

struct err;

/* Adds one ERR_VALIDATION field per wrong member of a completed document. What a draft (conf/draft.h) shares with base is
 * right already; base NULL: look at everything. */
void conf_verify(const json_t *doc, const json_t *base, struct err *e);

#endif /* CONF_VERIFY_H */
