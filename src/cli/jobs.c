/* pic jobs: long work. */
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column jobs[] = {
	CLI_COL("JOB", "kind"), CLI_WORD("STATE", "state"), CLI_COL("%", "progress"), CLI_COL("STEP", "step"),
	CLI_COL("BY", "actor"), CLI_COL("CREATED", "created_at"), CLI_COL("ID", "id"), { .title = NULL }
};

static const struct cli_column facts[] = {
	CLI_COL("Job", "kind"), CLI_COL("Id", "id"), CLI_WORD("State", "state"), CLI_COL("Progress", "progress"),
	CLI_COL("Step", "step"), CLI_COL("Message", "message"), CLI_COL("Object", "object"), CLI_COL("By", "actor"),
	CLI_COL("Created", "created_at"), CLI_COL("Started", "started_at"), CLI_COL("Finished", "finished_at"),
	CLI_COL("Error", "error"), { .title = NULL }
};

int
cli_jobs_list(struct cli *c)
{
	const char *state = cli_opt(c, "--only");
	char path[CLI_PATH_MAX];

	if (!cli_path(path, state == NULL ? "/api/jobs" : "/api/jobs?state=%s", state))
		return CLI_USAGE;
	return cli_show(c, path, jobs, state == NULL ? "nothing has run yet" : "no such job");
}

int
cli_jobs_show(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/jobs/%s", c->args[0]) ? cli_show_one(c, path, facts) : CLI_USAGE;
}

int
cli_jobs_cancel(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/jobs/%s", c->args[0]) ? cli_send(c, "DELETE", path, NULL, "cancelled") : CLI_USAGE;
}
