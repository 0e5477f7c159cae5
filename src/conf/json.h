/* The boundary between bytes and JSON (data.md 1): UTF-8, no BOM, no comments,
 * no duplicate names, depth at most 32, integers only. Used by the file, the
 * API, the CLI and the jobs alike (INP-1). */
#ifndef CONF_JSON_H
#define CONF_JSON_H

#include <stddef.h>

#include <jansson.h>

#include "base/str.h"

struct err;

enum { CONF_JSON_DEPTH = 32 };

/* NULL with e set: "line 3, column 14: duplicate member \"zone\"". */
json_t *conf_json_read(const char *p, size_t n, struct err *e);

/* Line and column (in characters, both from 1) of the byte at off. */
void conf_json_position(struct str s, size_t off, unsigned *line, unsigned *column);

/* Malloc'd text: compact with sorted keys (RFC 8785 for our integers and strings), of which no other copy is left in
 * memory; or indented for files. NULL when out of memory. */
char *conf_json_canonical(const json_t *j);
char *conf_json_pretty(const json_t *j);

/* RFC 7396: merge patch into target (an object), in place. 0 or -ENOMEM. */
int conf_json_merge(json_t *target, const json_t *patch);

#endif /* CONF_JSON_H */
