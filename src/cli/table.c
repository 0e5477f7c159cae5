/* Aligned columns; see table.h. */
#include "cli/table.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cli/verb.h"
#include "conf/json.h"

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

/* --- one value ------------------------------------------------------------------------ */

/* Bytes of a character that may be shown: no C0, no DEL, no C1 (in UTF-8 0xc2 and below 0xa0). */
static bool
steers(const unsigned char *s)
{
	return s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

/* Cut between characters, not inside of one. */
static const char *
clean(const char *s, char *buf, size_t size)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0, len;

	while (*p != '\0') {
		len = str_utf8_next(str_of((const char *)p));
		len = len == 0 ? 1 : len;
		if (n + len >= size)
			break;
		if (steers(p))
			buf[n++] = *p == '\t' ? ' ' : '?';
		else
			memcpy(buf + n, p, len);
		n += steers(p) ? 0 : len;
		p += len;
	}
	buf[n] = '\0';
	return buf;
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
		n = snprintf(buf + at, size - at, "%s%s", i == 0 ? "" : ", ", cli_text(e, one, sizeof(one)));
		if (n < 0 || (size_t)n >= size - at)
			break;
		at += (size_t)n;
	}
	return at == 0 ? "-" : buf;
}

static const char *
object_text(const json_t *v, char *buf, size_t size)
{
	char *text = conf_json_canonical(v);

	(void)clean(text == NULL ? "-" : text, buf, size);	/* returns buf */
	free(text);
	return buf;
}

const char *
cli_text(const json_t *v, char *buf, size_t size)
{
	if (json_is_string(v))
		return json_string_length(v) == 0 ? "-" : clean(json_string_value(v), buf, size);
	if (json_is_array(v))
		return list_text(v, buf, size);
	if (json_is_object(v))
		return object_text(v, buf, size);
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	if (!json_is_integer(v))
		return "-";
	(void)snprintf(buf, size, "%" JSON_INTEGER_FORMAT, json_integer_value(v));	/* any integer fits */
	return buf;
}

/* The two largest units tell enough. */
static const char *
span_text(const json_t *v, char *buf, size_t size)
{
	static const struct { json_int_t s; const char *name; } units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" }
	};
	json_int_t s = json_integer_value(v);
	size_t i = 0;

	if (!json_is_integer(v) || s < 0)
		return "-";
	while (i < 3 && s < units[i].s)
		i++;
	if (i == 3)
		(void)snprintf(buf, size, "%" JSON_INTEGER_FORMAT " s", s);	/* fits, as below */
	else
		(void)snprintf(buf, size, "%" JSON_INTEGER_FORMAT " %s %" JSON_INTEGER_FORMAT " %s",
		    s / units[i].s, units[i].name, s % units[i].s / units[i + 1].s, units[i + 1].name);
	return buf;
}

static const char *
value_text(const json_t *row, const struct cli_column *col, char *buf, size_t size)
{
	const json_t *v = cli_member(row, col->member);

	if (col->kind == CLI_TRUTH && !json_is_boolean(v))
		return "unknown";
	return col->kind == CLI_SPAN ? span_text(v, buf, size) : cli_text(v, buf, size);
}

/* --- layout --------------------------------------------------------------------------- */

/* Columns on the terminal: code points, which is right for what names are made of. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* The ANSI colour of a word about a state, or NULL. */
static const char *
color_of(const char *word)
{
	static const struct { const char *word, *color; } words[] = {
		{ "running", "32" }, { "ok", "32" }, { "succeeded", "32" }, { "up", "32" }, { "NOERROR", "32" },
		{ "starting", "33" }, { "waiting", "33" }, { "warn", "33" }, { "queued", "33" }, { "unknown", "33" },
		{ "failed", "31" }, { "fail", "31" }, { "down", "31" }, { "cancelled", "31" }, { "stopped", "31" },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].color;
	return NULL;
}

/* w: padded to that; 0 = the last of its line. */
static void
put(const struct cli *c, const char *s, enum cli_kind kind, size_t w)
{
	const char *color = c->color && (kind == CLI_STATE || kind == CLI_TRUTH) ? color_of(s) : NULL;
	size_t n = width(s);

	if (color != NULL)
		printf("\033[%sm%s\033[0m", color, s);
	else
		fputs(s, stdout);
	for (; w != 0 && n < w + 2; n++)
		putchar(' ');
}

static size_t
column_width(const json_t *rows, const struct cli_column *col)
{
	char buf[CELL_MAX];
	size_t i, w = width(col->title), n;
	const json_t *row;

	json_array_foreach(rows, i, row) {
		n = width(value_text(row, col, buf, sizeof(buf)));
		if (n > w)
			w = n;
	}
	return w;
}

void
cli_table(const struct cli *c, const json_t *rows, const struct cli_column *columns, const char *empty)
{
	size_t w[CLI_COLUMNS_MAX] = { 0 }, i, k, n = 0;
	char buf[CELL_MAX];
	const json_t *row;

	if (json_array_size(rows) == 0) {
		puts(empty);
		return;
	}
	while (n < CLI_COLUMNS_MAX && columns[n].title != NULL)
		n++;
	for (k = 0; k + 1 < n; k++)
		w[k] = column_width(rows, &columns[k]);
	for (k = 0; k < n; k++)
		put(c, columns[k].title, CLI_PLAIN, w[k]);
	putchar('\n');
	json_array_foreach(rows, i, row) {
		for (k = 0; k < n; k++)
			put(c, value_text(row, &columns[k], buf, sizeof(buf)), columns[k].kind, w[k]);
		putchar('\n');
	}
}

void
cli_facts(const struct cli *c, const json_t *object, const struct cli_column *facts)
{
	char buf[CELL_MAX];
	size_t w = 0, i;

	for (i = 0; facts[i].title != NULL; i++)
		if (width(facts[i].title) > w)
			w = width(facts[i].title);
	for (i = 0; facts[i].title != NULL; i++) {
		put(c, facts[i].title, CLI_PLAIN, w);
		put(c, value_text(object, &facts[i], buf, sizeof(buf)), facts[i].kind, 0);
		putchar('\n');
	}
}
