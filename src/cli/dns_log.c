/* pic dns log: the questions that the cell keeps in memory. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"

enum { PEER_WIDTH = 15 };

static const struct cli_column entries[] = {
	CLI_COL("TIME", "ts"), CLI_COL("FROM", "peer"), CLI_COL("NAME", "name"), CLI_COL("TYPE", "type"),
	CLI_WORD("ANSWER", "rcode"), CLI_COL("SOURCE", "source"), CLI_COL("UPSTREAM", "upstream"), CLI_COL("RULE", "rule"),
	CLI_COL("MS", "ms"), { .title = NULL }
};

static bool
is_shown(const struct cli *c, const json_t *e)
{
	const char *peer = cli_opt(c, "--peer"), *name = cli_opt(c, "--name"), *rcode = cli_opt(c, "--rcode");

	return (peer == NULL || strcasecmp(peer, cli_member_text(e, "peer")) == 0 ||
	    strcmp(peer, cli_member_text(e, "address")) == 0) &&
	    (name == NULL || strstr(cli_member_text(e, "name"), name) != NULL) &&
	    (rcode == NULL || strcmp(rcode, cli_member_text(e, "rcode")) == 0 ||
	    (strcmp(rcode, "BLOCKED") == 0 && strcmp(cli_member_text(e, "source"), "blocked") == 0));
}

static void
print_entry(const struct cli *c, const json_t *e)
{
	static const char *const members[] = { "ts", "peer", "name", "type", "rcode", "source", "upstream", "rule" };
	char text[CLI_PATH_MAX];
	size_t i;

	if (!is_shown(c, e))
		return;
	if (c->json) {
		(void)json_dumpf(e, stdout, JSON_COMPACT);	/* a lost reader ends the stream, below */
		putchar('\n');
		return;
	}
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		printf("%s%-*s", i == 0 ? "" : " ", i == 1 ? PEER_WIDTH : 0,
		    cli_text(json_object_get(e, members[i]), text, sizeof(text)));
	putchar('\n');
}

static bool
on_line(void *arg, const char *line)
{
	const struct cli *c = arg;
	json_t *data, *e;
	size_t i;

	if (strncmp(line, "data:", 5) != 0)
		return true;
	data = conf_json_read(line + 5, strlen(line + 5), NULL);
	json_array_foreach(json_object_get(data, "entries"), i, e)
		print_entry(c, e);
	json_decref(data);
	return fflush(stdout) == 0;
}

/* What was asked to be shown, as a query. False, after saying so, when it is too long. */
static bool
query_path(const struct cli *c, char path[CLI_PATH_MAX])
{
	static const char *const names[] = { "--peer", "--name", "--rcode" };
	char part[CLI_PATH_MAX];
	const char *v;
	size_t i, n = (size_t)snprintf(path, CLI_PATH_MAX, "/api/dns/log?limit=500");	/* fits */

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = cli_opt(c, names[i]);
		if (v == NULL)
			continue;
		if (!cli_path(part, "%s", v))
			return false;
		n += (size_t)snprintf(path + n, CLI_PATH_MAX - n, "&%s=%s", names[i] + 2, part);	/* judged below */
		if (n >= CLI_PATH_MAX)
			return false;
	}
	return true;
}

static void
print_page(const struct cli *c, const json_t *body)
{
	cli_table(c, json_object_get(body, "entries"), entries, "no questions are kept: see dns.query_log");
}

int
cli_dns_log(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (cli_opt(c, "--follow") != NULL)
		return cli_stream(c, "/api/events?types=query", on_line, c);
	return query_path(c, path) ? cli_view(c, "GET", path, print_page) : CLI_USAGE;
}
