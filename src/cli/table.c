/* Aligned columns; see table.h. */
#include "cli/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 512 };

json_t *
cli_member(const json_t *object, const char *path)
{
	char key[64];
	size_t n;

	while (object != NULL && path[0] != '\0') {
		n = strcspn(path, ".");
		if (n >= sizeof(key))
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		object = json_object_get(object, key);
		path += n;
		path += path[0] == '.';
	}
	/* jansson's readers take const; the caller only reads, too */
	return (json_t *)(uintptr_t)object;
}

static const char *
list_text(const json_t *v, char *buf, size_t size)
{
	char one[CELL_MAX];
	size_t i, at = 0;
	const json_t *e;
	int n;

	buf[0] = '\0';
	json_array_foreach(v, i, e) {
		n = snprintf(buf + at, size - at, "%s%s", i == 0 ? "" : ", ",
		    cli_text(e, one, sizeof(one)));
		if (n < 0 || (size_t)n >= size - at)
			break;
		at += (size_t)n;
	}
	return at == 0 ? "-" : buf;
}

/* What stands on a terminal is cleaned of what would steer it. */
static const char *
clean(const char *s, char *buf, size_t size)
{
	size_t i;

	for (i = 0; s[i] != '\0' && i + 1 < size; i++)
		buf[i] = (unsigned char)s[i] < 0x20 || s[i] == 0x7f ? '?' : s[i];
	buf[i] = '\0';
	return buf;
}

const char *
cli_text(const json_t *v, char *buf, size_t size)
{
	if (json_is_string(v))
		return json_string_length(v) == 0 ? "-" : clean(json_string_value(v), buf, size);
	if (json_is_array(v))
		return list_text(v, buf, size);
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	if (!json_is_integer(v))
		return "-";
	(void)snprintf(buf, size, "%" JSON_INTEGER_FORMAT, json_integer_value(v));	/* any integer fits */
	return buf;
}

/* Columns on the terminal: code points, which is right for what names are made of. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
put(const char *s, size_t w, int last)
{
	size_t n = width(s);

	fputs(s, stdout);
	for (; !last && n < w + 2; n++)
		putchar(' ');
}

static size_t
column_width(const json_t *rows, const struct cli_column *col)
{
	char buf[CELL_MAX];
	size_t i, w = width(col->title), n;
	const json_t *row;

	json_array_foreach(rows, i, row) {
		n = width(cli_text(cli_member(row, col->member), buf, sizeof(buf)));
		if (n > w)
			w = n;
	}
	return w;
}

void
cli_table(const json_t *rows, const struct cli_column *columns, const char *empty)
{
	size_t w[CLI_COLUMNS_MAX], i, k, n = 0;
	char buf[CELL_MAX];
	const json_t *row;

	if (json_array_size(rows) == 0) {
		puts(empty);
		return;
	}
	for (; n < CLI_COLUMNS_MAX && columns[n].title != NULL; n++)
		w[n] = column_width(rows, &columns[n]);
	for (k = 0; k < n; k++)
		put(columns[k].title, w[k], k + 1 == n);
	putchar('\n');
	json_array_foreach(rows, i, row) {
		for (k = 0; k < n; k++)
			put(cli_text(cli_member(row, columns[k].member), buf, sizeof(buf)), w[k], k + 1 == n);
		putchar('\n');
	}
}

void
cli_facts(const json_t *object, const struct cli_column *facts)
{
	char buf[CELL_MAX];
	size_t w = 0, i;

	for (i = 0; facts[i].title != NULL; i++)
		if (width(facts[i].title) > w)
			w = width(facts[i].title);
	for (i = 0; facts[i].title != NULL; i++) {
		put(facts[i].title, w, 0);
		puts(cli_text(cli_member(object, facts[i].member), buf, sizeof(buf)));
	}
}

void
cli_print_json(const json_t *v)
{
	char *text = json_dumps(v, JSON_INDENT(2) | JSON_ENCODE_ANY);

	if (text != NULL)
		puts(text);
	free(text);
}
