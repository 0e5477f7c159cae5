/* The target of a request: path segments and query parameters, decoded once
 * (api.md 1.1). */
#ifndef API_PATH_H
#define API_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/str.h"

struct api_shape;
struct arena;
struct err;

enum { API_SEGMENTS_MAX = 8, API_PARAMETERS_MAX = 32 };

struct api_path {
	size_t n;
	const char *segment[API_SEGMENTS_MAX];	/* decoded, in the arena */
	const char *text;	/* "/api/dns/records/<id>", decoded; for decisions by prefix */
};

/* Decode a path. False, and *p empty: it cannot name anything here: no leading '/', an empty segment, more than
 * API_SEGMENTS_MAX, a bad escape, text that is not UTF-8, or a decoded '/', NUL, control character, "." or "..". */
bool api_path_read(struct api_path *p, struct arena *a, struct str raw);

/* Does pattern ("/api/dns/records/<id>") match? rank orders the patterns that match one path: fixed words win
 * over parameters, from the left. */
bool api_path_match(const struct api_path *p, const char *pattern, unsigned *rank);

/* The segment that stands where pattern has <name>; NULL if it has none of that name. */
const char *api_path_param(const struct api_path *p, const char *pattern, const char *name);

/* The query as an object, typed by one of the shapes (either may be NULL). Unknown and repeated parameters and
 * values of a wrong type are fields of e. New reference, or NULL with e set. */
json_t *api_query_read(struct str query, const struct api_shape *own, const struct api_shape *shared, struct err *e);

#endif /* API_PATH_H */
