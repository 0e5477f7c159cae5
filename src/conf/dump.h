/* A document as the text of its file: sections with a member a line, and of arrays of objects one a line, so that many
 * devices stay within the size of a file, and a comparison of two files shows which. */
#ifndef CONF_DUMP_H
#define CONF_DUMP_H

#include <stddef.h>

#include <jansson.h>

/* Malloc'd, ended with a newline and NUL; *n without the NUL. NULL when out of memory. */
char *conf_dump(const json_t *doc, size_t *n);

/* The same text of what was a draft (conf/draft.h) of base: lines of devices that they share are copied from that of base. */
char *conf_dump_draft(const json_t *doc, const json_t *base, const char *base_text, size_t *n);

#endif /* CONF_DUMP_H */
