/* Every member of a document against its row: known, present, right type,
 * in range, and what the row's own check says. */
#ifndef CONF_VERIFY_H
#define CONF_VERIFY_H

#include <stdbool.h>

#include <jansson.h>

struct conf_row;
struct err;

/* Adds one ERR_VALIDATION field per wrong member of a completed document. */
void conf_verify(const json_t *doc, struct err *e);

/* One value against one row, as "name"; for tests and single values. */
bool conf_verify_value(const struct conf_row *row, const json_t *value, const char *name, struct err *e);

#endif /* CONF_VERIFY_H */
