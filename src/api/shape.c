/* Documents against shapes. */
#include "api/shape.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "api/walk.h"
#include "base/err.h"
#include "conf/check.h"
#include "sys/clk.h"

enum { PATH_MAX_LEN = ERR_FIELD_MAX };

/* What the recursion over a document carries. */
struct check {
	struct err *e;
	bool in;	/* a request: trim, and leave values of rows to conf */
	bool rows;	/* inside members that come from conf rows */
	bool bad;
};

static void shape_walk(struct check *c, const struct api_shape *s, json_t *j,
    const char *path);
static void member_walk(struct check *c, const struct api_member *m, json_t *v,
    const char *path);

/* --- values ---------------------------------------------------------------- */

static const char *
wants_text(const struct api_member *m, char *buf, size_t size)
{
	if (m->max == 0)
		return "text";
	if (m->min > 0)
		snprintf(buf, size, "text of %lld to %lld characters",
		    (long long)m->min, (long long)m->max);
	else
		snprintf(buf, size, "text of at most %lld characters",
		    (long long)m->max);
	return buf;
}

static const char *
wants_choice(const struct api_member *m, char *buf, size_t size)
{
	size_t i, n = 0;
	int len;

	for (i = 0; m->choices[i] != NULL && n < size; i++) {
		len = snprintf(buf + n, size - n, "%s%s",
		    i == 0 ? "one of " : ", ", m->choices[i]);
		n += len < 0 ? 0 : (size_t)len;
	}
	return buf;
}

const char *
api_shape_wants(const struct api_member *m, char *buf, size_t size)
{
	switch (m->type) {
	case API_BOOL:
		return "true or false";
	case API_INT:
		if (m->min == 0 && m->max == 0)
			return "an integer";
		snprintf(buf, size, "an integer from %lld to %lld",
		    (long long)m->min, (long long)m->max);
		return buf;
	case API_TEXT:
		return wants_text(m, buf, size);
	case API_CHOICE:
		return wants_choice(m, buf, size);
	case API_TIME:
		return "a time, for example 2026-07-01T09:30:00Z";
	case API_UUID:
		return "a UUID in lower case";
	case API_TEXTS:
		if (m->choices == NULL)
			return "a list of texts";
		snprintf(buf, size, "a list, each ");
		(void)wants_choice(m, buf + 14, size - 14);
		return buf;
	case API_ARRAY:
		return "a list of objects";
	case API_OBJECT:
	case API_MAP:
		return "an object";
	case API_ANY:
		break;
	}
	return "a value";
}

static bool
in_bounds(const struct api_member *m, int64_t n)
{
	return (m->min == 0 && m->max == 0) || (n >= m->min && n <= m->max);
}

static bool
is_choice(const struct api_member *m, const char *s)
{
	size_t i;

	for (i = 0; m->choices[i] != NULL; i++)
		if (strcmp(m->choices[i], s) == 0)
			return true;
	return false;
}

static bool
texts_ok(const struct api_member *m, const json_t *v)
{
	const json_t *t;
	size_t i;

	if (!json_is_array(v) || !in_bounds(m, (int64_t)json_array_size(v)))
		return false;
	json_array_foreach(v, i, t)
		if (!json_is_string(t) || (m->choices != NULL &&
		    !is_choice(m, json_string_value(t))))
			return false;
	return true;
}

/* Type and range of one value; what lies inside it comes later. */
static bool
value_ok(const struct api_member *m, const json_t *v)
{
	int64_t t;

	switch (m->type) {
	case API_BOOL:
		return json_is_boolean(v);
	case API_INT:
		return json_is_integer(v) && in_bounds(m, json_integer_value(v));
	case API_TEXT:
		return json_is_string(v) &&
		    in_bounds(m, (int64_t)json_string_length(v));
	case API_CHOICE:
		return json_is_string(v) && is_choice(m, json_string_value(v));
	case API_TIME:
		return json_is_string(v) && clk_read(json_string_value(v), &t) == 0;
	case API_UUID:
		return json_is_string(v) &&
		    conf_is_uuid(str_of(json_string_value(v)));
	case API_TEXTS:
		return texts_ok(m, v);
	case API_ARRAY:
		return json_is_array(v) &&
		    in_bounds(m, (int64_t)json_array_size(v));
	case API_OBJECT:
	case API_MAP:
		return json_is_object(v);
	case API_ANY:
		break;
	}
	return true;
}

/* --- the walk over a document ------------------------------------------------ */

static void
fault(struct check *c, const char *path, const char *what)
{
	(void)err_field(c->e, ERR_VALIDATION, path, "%s", what); /* c->bad tells */
	c->bad = true;
}

static const char *
path_join(char buf[PATH_MAX_LEN], const char *path, const char *name)
{
	snprintf(buf, PATH_MAX_LEN, "%s%s%s", path, *path != '\0' ? "." : "",
	    name);
	return buf;
}

/* One text of a request: without outer spaces, without control characters. */
static void
text_clean(struct check *c, json_t *v, const char *path)
{
	struct str s = { json_string_value(v), json_string_length(v) };
	struct str t = str_trim(s);

	if (!str_printable(s))
		fault(c, path, "must not hold control characters");
	else if (t.n != s.n)
		c->bad |= json_string_setn(v, t.p, t.n) != 0;
}

/* Every text in j, whatever its place. */
static void
clean(struct check *c, json_t *j, const char *path)
{
	char sub[PATH_MAX_LEN];
	const char *name;
	json_t *v;
	size_t i;

	if (json_is_string(j))
		text_clean(c, j, path);
	json_object_foreach(j, name, v)
		clean(c, v, path_join(sub, path, name));
	json_array_foreach(j, i, v)
		clean(c, v, path);
}

static void
items_walk(struct check *c, const struct api_shape *s, json_t *j,
    const char *path)
{
	char sub[PATH_MAX_LEN];
	json_t *v;
	size_t i;

	json_array_foreach(j, i, v) {
		snprintf(sub, sizeof(sub), "%s[%zu]", path, i);
		if (json_is_object(v) || (s != NULL && s->type == API_ANY))
			shape_walk(c, s, v, sub);
		else
			fault(c, sub, "must be an object");
	}
}

static void
value_walk(struct check *c, const struct api_member *m, json_t *v,
    const char *path)
{
	const char *name;
	char sub[PATH_MAX_LEN];
	json_t *item;

	if (m->type == API_OBJECT)
		shape_walk(c, m->shape, v, path);
	else if (m->type == API_ARRAY)
		items_walk(c, m->shape, v, path);
	else if (m->type == API_MAP)
		json_object_foreach(v, name, item)
			shape_walk(c, m->shape, item, path_join(sub, path, name));
}

/* A value that has a place in the shape. */
static void
member_walk(struct check *c, const struct api_member *m, json_t *v,
    const char *path)
{
	char wants[256], rule[300];

	if (json_is_null(v) && (m->flags & API_NULL) != 0)
		return;
	if (c->in && (m->flags & (API_SECRET | API_LINES)) == 0 && m->type != API_OBJECT &&
	    m->type != API_ARRAY)
		clean(c, v, path);
	if (c->in && c->rows)
		return;
	if (value_ok(m, v)) {
		value_walk(c, m, v, path);
		return;
	}
	snprintf(rule, sizeof(rule), "must be %s",
	    api_shape_wants(m, wants, sizeof(wants)));
	fault(c, path, rule);
}

static void
names_known(struct check *c, const struct api_shape *s, json_t *j,
    const char *path)
{
	char sub[PATH_MAX_LEN];
	struct api_walk w;
	const char *name;
	json_t *v;

	api_walk_init(&w, s, c->in);
	json_object_foreach(j, name, v)
		if (!api_walk_find(&w, name))
			fault(c, path_join(sub, path, name), "is not known here");
}

static void
shape_walk(struct check *c, const struct api_shape *s, json_t *j,
    const char *path)
{
	char sub[PATH_MAX_LEN];
	struct api_walk w;
	json_t *v;
	bool rows = c->rows;

	if (s == NULL || s->type == API_ANY)
		return;
	if (!json_is_object(j)) {
		fault(c, path, "must be an object");
		return;
	}
	names_known(c, s, j, path);
	api_walk_init(&w, s, c->in);
	while (api_walk_next(&w)) {
		v = json_object_get(j, w.m->name);
		c->rows = w.m == &w.made;
		if (v != NULL)
			member_walk(c, w.m, v, path_join(sub, path, w.m->name));
		else if ((w.m->flags & API_OPT) == 0 && !(c->in && c->rows))
			fault(c, path_join(sub, path, w.m->name), "is missing");
		c->rows = rows;
	}
}

/* The whole document: an object, or an array or map of them. */
static void
top_walk(struct check *c, const struct api_shape *s, json_t *j)
{
	const struct api_member top = { .type = s->type,
		.shape = s->item != NULL ? s->item : s };

	c->bad = !value_ok(&top, j);
	if (c->bad) /* tells; there is no member to name */
		(void)err_set(c->e, ERR_VALIDATION, "the document must be %s",
		    s->type == API_ARRAY ? "a list" : "an object");
	else if (s->type == API_OBJECT)
		shape_walk(c, s, j, "");
	else
		value_walk(c, &top, j, "");
}

int
api_shape_check(const struct api_shape *s, json_t *body, struct err *e)
{
	struct check c = { .e = e, .in = true };

	top_walk(&c, s, body);
	return c.bad ? err_errno(ERR_VALIDATION) : 0;
}

int
api_shape_verify(const struct api_shape *s, const json_t *reply, struct err *e)
{
	struct check c = { .e = e };

	/* only requests are written to; the walk is one for both */
	top_walk(&c, s, (json_t *)(uintptr_t)reply);
	return c.bad ? err_errno(ERR_VALIDATION) : 0;
}

static json_t *
value_of_text(const struct api_member *m, struct str text)
{
	uint64_t n;

	if (m->type == API_INT)
		return str_u64(text, INT64_MAX, &n) ?
		    json_integer((json_int_t)n) : NULL;
	if (m->type != API_BOOL)
		return json_stringn(text.p, text.n);
	if (str_eqz(text, "1") || str_eqz(text, "true"))
		return json_true();
	if (str_eqz(text, "0") || str_eqz(text, "false"))
		return json_false();
	return NULL;
}

json_t *
api_shape_value(const struct api_member *m, struct str text, struct err *e)
{
	struct check c = { .e = e, .in = true };
	char wants[256], rule[300];
	json_t *v = value_of_text(m, text);

	if (v == NULL) {
		snprintf(rule, sizeof(rule), "must be %s",
		    api_shape_wants(m, wants, sizeof(wants)));
		fault(&c, m->name, rule);
	} else {
		member_walk(&c, m, v, m->name);
	}
	if (!c.bad)
		return v;
	json_decref(v);
	return NULL;
}

bool
api_shape_is_once(const struct api_shape *s)
{
	const struct api_member *m;

	if (s == NULL)
		return false;
	for (m = s->members; m != NULL && m->name != NULL; m++)
		if ((m->flags & API_ONCE) != 0 || api_shape_is_once(m->shape))
			return true;
	return api_shape_is_once(s->item);
}
