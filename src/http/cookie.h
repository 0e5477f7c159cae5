/* Cookies on their way through a proxy (RFC 6265): those of the proxy itself pass in neither direction, and none that a
 * server sets reaches above its own host name. Pure. */
#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include <stdbool.h>

#include "base/str.h"

struct wr;

/* Write what of a Cookie header is not named in hide, which ends with NULL; case does not count there. False: nothing is left. */
bool http_cookie_pass(struct str header, const char *const *hide, struct wr *w);

/* Write a Set-Cookie header without a Domain other than host. False: it must not pass, because hide names it or it has no
 * name (then a browser could send its value as one). */
bool http_set_cookie_pass(struct str header, const char *const *hide, struct str host, struct wr *w);

#endif /* HTTP_COOKIE_H */
