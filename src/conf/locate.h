/* Where in a file a member stands, so that a message about a wrong value can
 * name the line. */
#ifndef CONF_LOCATE_H
#define CONF_LOCATE_H

#include <stddef.h>

#include "base/str.h"

/* Offset of the value at path ("dns.records[3].ttl") in text, which is valid JSON. Where the
 * path leads nowhere: of the last value on the way. */
size_t conf_locate(struct str text, const char *path);

#endif /* CONF_LOCATE_H */
