/* One file into memory. */
#include "conf/load.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "conf/locate.h"
#include "conf/migrate.h"
#include "sys/file.h"

/* e says which member is wrong: add the file, and where in it that member stands. */
static int
fail_member(const struct conf_loaded *l, const char *label, struct err *e)
{
	struct str text = { l->text, l->n };
	unsigned line, column;

	if (e->nfields == 0)
		return err_set(e, e->kind, "%s: %s", label, e->detail);
	conf_json_position(text, conf_locate(text, e->fields[0].field), &line, &column);
	return err_set(e, ERR_VALIDATION, "%s: line %u, column %u: %s", label, line, column, e->detail);
}

static int
load_doc(struct conf_loaded *l, int dirfd, const char *name, const char *label,
    const struct conf_schema_steps *schema, struct err *e)
{
	int r = file_read(dirfd, name, CONF_FILE_MAX, &l->text, &l->n, e);

	if (r < 0)
		return r;
	l->doc = conf_json_read(l->text, l->n, e);
	if (l->doc == NULL)
		return err_set(e, ERR_VALIDATION, "%s: %s", label, e->detail);
	l->version = conf_schema_version(l->doc);
	r = conf_migrate(l->doc, schema, e);
	return r < 0 ? fail_member(l, label, e) : 0;
}

int
conf_load_doc(struct conf_loaded *l, int dirfd, const char *name, const char *label,
    const struct conf_schema_steps *schema, struct err *e)
{
	struct err mine;
	int r;

	*l = (struct conf_loaded){ .version = -1 };
	err_clear(&mine);
	r = load_doc(l, dirfd, name, label, schema, &mine);
	if (r < 0 && e != NULL)
		*e = mine;
	return r;
}

int
conf_load(struct conf_loaded *l, int dirfd, const char *name, const char *label,
    const struct conf_schema_steps *schema, struct err *e)
{
	struct err mine;
	int r = conf_load_doc(l, dirfd, name, label, schema, e);

	if (r < 0)
		return r;
	err_clear(&mine);
	r = conf_build(&l->conf, l->doc, &mine);
	if (r < 0)
		r = fail_member(l, label, &mine);
	else if (l->conf->generation == 0)
		r = err_set(&mine, ERR_VALIDATION, "%s: generation: must be at least 1", label);
	if (r < 0 && e != NULL)
		*e = mine;
	return r;
}

void
conf_loaded_drop(struct conf_loaded *l)
{
	free(l->text);
	json_decref(l->doc);
	conf_unref(l->conf);
	*l = (struct conf_loaded){ .version = -1 };
}
