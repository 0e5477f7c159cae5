/* Parts of a request target and of Host, decoded exactly once. Everything that
 * could mean another resource to the next program is refused. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Cut the next segment off a path: "/a/b" gives "a", then "b", then false.
 * "/" and a final slash give one empty segment. Still encoded. */
bool http_path_cut(struct str *path, struct str *segment);

/* Percent-decode one segment into buf; out points into it. False for bad escapes, %00, an encoded or
 * plain '/' or '\', the segments "." and "..", and what does not fit. */
bool http_segment_decode(struct str raw, char *buf, size_t size, struct str *out);

/* A value of the query "a=1&b=two": 1 and *value (decoded into buf, '+' is a blank), 0 when key is
 * absent, -EINVAL for bad escapes or %00, -ENOSPC when it does not fit. The first of several counts.
 * "key" without '=' gives an empty value. */
int http_query_get(struct str query, const char *key, char *buf, size_t size, struct str *value);

/* Cut the next name off a query, both sides still encoded; false at the end. */
bool http_query_cut(struct str *query, struct str *key, struct str *value);

/* "name", "name:port", "1.2.3.4", "[::1]:3000" → name (brackets kept) and port (0 = none). False for
 * anything with other characters than letters, digits, '-', '_', '.', or an IPv6 literal in brackets. */
bool http_host_read(struct str host, struct str *name, uint16_t *port);

#endif /* HTTP_TARGET_H */
