/* pic help, version. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/verb.h"

enum { WORDS_LEN = 128, COLUMN = 36 };

/* A usage that is too long for its column has a line of its own. */
static void
print_row(const struct cli_verb *v)
{
	char usage[WORDS_LEN];
	int n = snprintf(usage, sizeof(usage), "%s%s%s", v->words, v->args[0] == '\0' ? "" : " ", v->args);

	if (n > COLUMN)
		printf("  pic %s\n      %-*s  %s\n", usage, COLUMN, "", v->help);
	else
		printf("  pic %-*s  %s\n", COLUMN, usage, v->help);
}

static bool
is_same_noun(const struct cli_verb *a, const struct cli_verb *b)
{
	size_t n = strcspn(a->words, " ");

	return n == strcspn(b->words, " ") && strncmp(a->words, b->words, n) == 0;
}

/* A group of verbs stands between empty lines, single ones stand together. */
static bool
begins_group(const struct cli_verb *v)
{
	bool grouped = v[1].words != NULL && is_same_noun(v, &v[1]);

	return v != cli_verbs && !is_same_noun(&v[-1], v) &&
	    (grouped || (v - cli_verbs > 1 && is_same_noun(&v[-2], &v[-1])));
}

static void
print_all(void)
{
	const struct cli_verb *v;

	puts("A Personal Internet Cell: your names, your network, your certificates, in one file.\n");
	for (v = cli_verbs; v->words != NULL; v++) {
		if (begins_group(v))
			putchar('\n');
		print_row(v);
	}
	puts("\nEvery verb but run takes\n"
	    "  --json            the document of the API as it came\n"
	    "  --state DIR       the cell that lives there (PIC_STATE_DIR)\n"
	    "  --socket PATH     the cell that answers there (PIC_SOCKET)\n"
	    "  --yes             go on without asking\n"
	    "  --no-wait         start long work and print its id\n"
	    "  --help            how to use it\n\n"
	    "Exit status: 0 done, 1 failed, 2 usage, 3 degraded or partly done, 4 no cell is running.");
}

/* The words of the arguments with one blank between; false: too long for any verb. */
static bool
join(const struct cli *c, char *buf, size_t size)
{
	size_t i, n = 0;
	int r;

	for (i = 0; i < c->nargs; i++) {
		r = snprintf(buf + n, size - n, "%s%s", i == 0 ? "" : " ", c->args[i]);
		if (r < 0 || (size_t)r >= size - n)
			return false;
		n += (size_t)r;
	}
	return true;
}

int
cli_help(struct cli *c)
{
	char words[WORDS_LEN] = "";
	const struct cli_verb *v;
	size_t found = 0;

	if (c->nargs == 0) {
		print_all();
		return CLI_OK;
	}
	if (join(c, words, sizeof(words)))
		for (v = cli_verbs; v->words != NULL; v++)
			if (cli_verb_is_under(v, words)) {
				cli_verb_usage(v, stdout);
				found++;
			}
	if (found > 0)
		return CLI_OK;
	fprintf(stderr, "pic: there is no verb %s; try: pic help\n", words);
	return CLI_USAGE;
}

int
cli_version(struct cli *c)
{
	if (c != NULL && c->json)
		puts("{\"version\":\"" PIC_VERSION "\"}");
	else
		puts("pic " PIC_VERSION);
	return CLI_OK;
}
