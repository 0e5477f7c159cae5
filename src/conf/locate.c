/* A walk over valid JSON text along one path. Member names are compared as
 * written, which is right for every name that the schema has. */
#include "conf/locate.h"

#include <stdbool.h>
#include <stdint.h>

struct walk {
	struct str s;
	size_t i;
};

static char
peek(const struct walk *w)
{
	return w->i < w->s.n ? w->s.p[w->i] : '\0';
}

/* Spaces and the commas and colons between values. */
static void
skip_between(struct walk *w)
{
	char c;

	for (c = peek(w); c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':'; c = peek(w))
		w->i++;
}

static struct str
take_string(struct walk *w)
{
	size_t start = ++w->i;

	for (; w->i < w->s.n && w->s.p[w->i] != '"'; w->i++)
		if (w->s.p[w->i] == '\\')
			w->i++;
	if (w->i >= w->s.n)
		return (struct str){ NULL, 0 };
	return (struct str){ w->s.p + start, w->i++ - start };
}

static void
skip_value(struct walk *w)
{
	size_t depth = 0;
	char c;

	do {
		c = peek(w);
		if (c == '"') {
			(void)take_string(w);	/* only its end matters */
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth-- <= 1)
			depth = 0;
		w->i++;
	} while (w->i < w->s.n && (depth > 0 || (peek(w) != ',' && peek(w) != '}' && peek(w) != ']')));
}

static bool
enter_member(struct walk *w, struct str name)
{
	if (peek(w) != '{')
		return false;
	w->i++;
	for (skip_between(w); peek(w) == '"'; skip_between(w)) {
		bool found = str_eq(take_string(w), name);

		skip_between(w);
		if (found)
			return true;
		skip_value(w);
	}
	return false;
}

static bool
enter_element(struct walk *w, uint64_t index)
{
	if (peek(w) != '[')
		return false;
	w->i++;
	for (skip_between(w); peek(w) != ']' && peek(w) != '\0'; skip_between(w)) {
		if (index-- == 0)
			return true;
		skip_value(w);
	}
	return false;
}

/* The first step of path: a name, or an index in brackets. */
static bool
enter(struct walk *w, struct str *path)
{
	struct str step = *path;
	uint64_t index;
	size_t n = 1;

	while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
		n++;
	step.n = n;
	path->p += n;
	path->n -= n;
	if (path->n > 0 && path->p[0] == '.') {
		path->p++;
		path->n--;
	}
	if (step.p[0] != '[')
		return enter_member(w, step);
	return step.n > 2 && str_u64((struct str){ step.p + 1, step.n - 2 }, SIZE_MAX, &index) && enter_element(w, index);
}

size_t
conf_locate(struct str text, const char *path)
{
	struct walk w = { text, 0 };
	struct str rest = str_of(path);
	size_t found;

	skip_between(&w);
	found = w.i;
	while (rest.n > 0 && enter(&w, &rest))
		found = w.i;
	return found;
}
