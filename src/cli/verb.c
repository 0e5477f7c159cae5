/* The table of verbs, and what is made from it: matching, usage, help,
 * completion. */
#include "cli/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

const struct cli_verb cli_verbs[] = {
	{ "status", "", 0, 0, {{0}}, "state of the cell and its parts", cli_status, false },
	{ "doctor", "", 0, 0, {{0}}, "examine the cell and say what to fix", cli_doctor, false },
	{ "setup", "", 0, 0, {{ "--file", "FILE" }}, "set up a new cell: questions here, or answers from a JSON file", cli_setup, false },
	{ "setup token", "", 0, 0, {{0}}, "a new one-time address for setting up in a browser", cli_setup_token, false },
	{ "config get", "[PATH]", 0, 1, {{0}}, "the configuration, or one part of it (dns.cache)", cli_config_get, false },
	{ "config set", "PATH VALUE", 2, 2, {{ "--dry-run", NULL }}, "change one value (dns.edns_size 1232)", cli_config_set, false },
	{ "config edit", "SECTION", 1, 1, {{0}}, "change a section: its new JSON is read from standard input", cli_config_edit, false },
	{ "config diff", "[FROM TO]", 0, 2, {{0}}, "what changed between two generations", cli_config_diff, false },
	{ "config history", "", 0, 0, {{0}}, "the kept generations", cli_config_history, false },
	{ "config rollback", "GENERATION", 1, 1, {{ "--dry-run", NULL }}, "return to an earlier generation", cli_config_rollback, true },
	{ "config pending", "", 0, 0, {{0}}, "is a change waiting to be confirmed?", cli_config_pending, false },
	{ "config confirm", "", 0, 0, {{0}}, "keep a change that is on trial", cli_config_confirm, false },
	{ "config discard", "", 0, 0, {{0}}, "take back a change that is on trial", cli_config_discard, false },
	{ "config export", "", 0, 0, {{0}}, "the document without secrets, to standard output", cli_config_export, false },
	{ "config import", "FILE", 1, 1, {{ "--replace", NULL }, { "--dry-run", NULL }}, "take settings from an exported document (- = standard input)", cli_config_import, true },
	{ "dns status", "", 0, 0, {{0}}, "counters, cache, upstreams", cli_dns_status, false },
	{ "dns records list", "", 0, 0, {{ "--all", NULL }}, "own records; --all: also those the cell makes", cli_dns_records_list, false },
	{ "dns records add", "NAME TYPE VALUE", 3, 3, {{ "--ttl", "SECONDS" }, { "--zone", "ZONE" }, { "--views", "VIEW,…" }}, "add a record", cli_dns_records_add, false },
	{ "dns records set", "ID", 1, 1, {{ "--name", "NAME" }, { "--type", "TYPE" }, { "--value", "VALUE" }, { "--ttl", "SECONDS" }, { "--views", "VIEW,…" }}, "change a record", cli_dns_records_set, false },
	{ "dns records remove", "NAME-OR-ID [TYPE]", 1, 2, {{0}}, "remove records", cli_dns_records_remove, true },
	{ "dns zones list", "", 0, 0, {{0}}, "zones served", cli_dns_zones_list, false },
	{ "dns forwards list", "", 0, 0, {{0}}, "zones asked elsewhere", cli_dns_forwards_list, false },
	{ "dns forwards add", "ZONE SERVER…", 2, 5, {{0}}, "ask these servers for a zone", cli_dns_forwards_add, false },
	{ "dns forwards remove", "ZONE", 1, 1, {{0}}, "no longer forward a zone", cli_dns_forwards_remove, true },
	{ "dns query", "NAME [TYPE]", 1, 2, {{ "--zone", "ZONE" }}, "ask the cell a question as an asker of a zone (vpn, lan, local, public)", cli_dns_query, false },
	{ "dns flush", "[NAME]", 0, 1, {{0}}, "forget cached answers", cli_dns_flush, false },
	{ "dns reload", "", 0, 0, {{0}}, "build the zones again", cli_dns_reload, false },
	{ "user list", "", 0, 0, {{0}}, "accounts", cli_user_list, false },
	{ "user add", "NAME", 1, 1, {{ "--role", "admin|peer" }, { "--password-file", "FILE" }}, "add an account", cli_user_add, false },
	{ "user passwd", "NAME", 1, 1, {{ "--password-file", "FILE" }}, "set a new password, to be changed at the next login", cli_user_passwd, false },
	{ "user enable", "NAME", 1, 1, {{0}}, "let an account log in again", cli_user_enable, false },
	{ "user disable", "NAME", 1, 1, {{0}}, "stop an account at once", cli_user_disable, false },
	{ "user unlock", "NAME", 1, 1, {{0}}, "end a lock after wrong passwords", cli_user_unlock, false },
	{ "user remove", "NAME", 1, 1, {{0}}, "remove an account", cli_user_remove, true },
	{ "user totp-off", "NAME", 1, 1, {{0}}, "switch the second factor off", cli_user_totp_off, true },
	{ "token list", "", 0, 0, {{0}}, "API tokens", cli_token_list, false },
	{ "token new", "NAME SCOPE…", 2, 8, {{ "--expires", "SECONDS" }}, "make a token; it is shown once", cli_token_new, false },
	{ "token revoke", "NAME-OR-ID", 1, 1, {{0}}, "end a token at once", cli_token_revoke, true },
	{ "session list", "", 0, 0, {{0}}, "who is logged in", cli_session_list, false },
	{ "session revoke", "ID", 1, 1, {{0}}, "end a session at once", cli_session_revoke, true },
	{ "jobs", "", 0, 0, {{ "--state", "STATE" }}, "long work, newest first", cli_jobs_list, false },
	{ "jobs show", "ID", 1, 1, {{0}}, "one job", cli_jobs_show, false },
	{ "jobs cancel", "ID", 1, 1, {{0}}, "cancel a job", cli_jobs_cancel, false },
	{ "events", "", 0, 0, {{ "--types", "TYPE,…" }}, "what happens, as it happens", cli_events, false },
	{ "help", "[VERB…]", 0, 4, {{0}}, "this list, or one verb", cli_help, false },
	{ "version", "", 0, 0, {{0}}, "the version of this program", cli_version, false },
	{ "completion", "bash|zsh|fish", 1, 1, {{0}}, "completion script for a shell", cli_completion, false },
	{ NULL, NULL, 0, 0, {{0}}, NULL, NULL, false }
};

/* Options that every verb has. */
static const struct cli_option common[] = {
	{ "--json", NULL }, { "--yes", NULL }, { "--no-wait", NULL },
	{ "--state", "DIR" }, { "--socket", "PATH" }, { "--help", NULL }
};

enum { NCOMMON = sizeof(common) / sizeof(common[0]), WORDS_MAX = 16 };

const char *
cli_opt(const struct cli *c, const char *name)
{
	size_t i;

	for (i = 0; i < CLI_OPTIONS_MAX && c->verb->options[i].name != NULL; i++)
		if (strcmp(c->verb->options[i].name, name) == 0)
			return c->values[i];
	return NULL;
}

void
cli_usage(const struct cli_verb *v, void *stream)
{
	FILE *f = stream;
	size_t i;

	fprintf(f, "usage: pic %s%s%s", v->words, v->args[0] == '\0' ? "" : " ", v->args);
	for (i = 0; i < CLI_OPTIONS_MAX && v->options[i].name != NULL; i++)
		fprintf(f, v->options[i].value == NULL ? " [%s]" : " [%s %s]",
		    v->options[i].name, v->options[i].value);
	fprintf(f, " [--json]\n  %s\n", v->help);
}

/* How many words of the verb's own stand at the front; 0 = another verb. */
static size_t
match(const char *words, const char **v, size_t n)
{
	size_t i, len, used = 0;

	for (i = 0; words[0] != '\0'; i++) {
		len = strcspn(words, " ");
		if (i == n || strlen(v[i]) != len || strncmp(v[i], words, len) != 0)
			return 0;
		used++;
		words += len;
		words += words[0] == ' ';
	}
	return used;
}

/* The verb with the most words wins: "setup token" before "setup". */
static const struct cli_verb *
find_verb(const char **v, size_t n, size_t *used)
{
	const struct cli_verb *best = NULL, *row;

	*used = 0;
	for (row = cli_verbs; row->words != NULL; row++) {
		size_t m = match(row->words, v, n);

		if (m > *used) {
			*used = m;
			best = row;
		}
	}
	return best;
}


/* The options row that name means for this verb, own ones first. */
static const struct cli_option *
option_row(const struct cli_verb *v, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < CLI_OPTIONS_MAX && v->options[i].name != NULL; i++)
		if (strlen(v->options[i].name) == len && strncmp(v->options[i].name, name, len) == 0)
			return &v->options[i];
	for (i = 0; i < NCOMMON; i++)
		if (strlen(common[i].name) == len && strncmp(common[i].name, name, len) == 0)
			return &common[i];
	return NULL;
}

static int
usage_error(const struct cli_verb *v, const char *what, const char *name)
{
	fprintf(stderr, "pic: %s%s%s\n", what, name == NULL ? "" : " ", name == NULL ? "" : name);
	if (v != NULL)
		cli_usage(v, stderr);
	else
		fprintf(stderr, "try: pic help\n");
	return CLI_USAGE;
}

static void
take_common(struct cli *c, const char *name, const char *value, const char **state, const char **sock)
{
	c->json |= strcmp(name, "--json") == 0;
	c->yes |= strcmp(name, "--yes") == 0;
	c->no_wait |= strcmp(name, "--no-wait") == 0;
	if (strcmp(name, "--state") == 0)
		*state = value;
	if (strcmp(name, "--socket") == 0)
		*sock = value;
}

struct where { const char *state, *sock; bool help; };

/* One option at argv[i]; returns how many words it took, 0 = bad. */
static int
take_option(struct cli *c, char **argv, int i, int argc, struct where *w)
{
	size_t len = strcspn(argv[i], "=");
	const struct cli_option *o = option_row(c->verb, argv[i], len);
	const char *value = argv[i][len] == '=' ? argv[i] + len + 1 : NULL;
	int used = 1;

	if (o == NULL || (o->value == NULL && value != NULL))
		return 0;
	if (o->value != NULL && value == NULL) {
		if (i + 1 >= argc)
			return 0;
		value = argv[i + 1];
		used = 2;
	}
	if (o >= c->verb->options && o < c->verb->options + CLI_OPTIONS_MAX)
		c->values[o - c->verb->options] = value == NULL ? "" : value;
	else
		take_common(c, o->name, value, &w->state, &w->sock);
	w->help |= strcmp(o->name, "--help") == 0;
	return used;
}

/* Words before the first option name the verb; options may stand anywhere behind it. */
static size_t
leading_words(int argc, char **argv, const char **v)
{
	size_t n = 0;
	int i;

	for (i = 1; i < argc && n < WORDS_MAX && strncmp(argv[i], "--", 2) != 0; i++)
		v[n++] = argv[i];
	return n;
}

static int
take_rest(struct cli *c, int argc, char **argv, size_t used, struct where *w)
{
	bool only_args = false;
	int i = 1 + (int)used, took;

	while (i < argc) {
		if (!only_args && strcmp(argv[i], "--") == 0) {
			only_args = true;
			i++;
		} else if (!only_args && strncmp(argv[i], "--", 2) == 0) {
			took = take_option(c, argv, i, argc, w);
			if (took == 0)
				return usage_error(c->verb, "bad option", argv[i]);
			i += took;
		} else {
			if (c->nargs == CLI_ARGS_MAX)
				return usage_error(c->verb, "too many arguments", NULL);
			c->args[c->nargs++] = argv[i++];
		}
	}
	return CLI_OK;
}

int
cli_parse(struct cli *c, int argc, char **argv)
{
	const char *v[WORDS_MAX];
	size_t used, n = leading_words(argc, argv, v);
	struct where w = { NULL, NULL, false };

	memset(c, 0, sizeof(*c));
	c->color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	c->verb = find_verb(v, n, &used);
	if (c->verb == NULL)
		return usage_error(NULL, n == 0 ? "what shall I do?" : "unknown verb", n == 0 ? NULL : v[0]);
	if (take_rest(c, argc, argv, used, &w) != CLI_OK)
		return CLI_USAGE;
	if (w.help) {
		cli_usage(c->verb, stdout);
		exit(CLI_OK);
	}
	if (c->nargs < c->verb->min || c->nargs > c->verb->max)
		return usage_error(c->verb, c->nargs < c->verb->min ?
		    "something is missing" : "too many arguments", NULL);
	if (paths_find(&c->paths, w.state, w.sock, geteuid() == 0) < 0)
		return usage_error(NULL, "cannot tell where the cell lives: set PIC_STATE_DIR or HOME", NULL);
	return CLI_OK;
}
