/* Paths and queries of requests. */
#include "api/path.h"

#include <string.h>

#include "api/shape.h"
#include "api/walk.h"
#include "base/arena.h"
#include "base/err.h"
#include "http/target.h"

enum { VALUE_MAX = 8 << 10, NAME_MAX_LEN = 64 };

static const char *
segment_read(struct arena *a, struct str raw)
{
	char *buf = arena_alloc(a, raw.n + 1);
	struct str s;

	if (buf == NULL || !http_segment_decode(raw, buf, raw.n + 1, &s) ||
	    s.n == 0 || !str_utf8(s) || !str_printable(s))
		return NULL;
	return arena_strndup(a, s.p, s.n);
}

static const char *
path_text(const struct api_path *p, struct arena *a)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < p->n && text != NULL; i++)
		text = arena_printf(a, "%s/%s", text, p->segment[i]);
	return text;
}

static bool
segments_read(struct api_path *p, struct arena *a, struct str raw)
{
	struct str part;

	while (http_path_cut(&raw, &part)) {
		if (p->n == API_SEGMENTS_MAX)
			return false;
		p->segment[p->n] = segment_read(a, part);
		if (p->segment[p->n++] == NULL)
			return false;
	}
	return p->n > 0;
}

bool
api_path_read(struct api_path *p, struct arena *a, struct str raw)
{
	*p = (struct api_path){ .n = 0 };
	if (segments_read(p, a, raw)) {
		p->text = path_text(p, a);
		if (p->text != NULL)
			return true;
	}
	*p = (struct api_path){ .text = "" };
	return false;
}

bool
api_path_match(const struct api_path *p, const char *pattern, unsigned *rank)
{
	struct str rest = str_of(pattern), part;
	size_t i = 0;

	for (*rank = 0; http_path_cut(&rest, &part); i++) {
		if (i == p->n)
			return false;
		*rank = *rank << 1 | (part.p[0] != '<');
		if (part.p[0] != '<' && !str_eqz(part, p->segment[i]))
			return false;
	}
	return i == p->n;
}

const char *
api_path_param(const struct api_path *p, const char *pattern, const char *name)
{
	struct str rest = str_of(pattern), part;
	size_t i;

	for (i = 0; i < p->n && http_path_cut(&rest, &part); i++)
		if (part.n > 2 && part.p[0] == '<' &&
		    str_eqz((struct str){ part.p + 1, part.n - 2 }, name))
			return p->segment[i];
	return NULL;
}

/* --- query ------------------------------------------------------------------ */

static void
query_put(json_t *out, const struct api_shape *const shapes[2],
    const char *name, struct str text, struct err *e)
{
	struct api_walk w;
	json_t *v;
	bool found = false;
	size_t i;

	for (i = 0; i < 2 && !found; i++)
		if (shapes[i] != NULL) {
			api_walk_init(&w, shapes[i], true);
			found = api_walk_find(&w, name);
		}
	if (!found || json_object_get(out, name) != NULL) {
		(void)err_field(e, ERR_VALIDATION, name, found ?
		    "is given more than once" : "is not known here"); /* e->kind tells */
		return;
	}
	v = api_shape_value(w.m, text, e);
	if (v != NULL && json_object_set_new(out, name, v) < 0)
		(void)err_set(e, ERR_INTERNAL, "out of memory"); /* e->kind tells */
}

static void
parameter_read(json_t *out, const struct api_shape *const shapes[2],
    struct str pair, struct err *e)
{
	char name[NAME_MAX_LEN], buf[VALUE_MAX + 1];
	struct str rest = pair, key, value;

	(void)str_cut(&rest, '=', &key); /* no '=' is an empty value */
	if (!str_utf8(key) || !str_copy(key, name, sizeof(name)) ||
	    http_query_get(pair, name, buf, sizeof(buf), &value) != 1 ||
	    !str_utf8(value))
		(void)err_set(e, ERR_VALIDATION,
		    "the query of the address is malformed"); /* e->kind tells */
	else
		query_put(out, shapes, name, value, e);
}

static void
missing_tell(const json_t *out, const struct api_shape *own, struct err *e)
{
	struct api_walk w;

	api_walk_init(&w, own, true);
	while (api_walk_next(&w))
		if ((w.m->flags & API_OPT) == 0 && json_object_get(out, w.m->name) == NULL)
			(void)err_field(e, ERR_VALIDATION, w.m->name, "is missing"); /* e->kind tells */
}

json_t *
api_query_read(struct str query, const struct api_shape *own,
    const struct api_shape *shared, struct err *e)
{
	const struct api_shape *const shapes[2] = { own, shared };
	json_t *out = json_object();
	struct str pair;
	size_t n = 0;

	err_clear(e);
	if (out == NULL)
		(void)err_set(e, ERR_INTERNAL, "out of memory"); /* the NULL tells */
	while (out != NULL && e->kind != ERR_INTERNAL &&
	    str_cut(&query, '&', &pair)) {
		if (++n > API_PARAMETERS_MAX)
			(void)err_set(e, ERR_VALIDATION,
			    "too many parameters"); /* e->kind tells */
		else if (pair.n > 0)
			parameter_read(out, shapes, pair, e);
	}
	if (e->kind == ERR_NONE && own != NULL)
		missing_tell(out, own, e);
	if (e->kind == ERR_NONE)
		return out;
	json_decref(out);
	return NULL;
}
