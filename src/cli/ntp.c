/* pic ntp: the time service. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column facts[] = {
	CLI_COL("Running", "running"), CLI_COL("Synchronised", "synchronised"), CLI_COL("Stratum", "stratum"),
	CLI_COL("Source", "source"), CLI_COL("Offset us", "offset_us"), CLI_COL("Jitter us", "jitter_us"),
	CLI_COL("Clock steered by", "clock_control"), CLI_COL("Clock trusted", "time_trusted"), CLI_COL("Why not", "reason"),
	CLI_COL("Clients", "clients"), { .title = NULL }
};

static const struct cli_column sources[] = {
	CLI_COL("SOURCE", "host"), CLI_COL("ADDRESS", "address"), CLI_WORD("STATE", "state"), CLI_COL("STRATUM", "stratum"),
	CLI_COL("OFFSET US", "offset_us"), CLI_COL("DELAY US", "delay_us"), CLI_COL("REACH", "reach"),
	CLI_COL("LAST", "last_at"), { .title = NULL }
};

static void
print_status(const struct cli *c, const json_t *body)
{
	cli_facts(c, body, facts);
	putchar('\n');
	cli_table(c, json_object_get(body, "sources"), sources, "no source was asked yet");
}

int
cli_ntp_status(struct cli *c)
{
	return cli_view(c, "GET", "/api/ntp/status", print_status);
}

int
cli_ntp_sync(struct cli *c)
{
	return cli_view(c, "POST", "/api/ntp/sync", print_status);
}
