/* pic completion: scripts that hold the table of verbs, so that pressing Tab
 * never starts this program. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"

/* " --ttl= --role=peer|admin --all": a value that is a choice is spelled out. */
static void
print_options(const struct cli_option *o, size_t max)
{
	size_t i;

	for (i = 0; i < max && o[i].name != NULL; i++) {
		printf(" %s", o[i].name);
		if (o[i].value != NULL)
			printf("=%s", strchr(o[i].value, '|') == NULL ? "" : o[i].value);
	}
}

/* "dns records add;; --ttl= …": words, choices of the first argument, options. */
static void
print_rows(void)
{
	const struct cli_verb *v;

	for (v = cli_verbs; v->words != NULL; v++) {
		printf("%s;%s;", v->words, strchr(v->args, '|') == NULL ? "" : v->args);
		print_options(v->options, CLI_OPTIONS_MAX);
		if (v->run != NULL)
			print_options(cli_common, SIZE_MAX);
		putchar('\n');
	}
}

/* said: the verb's words so far; next: words that lead to longer verbs; the
 * longest verb that is said entirely tells options and choices. Files are what
 * is left (-o default). */
static void
print_bash(void)
{
	puts("_pic() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\tlocal said='' best='' options='' choices='' next='' verb first opts o i IFS=$' \\t\\n'\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t--state | --socket) ((i++)) ;;\n"
	    "\t\t-*) ;;\n"
	    "\t\t*) said+=\"${COMP_WORDS[i]} \" ;;\n"
	    "\t\tesac\n"
	    "\tdone\n"
	    "\twhile IFS=';' read -r verb first opts; do\n"
	    "\t\tif [[ \"$verb \" == \"$said\"?* ]]; then\n"
	    "\t\t\to=${verb#\"$said\"}; o=${o%% *}\n"
	    "\t\t\t[[ \"$next \" == *\" $o \"* ]] || next+=\" $o\"\n"
	    "\t\telif [[ \"$said\" == \"$verb \"* && ${#verb} -gt ${#best} ]]; then\n"
	    "\t\t\tbest=$verb; options=$opts; choices=\n"
	    "\t\t\t[[ \"$said\" != \"$verb \" ]] || choices=${first//|/ }\n"
	    "\t\tfi\n"
	    "\tdone <<'VERBS'");
	print_rows();
	puts("VERBS\n"
	    "\tfor o in $options; do\n"
	    "\t\tif [[ $o == \"$prev=\"* ]]; then\n"
	    "\t\t\to=${o#*=}; COMPREPLY=($(compgen -W \"${o//|/ }\" -- \"$cur\"))\n"
	    "\t\t\treturn\n"
	    "\t\tfi\n"
	    "\t\tchoices+=\" ${o%%=*}\"\n"
	    "\tdone\n"
	    "\tCOMPREPLY=($(compgen -W \"$next $choices\" -- \"$cur\"))\n"
	    "}\n"
	    "complete -o default -F _pic pic");
}

static void
print_zsh(void)
{
	puts("#compdef pic\nautoload -U +X bashcompinit && bashcompinit");
	print_bash();
}

/* Is the head of this length also that of the row above? Then it was offered already. */
static bool
is_offered(const struct cli_verb *v, size_t n)
{
	return v != cli_verbs && strncmp(v[-1].words, v->words, n) == 0 &&
	    (v[-1].words[n] == '\0' || v[-1].words[n] == ' ');
}

/* Fish wants a line for each word: behind "pic dns" may stand "records". */
static void
print_fish_words(const struct cli_verb *v)
{
	const char *word = v->words;
	size_t n;

	for (;;) {
		n = strcspn(word, " ");
		if (!is_offered(v, (size_t)(word - v->words) + n)) {
			printf("complete -c pic -n 'test (commandline -opc | string join \" \") = \"pic%s%.*s\"'"
			    " -a '%.*s'", word == v->words ? "" : " ",
			    word == v->words ? 0 : (int)(word - v->words) - 1, v->words, (int)n, word);
			printf(word[n] == '\0' ? " -d '%s'\n" : "\n", v->help);
		}
		if (word[n] == '\0')
			return;
		word += n + 1;
	}
}

/* Files are offered only where one is meant. */
static const char *
fish_value(const struct cli_option *o)
{
	if (o->value == NULL)
		return "";
	return strcmp(o->value, "FILE") == 0 || strcmp(o->value, "DIR") == 0 ? " -rF" : " -r";
}

static void
print_fish_options(const struct cli_verb *v)
{
	const struct cli_option *o;

	for (o = v->options; o < v->options + CLI_OPTIONS_MAX && o->name != NULL; o++)
		printf("complete -c pic -n 'string match -q \"pic %s*\" -- (commandline -opc | string join \" \")'"
		    " -l %s%s\n", v->words, o->name + 2, fish_value(o));
}

static void
print_fish(void)
{
	const struct cli_verb *v;
	const struct cli_option *o;

	puts("complete -c pic -f");
	for (o = cli_common; o->name != NULL; o++)
		printf("complete -c pic -l %s%s\n", o->name + 2, fish_value(o));
	for (v = cli_verbs; v->words != NULL; v++) {
		print_fish_words(v);
		print_fish_options(v);
	}
}

int
cli_completion(struct cli *c)
{
	static const struct { const char *name; void (*print)(void); } shells[] = {
		{ "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish }
	};
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(c->args[0], shells[i].name) == 0) {
			shells[i].print();
			return CLI_OK;
		}
	fprintf(stderr, "pic: completion is made for bash, zsh and fish\n");
	return CLI_USAGE;
}
