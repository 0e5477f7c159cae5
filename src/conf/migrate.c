/* Version 1 is the first: there are no steps yet. The next one adds a row below and raises CONF_SCHEMA_VERSION. */
#include "conf/migrate.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>

#include "base/err.h"
#include "conf/conf.h"

static const struct conf_step steps[] = {
	{ .up = NULL }
};

const struct conf_schema_steps conf_schema_steps = { CONF_SCHEMA_VERSION, steps };

int
conf_schema_version(const json_t *doc)
{
	const json_t *v = json_object_get(doc, "schema_version");

	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > INT_MAX)
		return -1;
	return (int)json_integer_value(v);
}

static const struct conf_step *
step_from(const struct conf_schema_steps *s, int version)
{
	const struct conf_step *step;

	for (step = s->steps; step->up != NULL; step++)
		if (step->from == version)
			return step;
	return NULL;
}

int
conf_migrate(json_t *doc, const struct conf_schema_steps *s, struct err *e)
{
	int r, version = conf_schema_version(doc);

	if (version < 0)
		return err_field(e, ERR_VALIDATION, "schema_version", "is required");
	if (version > s->current)
		return err_field(e, ERR_VALIDATION, "schema_version", "%d is newer than %d, which this program knows",
		    version, s->current);
	for (; version < s->current; version++) {
		const struct conf_step *step = step_from(s, version);

		if (step == NULL)
			return err_field(e, ERR_VALIDATION, "schema_version", "%d is not known", version);
		if ((r = step->up(doc, e)) < 0)
			return r;
		if (json_object_set_new(doc, "schema_version", json_integer(version + 1)) < 0)
			return err_sys(e, -ENOMEM, "configuration");
	}
	return 0;
}
