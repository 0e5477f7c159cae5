/* Reading: one pass over the bytes for what the library does not refuse (depth,
 * fractions, byte order mark), then the library. The canonical form is written
 * in two passes, the first one counts, so that no half-grown copy of a secret
 * stays in memory. */
#include "conf/json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

enum { NAME_SHOWN = 64, MESSAGE_MAX = 160 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
in_number(char c)
{
	return is_digit(c) || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

void
conf_json_position(struct str s, size_t off, unsigned *line, unsigned *column)
{
	size_t i;

	*line = *column = 1;
	for (i = 0; i < off && i < s.n; i++) {
		if (s.p[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)s.p[i] & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

static int fail_at(struct str s, size_t off, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static int
fail_at(struct str s, size_t off, struct err *e, const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	unsigned line, column;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);	/* cut is fine */
	va_end(ap);
	conf_json_position(s, off, &line, &column);
	return err_set(e, ERR_VALIDATION, "line %u, column %u: %s", line, column, text);
}

/* Offset just past the string whose opening quote stands at i. */
static size_t
skip_string(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		if (s.p[i] == '\\')
			i++;
	return i < s.n ? i + 1 : s.n;
}

/* The number that begins at *i must be whole; leaves *i past it. */
static bool
skip_number(struct str s, size_t *i)
{
	bool whole = true;

	for (; *i < s.n && in_number(s.p[*i]); (*i)++)
		if (s.p[*i] == '.' || s.p[*i] == 'e' || s.p[*i] == 'E')
			whole = false;
	return whole;
}

/* What the library would take: deep nesting and fractions. */
static int
scan(struct str s, struct err *e)
{
	size_t i = 0, start, depth = 0;

	while (i < s.n) {
		start = i;
		if (s.p[i] == '"') {
			i = skip_string(s, i);
		} else if (is_digit(s.p[i]) || s.p[i] == '-') {
			if (!skip_number(s, &i))
				return fail_at(s, start, e, "numbers are whole: no fraction, no exponent");
		} else {
			if (s.p[i] == '{' || s.p[i] == '[')
				depth++;
			else if ((s.p[i] == '}' || s.p[i] == ']') && depth > 0)
				depth--;
			if (depth > CONF_JSON_DEPTH)
				return fail_at(s, start, e, "nested deeper than %d", CONF_JSON_DEPTH);
			i++;
		}
	}
	return 0;
}

/* The library stops right behind the second one of two equal names. */
static int
fail_duplicate(struct str s, size_t end, struct err *e)
{
	char name[NAME_SHOWN + 1];
	size_t i, n = 0, start = end - 1;

	while (start > 0 && (s.p[start - 1] != '"' || (start > 1 && s.p[start - 2] == '\\')))
		start--;
	for (i = start; i + 1 < end && n < NAME_SHOWN; i++, n++)
		name[n] = s.p[i] > 0x1f && s.p[i] < 0x7f ? s.p[i] : '?';
	name[n] = '\0';
	return fail_at(s, start > 0 ? start - 1 : 0, e, "duplicate member \"%s\"", name);
}

static const char *
reason(enum json_error_code code)
{
	switch (code) {
	case json_error_invalid_utf8:
		return "not UTF-8";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "text must not hold \\u0000";
	case json_error_premature_end_of_input:
		return "the text ends too early";
	case json_error_end_of_input_expected:
		return "more text after the end";
	case json_error_numeric_overflow:
		return "number out of range";
	case json_error_out_of_memory:
		return "out of memory";
	default:
		return "not valid JSON";
	}
}

static int
fail_library(struct str s, const json_error_t *je, struct err *e)
{
	size_t pos = je->position < 0 ? 0 : (size_t)je->position;

	if (pos > s.n)
		pos = s.n;
	if (json_error_code(je) == json_error_duplicate_key && pos > 0)
		return fail_duplicate(s, pos, e);
	/* It has taken what it does not like, unless that is no character, or nothing. */
	if (json_error_code(je) != json_error_invalid_utf8 &&
	    json_error_code(je) != json_error_premature_end_of_input && pos > 0)
		pos--;
	return fail_at(s, pos, e, "%s", reason(json_error_code(je)));
}

json_t *
conf_json_read(const char *p, size_t n, struct err *e)
{
	struct str s = { p, n };
	json_error_t je;
	json_t *j;

	if (str_starts(s, STR("\xef\xbb\xbf"))) {
		(void)fail_at(s, 0, e, "begins with a byte order mark");
		return NULL;
	}
	if (scan(s, e) < 0)
		return NULL;
	/* The library takes NULL for a mistake of the caller, not for an empty text. */
	j = json_loadb(n == 0 ? "" : p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (j == NULL)
		(void)fail_library(s, &je, e);
	return j;
}

struct out {
	char *p;		/* NULL: count only */
	size_t n;
};

static void
emit(struct out *o, const char *p, size_t n)
{
	if (o->p != NULL)
		memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void
emit_text(struct out *o, const char *s)
{
	emit(o, s, strlen(s));
}

static void
emit_char(struct out *o, unsigned char c)
{
	static const char *const named[] = { ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n",
		['\f'] = "\\f", ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\" };
	char buf[8];

	if (c < sizeof(named) / sizeof(named[0]) && named[c] != NULL) {
		emit_text(o, named[c]);
	} else if (c < 0x20) {
		(void)snprintf(buf, sizeof(buf), "\\u%04x", (unsigned)c);	/* always fits */
		emit_text(o, buf);
	} else {
		emit(o, (const char *)&c, 1);
	}
}

static void
emit_string(struct out *o, const char *s, size_t n)
{
	size_t i;

	emit_text(o, "\"");
	for (i = 0; i < n; i++)
		emit_char(o, (unsigned char)s[i]);
	emit_text(o, "\"");
}

/* RFC 8785 3.2.3 orders by UTF-16 units. Of UTF-8 bytes that is the order with one exception:
 * U+10000 and above (lead bytes from 0xf0, surrogates in UTF-16) stand before U+E000 … U+FFFF. */
static int
compare_keys(const void *pa, const void *pb)
{
	const unsigned char *a = *(const unsigned char *const *)pa;
	const unsigned char *b = *(const unsigned char *const *)pb;

	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	if ((*a >= 0xf0) != (*b >= 0xf0) && *a >= 0xee && *b >= 0xee)
		return *a >= 0xf0 ? -1 : 1;
	return *a < *b ? -1 : *a > *b;
}

static int canonical(struct out *o, const json_t *j);

static int
canonical_object(struct out *o, const json_t *j)
{
	json_t *obj = (json_t *)(uintptr_t)j;	/* the iterator wants it writable, and does not write */
	size_t i = 0, n = json_object_size(j);
	const char **keys = calloc(n + 1, sizeof(*keys));
	const char *key;
	json_t *v;
	int r = 0;

	if (keys == NULL)
		return -ENOMEM;
	json_object_foreach(obj, key, v)
		keys[i++] = key;
	qsort(keys, n, sizeof(*keys), compare_keys);
	emit_text(o, "{");
	for (i = 0; i < n && r == 0; i++) {
		if (i > 0)
			emit_text(o, ",");
		emit_string(o, keys[i], strlen(keys[i]));
		emit_text(o, ":");
		r = canonical(o, json_object_get(j, keys[i]));
	}
	emit_text(o, "}");
	free(keys);
	return r;
}

static int
canonical_array(struct out *o, const json_t *j)
{
	size_t i;
	int r = 0;

	emit_text(o, "[");
	for (i = 0; i < json_array_size(j) && r == 0; i++) {
		if (i > 0)
			emit_text(o, ",");
		r = canonical(o, json_array_get(j, i));
	}
	emit_text(o, "]");
	return r;
}

static int
canonical(struct out *o, const json_t *j)
{
	char buf[32];

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return canonical_object(o, j);
	case JSON_ARRAY:
		return canonical_array(o, j);
	case JSON_STRING:
		emit_string(o, json_string_value(j), json_string_length(j));
		return 0;
	case JSON_INTEGER:
		(void)snprintf(buf, sizeof(buf), "%" JSON_INTEGER_FORMAT, json_integer_value(j));
		emit_text(o, buf);
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		emit_text(o, json_is_null(j) ? "null" : json_is_true(j) ? "true" : "false");
		return 0;
	case JSON_REAL:
		break;
	}
	return -EINVAL;		/* no reader of ours makes a real */
}

char *
conf_json_canonical(const json_t *j)
{
	struct out o = {0};
	char *p;

	if (canonical(&o, j) < 0 || (p = malloc(o.n + 1)) == NULL)
		return NULL;
	o = (struct out){ .p = p };
	if (canonical(&o, j) < 0) {
		free(p);
		return NULL;
	}
	p[o.n] = '\0';
	return p;
}

char *
conf_json_pretty(const json_t *j)
{
	char *text = json_dumps(j, JSON_INDENT(2) | JSON_ENCODE_ANY), *p;
	size_t n = text == NULL ? 0 : strlen(text);

	if (text == NULL || (p = realloc(text, n + 2)) == NULL) {
		free(text);
		return NULL;
	}
	p[n] = '\n';
	p[n + 1] = '\0';
	return p;
}

static int
merge_member(json_t *target, const char *key, json_t *patch)
{
	json_t *t = json_object_get(target, key);

	if (json_is_null(patch)) {
		(void)json_object_del(target, key);	/* absent already is fine */
		return 0;
	}
	if (!json_is_object(patch))
		return json_object_set_new(target, key, json_deep_copy(patch)) < 0 ? -ENOMEM : 0;
	if (!json_is_object(t)) {
		t = json_object();
		if (json_object_set_new(target, key, t) < 0)
			return -ENOMEM;
	}
	return conf_json_merge(t, patch);
}

int
conf_json_merge(json_t *target, const json_t *patch)
{
	json_t *from = (json_t *)(uintptr_t)patch;	/* as in canonical_object() */
	const char *key;
	json_t *v;
	int r = 0;

	json_object_foreach(from, key, v)
		if ((r = merge_member(target, key, v)) < 0)
			return r;
	return 0;
}
