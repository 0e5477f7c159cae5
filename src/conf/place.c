#include "conf/place.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/wr.h"
#include "conf/schema.h"

struct place {
	const struct conf_section *section;
	const struct conf_row *row;	/* of its records */
	struct str head, rest;		/* "peers", ".ip" */
	uint64_t index;
};

static bool
place_read(const char *field, struct place *p)
{
	struct str s = str_of(field), name, number;
	char section[ERR_FIELD_MAX], member[ERR_FIELD_MAX];

	if (!str_cut(&s, '[', &p->head) || !str_cut(&s, ']', &number) || !str_u64(number, SIZE_MAX, &p->index))
		return false;
	p->rest = s;
	s = p->head;
	if (!str_cut(&s, '.', &name) || !str_copy(name, section, sizeof(section)) || !str_copy(s, member, sizeof(member)))
		return false;
	p->section = conf_section_find(section);
	if (p->section == NULL)
		return false;
	p->row = s.n == 0 ? p->section->row : conf_row_find(p->section->row->rows, member);
	return p->row != NULL && conf_row_key(p->row) != NULL;
}

static const json_t *
records(const struct place *p, const json_t *doc)
{
	const json_t *section = json_object_get(doc, p->section->name);

	return p->row == p->section->row ? section : json_object_get(section, p->row->key);
}

static size_t
find(const json_t *array, const char *member, const char *key)
{
	const json_t *record;
	size_t i;

	json_array_foreach(array, i, record)
		if (str_ieq(str_of(json_string_value(json_object_get(record, member))), str_of(key)))
			break;
	return i;
}

/* Where it does not fit, it stays what it was. */
static void
put(char field[ERR_FIELD_MAX], const struct place *p, const json_t *array, const char *key)
{
	const size_t i = find(array, conf_row_key(p->row)->key, key);
	char text[ERR_FIELD_MAX];
	struct wr w;

	wr_init(&w, text, sizeof(text));
	wr_bytes(&w, p->head.p, p->head.n);
	wr_u8(&w, '[');
	if (i < json_array_size(array))
		wr_decimal(&w, i);
	else
		wr_text(&w, key);
	wr_u8(&w, ']');
	wr_bytes(&w, p->rest.p, p->rest.n);
	wr_u8(&w, 0);
	if (wr_ok(&w))
		memcpy(field, text, wr_len(&w));
}

void
conf_place(struct err *e, size_t first, const json_t *draft, const json_t *document)
{
	struct place p;
	const json_t *record;
	const char *key;
	size_t i;

	for (i = first; i < e->nfields && i < ERR_FIELDS_MAX; i++) {
		if (!place_read(e->fields[i].field, &p))
			continue;
		record = json_array_get(records(&p, draft), (size_t)p.index);
		key = json_string_value(json_object_get(record, conf_row_key(p.row)->key));
		if (key != NULL)
			put(e->fields[i].field, &p, records(&p, document), key);
	}
	if (e->nfields > 0)
		(void)snprintf(e->detail, sizeof(e->detail), "%s: %s", e->fields[0].field,
		    e->fields[0].message);	/* both fit together */
}
