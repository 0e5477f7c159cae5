/* Older documents become current ones in pure steps from one schema version to
 * the next (data.md 3.3, STA-5). A step sees the raw document of its version
 * and nothing else: no clock, no file. */
#ifndef CONF_MIGRATE_H
#define CONF_MIGRATE_H

#include <jansson.h>

struct err;

struct conf_step {
	int from;				/* makes schema version from + 1 of it */
	int (*up)(json_t *doc, struct err *e);	/* in place; 0 or a negative errno with e set */
};

struct conf_schema_steps {
	int current;			/* schema version of this program */
	const struct conf_step *steps;	/* ended by up NULL */
};

/* Those of this program. */
extern const struct conf_schema_steps conf_schema_steps;

/* The schema_version of a document; -1 if it has none. */
int conf_schema_version(const json_t *doc);

/* Bring doc to s->current. Done twice it changes nothing more. 0, or a negative errno with e set: a missing step,
 * no or a newer version, a step that failed; doc must then be dropped. */
int conf_migrate(json_t *doc, const struct conf_schema_steps *s, struct err *e);

#endif /* CONF_MIGRATE_H */
