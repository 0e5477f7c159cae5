/* Shapes as JSON Schema (2020-12) and as examples, for the OpenAPI document. */
#ifndef API_SCHEMA_H
#define API_SCHEMA_H

#include <stdbool.h>

#include <jansson.h>

struct api_member;
struct api_shape;

/* The schema of a document. Shapes with a name are put into named (an object, borrowed) once and referred to.
 * in: as a request sees it. New reference, NULL when out of memory. */
json_t *api_schema(const struct api_shape *s, bool in, json_t *named);

/* The schema of one member, with its help. New reference. */
json_t *api_schema_member(const struct api_member *m, bool in, json_t *named);

/* A document that obeys the shape. New reference. */
json_t *api_schema_example(const struct api_shape *s, bool in);

#endif /* API_SCHEMA_H */
