/* Entity tags of configuration resources (api.md 1.4): "r<rev>" of a section
 * or record, "g<generation>" of the whole. */
#ifndef API_ETAG_H
#define API_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { API_ETAG_MAX = 24 };

/* "\"r43\"" into buf; kind is 'r' or 'g'. Returns buf. */
const char *api_etag_text(char kind, uint64_t n, char buf[API_ETAG_MAX]);

/* Does a list of If-Match or If-None-Match hold this tag? "*" matches everything. Weak tags ("W/") match only
 * with weak_ok (If-None-Match). A malformed list matches nothing. */
bool api_etag_match(struct str list, char kind, uint64_t n, bool weak_ok);

#endif /* API_ETAG_H */
