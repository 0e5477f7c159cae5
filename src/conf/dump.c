#include "conf/dump.h"

#include <errno.h>
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
	const json_t *peers, *base;	/* the devices, and those that there were before */
	size_t *lines;			/* place for where those of peers begin; NULL: nobody asks */
	const struct conf_text *was;	/* of base */
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

/* What stands between two records. */
static size_t
between(size_t indent)
{
	return sizeof(",\n") - 1 + indent;
}

/* n records, the first of which was number from. i: what it is now. */
static void
copy_lines(struct text *t, size_t i, size_t from, size_t n, size_t indent)
{
	const size_t *at = t->was->lines + from;
	size_t k, here = t->n;

	put(t, t->was->p + at[0], at[n] - at[0] - between(indent));
	for (k = 0; k < n; k++)
		t->lines[i + k] = here + at[k] - at[0];
}

/* Record i of the devices and those behind it that are as they were, or it alone. How many. */
static size_t
put_devices(struct text *t, struct conf_draft_walk *same, size_t i, size_t indent)
{
	size_t from, n = t->was == NULL ? 0 : conf_draft_run(same, t->peers, i, &from);

	if (n > 0) {
		copy_lines(t, i, from, n, indent);
		return n;
	}
	t->lines[i] = t->n;
	put_value(t, json_array_get(t->peers, i), 0);
	return 1;
}

static void
put_array(struct text *t, const json_t *j, size_t indent)
{
	bool lines = indent > 0 && (json_is_object(json_array_get(j, 0)) || json_is_array(json_array_get(j, 0)));
	bool devices = lines && j == t->peers && t->lines != NULL;
	struct conf_draft_walk same = { .base = t->base };
	size_t i = 0;

	put(t, "[", 1);
	while (i < json_array_size(j)) {
		if (i > 0)
			put(t, ",", 1);
		if (lines)
			put_line(t, indent);
		if (devices)
			i += put_devices(t, &same, i, indent);
		else
			put_value(t, json_array_get(j, i++), 0);
	}
	if (devices)
		t->lines[i] = t->n + between(indent);
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

char *
conf_dump(const json_t *doc, size_t *n)
{
	struct text t = { .p = malloc(FIRST), .room = FIRST };

	put_value(&t, doc, STEP);
	put(&t, "\n", 2);	/* and its NUL */
	*n = t.p == NULL ? 0 : t.n - 1;
	return t.p;
}

void
conf_text_free(struct conf_text *t)
{
	free(t->p);
	free(t->lines);
	*t = (struct conf_text){ 0 };
}

/* Place for n lines and the end of the last. */
static int
reserve_lines(struct conf_text *t, size_t n)
{
	size_t *lines;

	if (n < t->lines_room)
		return 0;
	lines = realloc(t->lines, (n + n / 8 + 1) * sizeof(*lines));
	if (lines == NULL)
		return -ENOMEM;
	t->lines = lines;
	t->lines_room = n + n / 8 + 1;
	return 0;
}

int
conf_dump_draft(struct conf_text *out, const json_t *doc, const json_t *base, const struct conf_text *was)
{
	struct text t = { .p = out->p, .room = out->room, .peers = json_object_get(doc, "peers"),
		.base = json_object_get(base, "peers"), .was = was->p == NULL ? NULL : was };

	if (t.p == NULL) {
		t.room = was->n + FIRST;
		t.p = malloc(t.room);
	}
	out->p = NULL;	/* t has it */
	if (reserve_lines(out, json_array_size(t.peers)) == 0) {
		t.lines = out->lines;
		put_value(&t, doc, STEP);
		put(&t, "\n", 2);	/* and its NUL */
		out->p = t.p;
	} else {
		free(t.p);
	}
	if (out->p == NULL) {
		conf_text_free(out);
		return -ENOMEM;
	}
	out->n = t.n - 1;
	out->room = t.room;
	return 0;
}
