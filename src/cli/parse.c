/* Reading of argv; see parse.h. */
#include "cli/parse.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verb.h"

enum { WORDS_MAX = 64, NOUN_MAX = 80 };

/* What is left of argv once the options that every verb has are taken out. */
struct words {
	const char *v[WORDS_MAX];
	size_t n;
};

static bool
is_option(const char *s)
{
	return strncmp(s, "--", 2) == 0 && s[2] != '\0';
}

static bool
is_end(const char *s)
{
	return strcmp(s, "--") == 0;
}

/* The row for "--ttl" or "--ttl=60", or NULL. */
static const struct cli_option *
row_of(const struct cli_option *rows, size_t max, const char *given)
{
	size_t i, len = strcspn(given, "=");

	for (i = 0; i < max && rows[i].name != NULL; i++)
		if (strlen(rows[i].name) == len && strncmp(rows[i].name, given, len) == 0)
			return &rows[i];
	return NULL;
}

/* The value of the option given, next being the word behind it (NULL: none). How many words that took, 0 = bad. */
static size_t
value_of(const struct cli_option *o, const char *given, const char *next, const char **value)
{
	const char *eq = strchr(given, '=');

	if (o->value == NULL) {
		*value = "";
		return eq == NULL ? 1 : 0;
	}
	*value = eq != NULL ? eq + 1 : next;
	return *value == NULL ? 0 : eq != NULL ? 1 : 2;
}

static int
refuse(const struct cli_verb *v, const char *what, const char *word)
{
	fprintf(stderr, "pic: %s%s%s\n", what, word == NULL ? "" : " ", word == NULL ? "" : word);
	if (v != NULL)
		cli_verb_usage(v, stderr);
	else
		fprintf(stderr, "try: pic help\n");
	return CLI_USAGE;
}

/* o: its row, if there is one. */
static int
refuse_option(const struct cli_verb *v, const struct cli_option *o, const char *given)
{
	if (o == NULL)
		return refuse(v, "there is no option", given);
	return refuse(v, o->value != NULL ? "a value is missing behind" : "no value belongs to", o->name);
}

static int
refuse_short(const struct cli *c)
{
	const char *name = c->verb->args;
	size_t i;

	for (i = 0; i < c->nargs; i++)
		name += strcspn(name, " ") + 1;
	fprintf(stderr, "pic: %.*s is missing\n", (int)strcspn(name, " "), name);
	cli_verb_usage(c->verb, stderr);
	return CLI_USAGE;
}

static void
take_common(struct cli *c, const char *name, const char *value)
{
	c->json |= strcmp(name, "--json") == 0;
	c->yes |= strcmp(name, "--yes") == 0;
	c->no_wait |= strcmp(name, "--no-wait") == 0;
	c->help |= strcmp(name, "--help") == 0;
	if (strcmp(name, "--state") == 0)
		c->state = value;
	if (strcmp(name, "--socket") == 0)
		c->sock = value;
}

static int
sort_words(struct cli *c, int argc, char **argv, struct words *w)
{
	const struct cli_option *o;
	const char *value;
	size_t used;
	bool over = false;
	int i = 1;

	while (i < argc) {
		over |= is_end(argv[i]);
		c->help |= !over && strcmp(argv[i], "-h") == 0;
		o = over ? NULL : row_of(cli_common, SIZE_MAX, argv[i]);
		if (o == NULL) {
			if (w->n == WORDS_MAX)
				return refuse(NULL, "too many words", NULL);
			w->v[w->n++] = argv[i++];
			continue;
		}
		used = value_of(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &value);
		if (used == 0)
			return refuse_option(NULL, o, argv[i]);
		take_common(c, o->name, value);
		i += (int)used;
	}
	return CLI_OK;
}

static int
take_rest(struct cli *c, const struct words *w, size_t i)
{
	const struct cli_option *o;
	bool over = false;
	size_t used;

	while (i < w->n) {
		if (!over && is_end(w->v[i])) {
			over = true;
			i++;
		} else if (!over && is_option(w->v[i])) {
			o = row_of(c->verb->options, CLI_OPTIONS_MAX, w->v[i]);
			used = o == NULL ? 0 : value_of(o, w->v[i], i + 1 < w->n ? w->v[i + 1] : NULL,
			    &c->values[o - c->verb->options]);
			if (used == 0)
				return refuse_option(c->verb, o, w->v[i]);
			i += used;
		} else if (c->nargs == CLI_ARGS_MAX) {
			return refuse(c->verb, "too many arguments", NULL);
		} else {
			c->args[c->nargs++] = w->v[i++];
		}
	}
	return CLI_OK;
}

/* Says what is wrong and what goes on from these words, if any verb begins with them. */
static bool
refuse_noun(const char *words, const char *wrong)
{
	const struct cli_verb *v;
	bool known = false;

	for (v = cli_verbs; v->words != NULL; v++)
		if (cli_verb_is_under(v, words)) {
			if (!known)
				fprintf(stderr, "pic: %s\n", wrong);
			known = true;
			cli_verb_usage(v, stderr);
		}
	return known;
}

/* "pic dns" and "pic dns records". */
static int
refuse_words(const struct words *w)
{
	const bool two = w->n > 1 && !is_option(w->v[1]);
	char noun[NOUN_MAX], wrong[NOUN_MAX + 16];

	if (w->n == 0)
		return refuse(NULL, "what shall I do?", NULL);
	(void)snprintf(noun, sizeof(noun), "%s%s%s", w->v[0], two ? " " : "", two ? w->v[1] : "");	/* what is cut is no noun */
	(void)snprintf(wrong, sizeof(wrong), "%s what?", noun);	/* fits */
	if (refuse_noun(noun, wrong))
		return CLI_USAGE;
	(void)snprintf(wrong, sizeof(wrong), "unknown verb %s", noun);	/* fits */
	return refuse_noun(w->v[0], wrong) ? CLI_USAGE : refuse(NULL, "unknown verb", w->v[0]);
}

int
cli_parse(struct cli *c, int argc, char **argv)
{
	const char *no_color = getenv("NO_COLOR");
	struct words w = { .n = 0 };
	size_t used;

	memset(c, 0, sizeof(*c));
	c->color = isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0');
	if (sort_words(c, argc, argv, &w) != CLI_OK)
		return CLI_USAGE;
	c->verb = cli_verb_find(w.v, w.n, &used);
	if (c->help)
		return CLI_OK;
	if (c->verb == NULL)
		return refuse_words(&w);
	if (c->verb->run == NULL)
		return refuse(c->verb, "this has to be the first word:", c->verb->words);
	if (take_rest(c, &w, used) != CLI_OK)
		return CLI_USAGE;
	if (c->nargs < c->verb->min)
		return refuse_short(c);
	if (c->nargs > c->verb->max)
		return refuse(c->verb, "too many arguments:", c->args[c->verb->max]);
	return CLI_OK;
}
