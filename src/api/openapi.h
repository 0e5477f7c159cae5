/* The OpenAPI 3.1 document of this API, written from the route tables. The
 * copy in the tree, openapi.json, is held equal to it by a unit test. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include <stddef.h>

#include <jansson.h>

struct api_route;

/* The whole document. New reference, NULL when out of memory. */
json_t *api_openapi(void);

/* The same as it is served: indented, ended by a newline. Malloc'd; NULL when out of memory. */
char *api_openapi_text(size_t *n);

/* The problem codes that a row may answer by its kind alone, as "400 401 403"; into buf. */
enum { API_CODES_MAX = 96 };
const char *api_openapi_codes(const struct api_route *r, char buf[API_CODES_MAX]);

#endif /* API_OPENAPI_H */
