/* The questions of the first run, one row each: wizard, terminal, init file and
 * environment all come from here. A way of being reached or a step that comes
 * to work later is one row, or one word in a list, more. */
#ifndef SETUP_FIELD_H
#define SETUP_FIELD_H

#include <stdbool.h>

#include "base/str.h"

enum setup_type {
	SETUP_TEXT,
	SETUP_CHOICE,
	SETUP_SECRET,		/* never shown again */
	SETUP_INTEGER
};

enum setup_default {
	SETUP_DEF_NONE,		/* none, or that of the configuration */
	SETUP_DEF_TEXT,
	SETUP_DEF_HOST_LABEL,
	SETUP_DEF_HOST_TIMEZONE
};

struct setup_field {
	const char *name;
	const char *step;		/* NULL: only in the whole answer */
	enum setup_type type;
	bool required;
	enum setup_default from;
	const char *def;		/* SETUP_DEF_TEXT; the fallback of the others */
	const char *const *choices;	/* SETUP_CHOICE: ended by NULL */
	const char *refusal;		/* SETUP_CHOICE: why another one is refused; NULL: the list says it */
	const char *const *modes;	/* asked in these domain modes only, ended by NULL; NULL: in all */
	const char *section, *key;	/* where the answer stands in the configuration, or, of a secret, is sealed for;
					 * NULL: nowhere */
	const char *help;
};

extern const struct setup_field setup_fields[];		/* ended by name NULL */
extern const char *const setup_steps[];			/* in order, ended by NULL */

const struct setup_field *setup_field_find(struct str name);	/* NULL: no such field */
bool setup_step_known(const char *step);

bool setup_field_is_asked(const struct setup_field *f, const char *mode);

/* A field of the specification that this version does not have yet: its refusal can say so. */
bool setup_field_is_later(struct str name);

#endif /* SETUP_FIELD_H */
