#include "conf/dump.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/draft.h"

enum { FIRST = 16 << 10, STEP = 2 /* spaces */, ESCAPE_MAX = 6 };

/* What is written so far; p NULL: out of memory, for good. */
struct text {
	char *p;
	size_t n, room;
	const json_t *peers, *base; /* the devices, and those that there were before */
	const char *line;	    /* of the text before, that of the next one of base */
};

/* Place for n more octets; NULL: none. */
static char *
reserve(struct text *t, size_t n)
{
	char *p;

	if (t->p == NULL)
		return NULL;
	if (n > t->room - t->n) {
		while (n > t->room - t->n)
			t->room *= 2;
		p = realloc(t->p, t->room);
		if (p == NULL)
			free(t->p);
		t->p = p;
	}
	return t->p == NULL ? NULL : t->p + t->n;
}

static void
put(struct text *t, const char *s, size_t n)
{
	char *to = reserve(t, n);

	if (to == NULL)
		return;
	memcpy(to, s, n);
	t->n += n;
}

static size_t
escape(char *to, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = c == '\n' ? 'n' : (char)c;
	if (c >= 0x20 || c == '\n')
		return 2;
	memcpy(to + 1, "u00", 3);
	to[4] = digits[c >> 4];
	to[5] = digits[c & 15];
	return ESCAPE_MAX;
}

/* Thousands of them: one look for room, octet by octet. */
static void
put_string(struct text *t, const char *s, size_t n)
{
	char *to = reserve(t, ESCAPE_MAX * n + 2), *at = to;
	size_t i;

	if (to == NULL)
		return;
	*at++ = '"';
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			*at++ = (char)c;
		else
			at += escape(at, c);
	}
	*at++ = '"';
	t->n += (size_t)(at - to);
}

static void
put_scalar(struct text *t, const json_t *j)
{
	char buf[32];
	int n;

	if (json_is_string(j)) {
		put_string(t, json_string_value(j), json_string_length(j));
		return;
	}
	if (json_is_integer(j))
		n = snprintf(buf, sizeof(buf), "%" JSON_INTEGER_FORMAT, json_integer_value(j));
	else
		n = snprintf(buf, sizeof(buf), "%s", json_is_true(j) ? "true" : json_is_false(j) ? "false" : "null");
	put(t, buf, (size_t)n);
}

static void
put_line(struct text *t, size_t indent)
{
	static const char spaces[] = "                                ";

	put(t, "\n", 1);
	put(t, spaces, indent < sizeof(spaces) ? indent : sizeof(spaces) - 1);
}

static void put_value(struct text *t, const json_t *j, size_t indent);

/* indent 0: on one line. */
static void
put_object(struct text *t, const json_t *j, size_t indent)
{
	const char *key;
	bool first = true;
	json_t *v;

	put(t, "{", 1);
	json_object_foreach((json_t *)(uintptr_t)j, key, v) {	/* it wants it writable, and does not write */
		if (!first)
			put(t, ",", 1);
		first = false;
		if (indent > 0)
			put_line(t, indent);
		put_string(t, key, strlen(key));
		put(t, ": ", indent > 0 ? 2 : 1);
		put_value(t, v, indent > 0 ? indent + STEP : 0);
	}
	if (indent > 0 && !first)
		put_line(t, indent - STEP);
	put(t, "}", 1);
}

/* Behind those of n records that are not there any more. */
static void
copy_line(struct text *t, size_t n, size_t indent)
{
	const char *end;

	while (n-- > 0)
		t->line = strchr(t->line, '\n') + 1;
	end = strchr(t->line, '\n');
	put(t, t->line + indent, (size_t)(end - t->line) - indent - (end[-1] == ','));
	t->line = end + 1;
}

static void
put_array(struct text *t, const json_t *j, size_t indent)
{
	bool lines = indent > 0 && (json_is_object(json_array_get(j, 0)) || json_is_array(json_array_get(j, 0)));
	struct conf_draft_walk same = { .base = j == t->peers ? t->base : NULL };
	size_t i, at;

	put(t, "[", 1);
	for (i = 0; i < json_array_size(j); i++) {
		if (i > 0)
			put(t, ",", 1);
		if (lines)
			put_line(t, indent);
		at = same.at;
		if (conf_draft_is_same(&same, json_array_get(j, i)))
			copy_line(t, same.at - at - 1, indent);
		else
			put_value(t, json_array_get(j, i), 0);
	}
	if (lines)
		put_line(t, indent - STEP);
	put(t, "]", 1);
}

static void
put_value(struct text *t, const json_t *j, size_t indent)
{
	if (json_is_object(j))
		put_object(t, j, indent);
	else if (json_is_array(j))
		put_array(t, j, indent);
	else
		put_scalar(t, j);
}

static char *
dump(struct text *t, const json_t *doc, size_t *n)
{
	t->p = malloc(t->room);
	put_value(t, doc, STEP);
	put(t, "\n", 2); /* and its NUL */
	*n = t->p == NULL ? 0 : t->n - 1;
	return t->p;
}

char *
conf_dump(const json_t *doc, size_t *n)
{
	struct text t = { .room = FIRST };

	return dump(&t, doc, n);
}

char *
conf_dump_draft(const json_t *doc, const json_t *base, const char *base_text, size_t *n)
{
	static const char before[] = "\n  \"peers\": [\n";	/* in a string no line ends */
	const char *found = strstr(base_text, before);
	struct text t = { .room = strlen(base_text) + FIRST, .peers = json_object_get(doc, "peers"),
		.base = json_object_get(base, "peers"),
		.line = found == NULL ? NULL : found + sizeof(before) - 1 };

	return dump(&t, doc, n);
}
