/* Members of shapes, and rows of the configuration seen as such. */
#include "api/walk.h"

#include <stdio.h>
#include <string.h>

#include "conf/schema.h"

static const enum api_type row_types[] = {
	[CONF_T_BOOL] = API_BOOL,
	[CONF_T_INT] = API_INT,
	[CONF_T_TEXT] = API_TEXT,
	[CONF_T_CHOICE] = API_CHOICE,
	[CONF_T_TIME] = API_TIME,
	[CONF_T_PREFIX] = API_TEXT,
	[CONF_T_ADDR] = API_TEXT,
	[CONF_T_ZONE] = API_CHOICE,
	[CONF_T_ZONES] = API_TEXTS,
	[CONF_T_TEXTS] = API_TEXTS,
	[CONF_T_PREFIXES] = API_TEXTS,
	[CONF_T_ADDRS] = API_TEXTS,
	[CONF_T_OBJECT] = API_OBJECT,
	[CONF_T_RECORDS] = API_ARRAY,
};

/* Counts of arrays are bounds here as there; those of other texts are not. */
static bool
row_bounded(const struct conf_row *row)
{
	return row->type != CONF_T_PREFIX && row->type != CONF_T_ADDR &&
	    row->type != CONF_T_TIME && row->type != CONF_T_CHOICE && row->type != CONF_T_ZONE;
}

static void
member_of_row(struct api_walk *w, const struct conf_row *row)
{
	struct api_member *m = &w->made;

	*m = (struct api_member){ .name = row->key,
		.type = row_types[row->type],
		.choices = row->choices,
		.example = row->def,
		.help = row->help };
	if (row->type == CONF_T_TEXT && row->choices != NULL)
		m->type = API_CHOICE;
	if (row_bounded(row)) {
		m->min = row->min;
		m->max = row->max;
	}
	if ((row->flags & CONF_F_NULLABLE) != 0)
		m->flags |= API_NULL;
	if ((row->flags & CONF_F_ONE_OF) != 0)
		m->flags |= API_OPT | API_ONE_OF;
	if ((row->flags & CONF_F_REQUIRED) == 0 && w->in)
		m->flags |= API_OPT;
	if ((row->flags & CONF_F_SECRET_REF) != 0) {
		m->name = "has_secret";
		m->type = API_BOOL;
		m->flags = 0;
		m->example = "true";
		m->min = m->max = 0;
	}
	if ((row->flags & CONF_F_SECRET) != 0 && w->in) {
		m->flags |= API_SECRET;
	} else if ((row->flags & CONF_F_SECRET) != 0) {
		(void)snprintf(w->name, sizeof(w->name), "has_%s", row->key);	/* keys are short */
		*m = (struct api_member){ .name = w->name, .type = API_BOOL, .flags = API_OPT, .example = "true",
			.help = "It is set" };
	}
	if (row->rows != NULL) {
		/* objects are merged, records come whole */
		w->sub = (struct api_shape){ .type = API_OBJECT, .rows = row->rows,
			.flags = row->type == CONF_T_OBJECT ? w->shape->flags & API_PARTIAL : 0 };
		m->shape = &w->sub;
		m->example = NULL;
	}
	if ((w->shape->flags & API_PARTIAL) != 0)
		m->flags |= API_OPT;
	w->m = m;
}

/* The shape's own member of that name says more. */
static bool
is_shadowed(const struct api_shape *s, const char *key)
{
	const struct api_member *m;

	for (m = s->members; m != NULL && m->name != NULL; m++)
		if (strcmp(m->name, key) == 0)
			return true;
	return false;
}

static bool
row_wanted(const struct api_walk *w, const struct conf_row *row)
{
	const unsigned own = CONF_F_READONLY | CONF_F_SECRET_REF;

	if (is_shadowed(w->shape, row->key))
		return false;
	if (w->in && (row->flags & own) != 0)
		return false;
	if (!w->in && (row->flags & CONF_F_SECRET) != 0 && (row->flags & CONF_F_TOLD) == 0)
		return false;
	return (w->shape->flags & API_SETTINGS) == 0 || row->path == NULL;
}

/* "dns.records" → the rows of a record. */
static const struct conf_row *
rows_find(const char *conf)
{
	const struct conf_section *section;
	const struct conf_row *row;
	char name[32];
	size_t n = strcspn(conf, ".");

	if (!str_copy((struct str){ conf, n }, name, sizeof(name)))
		return NULL;
	section = conf_section_find(name);
	row = section != NULL ? section->row : NULL;
	if (row != NULL && conf[n] == '.')
		row = conf_row_find(row->rows, conf + n + 1);
	return row != NULL ? row->rows : NULL;
}

void
api_walk_init(struct api_walk *w, const struct api_shape *s, bool in)
{
	*w = (struct api_walk){ .shape = s, .in = in, .rows = s->rows };
	if (s->conf != NULL && strcmp(s->conf, "*") != 0)
		w->rows = rows_find(s->conf);
}

/* The next row of the configuration part, or NULL. */
static const struct conf_row *
row_next(struct api_walk *w)
{
	const struct conf_row *row;

	if (w->shape->conf != NULL && strcmp(w->shape->conf, "*") == 0)
		return conf_sections[w->j].name != NULL ?
		    conf_sections[w->j++].row : NULL;
	if (w->rows == NULL || w->rows[w->j].key == NULL)
		return NULL;
	row = &w->rows[w->j++];
	return row;
}

bool
api_walk_next(struct api_walk *w)
{
	const struct conf_row *row;

	if (w->shape->members != NULL &&
	    w->shape->members[w->i].name != NULL) {
		w->m = &w->shape->members[w->i++];
		return true;
	}
	while ((row = row_next(w)) != NULL)
		if (row_wanted(w, row)) {
			member_of_row(w, row);
			return true;
		}
	w->m = NULL;
	return false;
}

bool
api_walk_find(struct api_walk *w, const char *name)
{
	w->i = w->j = 0;
	while (api_walk_next(w))
		if (strcmp(w->m->name, name) == 0)
			return true;
	return false;
}
