/* pic firewall status, show, drops: the firewall as it is. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column facts[] = {
	CLI_COL("Rules in", "backend"), CLI_COL("Table", "table"), CLI_COL("Rules", "rules"), CLI_COL("Sets", "sets"),
	CLI_COL("Why not", "fault"), CLI_COL("Not as it should be", "drift"), CLI_COL("Last change", "last_commit_at"),
	CLI_COL("Last repair", "last_drift_at"), CLI_COL("Of what", "last_drift"), CLI_COL("Packets dropped", "drops"),
	{ .title = NULL }
};

static const struct cli_column drops[] = {
	CLI_COL("TIME", "ts"), CLI_COL("PEER", "peer"), CLI_COL("FROM", "from"), CLI_COL("TO", "to"), CLI_COL("PROTO", "proto"),
	CLI_COL("PORT", "port"), CLI_COL("RULE", "rule"), CLI_COL("WHY", "reason"), { .title = NULL }
};

static void
print_status(const struct cli *c, const json_t *body)
{
	cli_facts(c, body, facts);
}

int
cli_firewall_status(struct cli *c)
{
	return cli_view(c, "GET", "/api/firewall/status", print_status);
}

/* As `nft` shows it: for a person, or to compare with what the kernel has. */
static void
print_text(const struct cli *c, const json_t *body)
{
	(void)c;
	fputs(cli_member_text(body, "text"), stdout);
}

int
cli_firewall_show(struct cli *c)
{
	const char *generation = cli_opt(c, "--generation");
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/firewall/ruleset?generation=%s", generation == NULL ? "0" : generation))
		return CLI_USAGE;
	return cli_view(c, "GET", path, print_text);
}

static void
print_drops(const struct cli *c, const json_t *body)
{
	cli_table(c, json_object_get(body, "entries"), drops, "nothing was dropped of late");
}

int
cli_firewall_drops(struct cli *c)
{
	return cli_view(c, "GET", "/api/firewall/drops?limit=500", print_drops);
}
