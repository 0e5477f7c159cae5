/* Row against value. One function per type; each says at most one thing about one value. */
#include "conf/verify.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "conf/check.h"
#include "conf/draft.h"
#include "conf/schema.h"
#include "sys/clk.h"

enum {
	SCAN_MAX = 64,		/* longer arrays are worth a table to find what is named twice */
	ONE_OF_MAX = ERR_MESSAGE_MAX - 32
};

/* "dns.records[3].value", grown and cut back on the way through the document. */
struct path {
	char s[ERR_FIELD_MAX];
	size_t n;
};

static void
path_name(struct path *p, const char *name)
{
	size_t i;

	if (p->n > 0 && p->n + 1 < sizeof(p->s))
		p->s[p->n++] = '.';
	/* Names may be a stranger's: only what is safe to show anywhere. */
	for (i = 0; name[i] != '\0' && p->n + 1 < sizeof(p->s); i++)
		p->s[p->n++] = name[i] > 0x20 && name[i] < 0x7f ? name[i] : '?';
	p->s[p->n] = '\0';
}

static void
path_index(struct path *p, size_t i)
{
	int n = snprintf(p->s + p->n, sizeof(p->s) - p->n, "[%zu]", i);

	p->n = n < 0 || (size_t)n >= sizeof(p->s) - p->n ? sizeof(p->s) - 1 : p->n + (size_t)n;
}

static void
path_cut(struct path *p, size_t n)
{
	p->n = n;
	p->s[n] = '\0';
}

struct verify {
	struct path path;
	struct err *e;
	const json_t *base;	/* what the document in force has in the place that is looked at next, or NULL */
};

static bool bad(struct verify *y, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
bad(struct verify *y, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)err_vfield(y->e, ERR_VALIDATION, y->path.s, fmt, ap);	/* the caller looks at e */
	va_end(ap);
	return false;
}

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static bool
check(struct verify *y, const struct conf_row *row, const json_t *v)
{
	char rule[CONF_RULE_MAX];

	return row->check == NULL || row->check(v, rule, sizeof(rule)) || bad(y, "%s", rule);
}

/* C0, DEL, and C1 in its two-byte form. */
static bool
has_control(struct str s)
{
	size_t i;

	for (i = 0; i + 1 < s.n; i++)
		if ((unsigned char)s.p[i] == 0xc2 && ((unsigned char)s.p[i + 1] & 0xe0) == 0x80)
			return true;
	return !str_printable(s);
}

/* Lines end with \n; each is looked at for itself. */
static bool
is_clean(const struct conf_row *row, struct str s)
{
	struct str line;

	if ((row->flags & CONF_F_LINES) == 0)
		return !has_control(s);
	while (str_cut(&s, '\n', &line))
		if (has_control(line))
			return false;
	return true;
}

static bool
is_choice(const struct conf_row *row, const json_t *v)
{
	size_t i;

	for (i = 0; row->choices[i] != NULL; i++)
		if (str_eqz(text(v), row->choices[i]))
			return true;
	return false;
}

static bool
bad_choice(struct verify *y, const struct conf_row *row)
{
	char list[ERR_MESSAGE_MAX - 32] = "";
	size_t i, n = 0;

	for (i = 0; row->choices[i] != NULL && n < sizeof(list); i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i > 0 ? ", " : "", row->choices[i]);
	return bad(y, "must be one of %s", list);
}

static bool
verify_bool(struct verify *y, const struct conf_row *row, const json_t *v)
{
	(void)row;	/* nothing but the type */
	return json_is_boolean(v) || bad(y, "must be true or false");
}

static bool
verify_int(struct verify *y, const struct conf_row *row, const json_t *v)
{
	if (!json_is_integer(v))
		return bad(y, "must be a whole number");
	if (json_integer_value(v) < row->min || json_integer_value(v) > row->max)
		return row->min == row->max ? bad(y, "must be %lld", (long long)row->min) :
		    bad(y, "must be from %lld to %lld", (long long)row->min, (long long)row->max);
	return check(y, row, v);
}

static bool
verify_text(struct verify *y, const struct conf_row *row, const json_t *v)
{
	size_t n = json_string_length(v);

	if (!json_is_string(v))
		return bad(y, "must be text");
	if (!is_clean(row, text(v)))
		return bad(y, "must not hold control characters");
	if (row->choices != NULL)
		return is_choice(row, v) || bad_choice(y, row);
	if (n < (size_t)row->min)
		return n == 0 ? bad(y, "must not be empty") : bad(y, "must be at least %lld bytes", (long long)row->min);
	if (n > (size_t)row->max)
		return bad(y, "must be at most %lld bytes", (long long)row->max);
	return check(y, row, v);
}

static bool
verify_choice(struct verify *y, const struct conf_row *row, const json_t *v)
{
	if (!json_is_string(v))
		return bad(y, "must be text");
	if (!check(y, row, v))
		return false;
	return is_choice(row, v) || bad_choice(y, row);
}

static bool
verify_time(struct verify *y, const struct conf_row *row, const json_t *v)
{
	int64_t t;

	(void)row;	/* every moment will do */
	return (json_is_string(v) && !has_control(text(v)) && clk_read(json_string_value(v), &t) == 0) ||
	    bad(y, "must be a time in UTC, for example 2026-07-01T09:30:00Z");
}

/* Without the quotes of the default, or one that fits any row. */
static struct str
example(const struct conf_row *row)
{
	struct str s = str_of(row->def);

	return s.n > 2 && s.p[0] == '"' ? (struct str){ s.p + 1, s.n - 2 } : STR("192.168.1.0/24");
}

static bool
verify_prefix(struct verify *y, const struct conf_row *row, const json_t *v)
{
	struct addr_prefix p;
	struct str s = example(row);

	if (!json_is_string(v))
		return bad(y, "must be text");
	if (!addr_prefix_read(text(v), &p))
		return bad(y, memchr(json_string_value(v), '/', json_string_length(v)) == NULL ?
		    "needs a prefix length, for example %.*s" : "must be an address with a prefix length, for example %.*s",
		    (int)s.n, s.p);
	return check(y, row, v);
}

static bool
verify_addr(struct verify *y, const struct conf_row *row, const json_t *v)
{
	struct addr a;

	if (!json_is_string(v))
		return bad(y, "must be text");
	return addr_read(text(v), &a) ? check(y, row, v) : bad(y, "must be an IP address");
}

static bool
verify_zone(struct verify *y, const struct conf_row *row, const json_t *v)
{
	return (json_is_string(v) && is_choice(row, v)) || bad_choice(y, row);
}

static bool
verify_element(struct verify *y, const struct conf_row *row, const json_t *v)
{
	struct conf_row one = *row;

	one.min = 1;
	one.max = CONF_NAME_MAX;
	switch (row->type) {
	case CONF_T_ZONES:
		return verify_zone(y, row, v);
	case CONF_T_PREFIXES:
		return verify_prefix(y, row, v);
	case CONF_T_ADDRS:
		return verify_addr(y, row, v);
	default:
		return verify_text(y, &one, v);
	}
}

static bool
is_repeated(const json_t *array, size_t i, struct map *seen)
{
	const json_t *v = json_array_get(array, i);
	void *old = NULL;
	size_t k;

	if (seen != NULL && json_is_string(v))
		return map_put(seen, json_string_value(v), json_string_length(v), seen, &old) == 0 && old != NULL;
	for (k = 0; k < i; k++)
		if (json_equal(json_array_get(array, k), json_array_get(array, i)))
			return true;
	return false;
}

static bool
verify_count(struct verify *y, const struct conf_row *row, const json_t *v)
{
	if (!json_is_array(v))
		return bad(y, "must be an array");
	if (json_array_size(v) < (size_t)row->min)
		return bad(y, "needs at least %lld", (long long)row->min);
	if (json_array_size(v) > (size_t)row->max)
		return bad(y, "holds at most %lld", (long long)row->max);
	return true;
}

static bool
verify_array(struct verify *y, const struct conf_row *row, const json_t *v)
{
	size_t i, here = y->path.n;
	bool ok = verify_count(y, row, v);
	struct map *seen = ok && json_array_size(v) > SCAN_MAX ? map_new((size_t)row->max) : NULL;	/* NULL: slower */

	for (i = 0; ok && i < json_array_size(v); i++) {
		path_index(&y->path, i);
		if (is_repeated(v, i, seen))
			ok = bad(y, "is named twice");
		else
			(void)verify_element(y, row, json_array_get(v, i));	/* told in e; the others, too */
		path_cut(&y->path, here);
	}
	map_free(seen);
	return ok;
}

/* "peer, zone, cidr": the members of which exactly one is there. Empty where the rows say nothing like it. */
static const char *
one_of(const struct conf_row *rows, char list[ONE_OF_MAX])
{
	size_t n = 0;

	list[0] = '\0';
	for (; rows->key != NULL && (rows->flags & CONF_F_ONE_OF) != 0 && n < ONE_OF_MAX; rows++)
		n += (size_t)snprintf(list + n, ONE_OF_MAX - n, "%s%s", n > 0 ? ", " : "", rows->key);
	return list;
}

static bool
verify_one_of(struct verify *y, const struct conf_row *rows, const json_t *v)
{
	char list[ONE_OF_MAX];
	size_t present = 0;

	if (one_of(rows, list)[0] == '\0')
		return true;
	for (; rows->key != NULL; rows++)
		present += json_object_get(v, rows->key) != NULL;
	if (present == 0 && json_object_size(v) > 0)
		return true;	/* told of what is there instead, by bad_member() */
	return present == 1 || bad(y, "needs exactly one of %s", list);
}

static bool
bad_member(struct verify *y, const struct conf_row *rows)
{
	char list[ONE_OF_MAX];

	return one_of(rows, list)[0] == '\0' ? bad(y, "is not known") : bad(y, "is none of %s", list);
}

static void verify_rows(struct verify *y, const struct conf_row *rows, const json_t *obj);

static bool
verify_object(struct verify *y, const struct conf_row *row, const json_t *v)
{
	json_t *obj = (json_t *)(uintptr_t)v;	/* the iterator wants it writable, and does not write */
	const char *key;
	size_t here = y->path.n;
	json_t *member;

	if (!json_is_object(v))
		return bad(y, "must be an object");
	(void)verify_one_of(y, row->rows, v);	/* told in e */
	verify_rows(y, row->rows, v);
	json_object_foreach(obj, key, member) {
		if (conf_row_find(row->rows, key) != NULL)
			continue;
		path_name(&y->path, key);
		(void)bad_member(y, row->rows);	/* told in e */
		path_cut(&y->path, here);
	}
	return true;
}

static bool
verify_records(struct verify *y, const struct conf_row *row, const json_t *v)
{
	struct conf_draft_walk same = { .base = row->flags & CONF_F_SHARED ? y->base : NULL };
	size_t i, here = y->path.n;

	y->base = NULL;
	if (!verify_count(y, row, v))
		return false;
	for (i = 0; i < json_array_size(v); i++) {
		if (conf_draft_is_same(&same, json_array_get(v, i)))
			continue;
		path_index(&y->path, i);
		(void)verify_object(y, row, json_array_get(v, i));	/* told in e; the others, too */
		path_cut(&y->path, here);
	}
	return true;
}

static bool (*const verifiers[])(struct verify *, const struct conf_row *, const json_t *) = {
	[CONF_T_BOOL] = verify_bool, [CONF_T_INT] = verify_int, [CONF_T_TEXT] = verify_text,
	[CONF_T_CHOICE] = verify_choice, [CONF_T_TIME] = verify_time, [CONF_T_PREFIX] = verify_prefix,
	[CONF_T_ADDR] = verify_addr, [CONF_T_ZONE] = verify_zone, [CONF_T_ZONES] = verify_array, [CONF_T_TEXTS] = verify_array,
	[CONF_T_PREFIXES] = verify_array, [CONF_T_ADDRS] = verify_array, [CONF_T_OBJECT] = verify_object,
	[CONF_T_RECORDS] = verify_records,
};

static void
verify_value(struct verify *y, const struct conf_row *row, const json_t *v)
{
	size_t here = y->path.n;

	path_name(&y->path, row->key);
	if (v == NULL) {
		/* Derived members are missing only where what they derive from is wrong, and told there. */
		if (row->flags & CONF_F_REQUIRED)
			(void)bad(y, "is required");
	} else if (row->flags & CONF_F_SECRET) {
		(void)bad(y, "is a secret, which has no place in the document");
	} else if (json_is_null(v)) {
		if (!(row->flags & CONF_F_NULLABLE))
			(void)bad(y, "must not be null");
	} else {
		(void)verifiers[row->type](y, row, v);	/* told in e */
	}
	path_cut(&y->path, here);
}

static void
verify_rows(struct verify *y, const struct conf_row *rows, const json_t *obj)
{
	const json_t *base = y->base;

	for (; rows->key != NULL; rows++) {
		y->base = json_object_get(base, rows->key);
		verify_value(y, rows, json_object_get(obj, rows->key));
	}
	y->base = base;
}

static bool
is_known(const char *key)
{
	return conf_row_find(conf_envelope, key) != NULL || conf_section_find(key) != NULL;
}

void
conf_verify(const json_t *doc, const json_t *base, struct err *e)
{
	struct verify y = { .e = e };
	json_t *obj = (json_t *)(uintptr_t)doc;	/* as in verify_object() */
	const struct conf_section *s;
	const char *key;
	json_t *v;

	if (!json_is_object(doc)) {
		(void)err_set(e, ERR_VALIDATION, "the document must be an object");	/* told in e */
		return;
	}
	verify_rows(&y, conf_envelope, doc);
	for (s = conf_sections; s->name != NULL; s++) {
		y.base = json_object_get(base, s->name);
		verify_value(&y, s->row, json_object_get(doc, s->name));
	}
	json_object_foreach(obj, key, v) {
		if (is_known(key))
			continue;
		path_name(&y.path, key);
		(void)bad(&y, "is not known");	/* told in e */
		path_cut(&y.path, 0);
	}
}
