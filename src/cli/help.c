/* pic help, version, completion, and where every call of the command line
 * begins. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/verb.h"

enum { WORDS_LEN = 128, COLUMN = 40 };

/* Verbs of the program that are not requests to a running cell. */
static const struct { const char *usage, *help; } programs[] = {
	{ "run [--state DIR] [--user-mode]", "start the cell and stay in the foreground" },
	{ "job KIND", "run one task by hand: its document on standard input" },
};

int
cli_main(int argc, char **argv)
{
	struct cli c;
	int status;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return cli_help(NULL);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return cli_version(NULL);
	status = cli_parse(&c, argc, argv);
	return status == CLI_OK ? c.verb->run(&c) : status;
}

static void
line(const char *usage, const char *help)
{
	printf("  pic %-*s  %s\n", COLUMN, usage, help);
}

static void
all_verbs(void)
{
	const struct cli_verb *v;
	char usage[WORDS_LEN];
	size_t i;

	puts("A Personal Internet Cell: your names, your network, your certificates, in one file.\n");
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		line(programs[i].usage, programs[i].help);
	for (v = cli_verbs; v->words != NULL; v++) {
		(void)snprintf(usage, sizeof(usage), "%s%s%s", v->words,	/* our own words fit */
		    v->args[0] == '\0' ? "" : " ", v->args);
		line(usage, v->help);
	}
	puts("\nEvery verb takes --json, --state DIR, --socket PATH, --help; what destroys asks, --yes answers.\n"
	    "Exit status: 0 done, 1 failed, 2 usage, 3 degraded, 4 no cell is running.");
}

static bool
starts_with_words(const char *words, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(words, prefix, n) == 0 && (words[n] == '\0' || words[n] == ' ');
}

int
cli_help(struct cli *c)
{
	char prefix[WORDS_LEN] = "";
	const struct cli_verb *v;
	size_t i, n = 0, found = 0;

	if (c == NULL || c->nargs == 0) {
		all_verbs();
		return CLI_OK;
	}
	for (i = 0; i < c->nargs && n < sizeof(prefix); i++)
		n += (size_t)snprintf(prefix + n, sizeof(prefix) - n, "%s%s", i == 0 ? "" : " ", c->args[i]);
	for (v = cli_verbs; v->words != NULL; v++) {
		if (!starts_with_words(v->words, prefix))
			continue;
		cli_usage(v, stdout);
		found++;
	}
	if (found > 0)
		return CLI_OK;
	fprintf(stderr, "pic: there is no verb %s; try: pic help\n", prefix);
	return CLI_USAGE;
}

int
cli_version(struct cli *c)
{
	if (c != NULL && c->json)
		printf("{\"version\":\"%s\"}\n", PIC_VERSION);
	else
		puts("pic " PIC_VERSION);
	return CLI_OK;
}

/* The words that may follow nothing, for completion of the first word. */
static void
print_words(const char *separator)
{
	const struct cli_verb *v;
	const char *last = "";
	size_t n, last_n = 0;

	fputs("run", stdout);
	for (v = cli_verbs; v->words != NULL; v++) {
		n = strcspn(v->words, " ");
		if (n == last_n && strncmp(v->words, last, n) == 0)
			continue;
		printf("%s%.*s", separator, (int)n, v->words);
		last = v->words;
		last_n = n;
	}
}

/* One case per prefix of words would be exact; the whole phrases are enough
 * for shells to filter by what stands on the line. */
static void
bash_completion(void)
{
	const struct cli_verb *v;

	puts("_pic() {\n\tlocal line=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" cur=\"${COMP_WORDS[COMP_CWORD]}\" w=()\n"
	    "\twhile IFS= read -r v; do\n"
	    "\t\t[[ -z $line || $v == \"$line \"* ]] || continue\n"
	    "\t\tv=${v#\"$line\"}; v=${v# }; w+=(\"${v%% *}\")\n\tdone <<'VERBS'");
	puts("run");
	for (v = cli_verbs; v->words != NULL; v++)
		puts(v->words);
	puts("VERBS\n\tCOMPREPLY=($(compgen -W \"${w[*]} --json --yes --help\" -- \"$cur\"))\n}\n"
	    "complete -F _pic pic");
}

static void
zsh_completion(void)
{
	puts("#compdef pic\nautoload -U +X bashcompinit && bashcompinit");
	bash_completion();
}

static void
fish_completion(void)
{
	const struct cli_verb *v;
	const char *tail;

	fputs("complete -c pic -f\ncomplete -c pic -n __fish_use_subcommand -a '", stdout);
	print_words(" ");
	puts("'");
	for (v = cli_verbs; v->words != NULL; v++) {
		tail = strrchr(v->words, ' ');
		if (tail != NULL)
			printf("complete -c pic -n 'string match -q -- \"pic %.*s *\" (commandline)' -a %s -d '%s'\n",
			    (int)(tail - v->words), v->words, tail + 1, v->help);
	}
}

int
cli_completion(struct cli *c)
{
	const char *shell = c->args[0];

	if (strcmp(shell, "bash") == 0) {
		bash_completion();
	} else if (strcmp(shell, "zsh") == 0) {
		zsh_completion();
	} else if (strcmp(shell, "fish") == 0) {
		fish_completion();
	} else {
		fprintf(stderr, "pic: I know bash, zsh and fish\n");
		return CLI_USAGE;
	}
	return CLI_OK;
}
