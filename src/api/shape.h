/* The shape of a JSON document, one row per member. Requests are checked
 * against it before a handler runs, replies are checked against it by the
 * tests, and the OpenAPI document is written from it (schema.h), so none of
 * the three can say something else than the others. Members that are stored in
 * the configuration are not written down twice: they come from its schema. */
#ifndef API_SHAPE_H
#define API_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct conf_row;	/* conf/schema.h */
struct err;

enum api_type {
	API_BOOL,
	API_INT,	/* min..max */
	API_TEXT,	/* min..max bytes */
	API_CHOICE,	/* one of choices */
	API_TIME,	/* RFC 3339, UTC */
	API_UUID,
	API_TEXTS,	/* array of min..max texts, of choices if there are any */
	API_OBJECT,	/* of shape */
	API_ARRAY,	/* of min..max objects of shape */
	API_MAP,	/* any names, each an object of shape */
	API_ANY		/* any JSON value */
};

enum {
	API_OPT = 1 << 0,	/* may be absent */
	API_NULL = 1 << 1,	/* may be null */
	API_SECRET = 1 << 2,	/* taken as it is: not trimmed, any character; never in a reply */
	API_ONCE = 1 << 3,	/* a secret that a reply shows this one time */
	API_LINES = 1 << 4,	/* of many lines: taken as it is */
	API_ONE_OF = 1 << 5	/* with API_OPT: exactly one of those with this is there */
};

struct api_shape;

struct api_member {
	const char *name;
	enum api_type type;
	unsigned flags;
	int64_t min, max;	/* both 0 = no bound */
	const char *const *choices;	/* ended by NULL */
	const struct api_shape *shape;
	const char *example;	/* JSON text; NULL: a plain one of the type */
	const char *help;
};

enum {
	API_SETTINGS = 1 << 0,	/* of conf: not the arrays that have paths of their own */
	API_PARTIAL = 1 << 1	/* every member may be absent */
};

struct api_shape {
	const char *name;	/* in components/schemas; NULL = written out where it is used */
	enum api_type type;	/* API_OBJECT, API_ARRAY, API_MAP, API_ANY */
	const struct api_member *members;	/* of the object, or of each item; ended by name NULL */
	const char *conf;	/* and what the configuration holds at "dns", "dns.records"; "*" = every section */
	unsigned flags;
	const struct api_shape *item;	/* ARRAY, MAP: instead of members */
	const struct conf_row *rows;	/* as conf, for nested objects; set by shape.c itself */
};

/* Check a request body. Texts are trimmed in place. Every fault becomes a field of e (400): unknown and missing
 * members, types, ranges, control characters. Values of configuration members are left to conf_build(), which
 * has the rules. 0 or -EINVAL. */
int api_shape_check(const struct api_shape *s, json_t *body, struct err *e);

/* Check a reply, configuration members included; changes nothing. 0 or -EINVAL. */
int api_shape_verify(const struct api_shape *s, const json_t *reply, struct err *e);

/* Has a reply of it a member with API_ONCE? NULL has none. */
bool api_shape_is_once(const struct api_shape *s);

/* The text of a query parameter as a value of the member's type. A new reference, or NULL with a field of e. */
json_t *api_shape_value(const struct api_member *m, struct str text, struct err *e);

/* "an integer from 1 to 5": what a member wants, in words. */
const char *api_shape_wants(const struct api_member *m, char *buf, size_t size);

#endif /* API_SHAPE_H */
