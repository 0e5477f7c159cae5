/* pic jobs, events: long work, and what happens. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { PATH_LEN = 512 };

static const struct cli_column jobs[] = {
	{ "JOB", "kind" }, { "STATE", "state" }, { "%", "progress" }, { "STEP", "step" },
	{ "BY", "actor" }, { "CREATED", "created_at" }, { "ID", "id" }, { NULL, NULL }
};

static const struct cli_column facts[] = {
	{ "Job", "kind" }, { "Id", "id" }, { "State", "state" }, { "Progress", "progress" }, { "Step", "step" },
	{ "Message", "message" }, { "Object", "object" }, { "By", "actor" }, { "Created", "created_at" },
	{ "Started", "started_at" }, { "Finished", "finished_at" }, { "Error", "error" }, { NULL, NULL }
};

/* "?state=running" and the like; value may be NULL. */
static bool
with_query(char *path, const char *head, const char *name, const char *value)
{
	char enc[PATH_LEN / 2] = "";

	if (value != NULL && !cli_encode(value, enc, sizeof(enc)))
		return false;
	return value == NULL ? cli_path(path, PATH_LEN, "%s", head) :
	    cli_path(path, PATH_LEN, "%s?%s=%s", head, name, enc);
}

int
cli_jobs_list(struct cli *c)
{
	char path[PATH_LEN];

	if (!with_query(path, "/api/jobs", "state", cli_opt(c, "--state")))
		return CLI_USAGE;
	return cli_show(c, path, jobs, "nothing has run yet");
}

static bool
job_path(const struct cli *c, char *path)
{
	char id[PATH_LEN / 2];

	return cli_encode(c->args[0], id, sizeof(id)) && cli_path(path, PATH_LEN, "/api/jobs/%s", id);
}

int
cli_jobs_show(struct cli *c)
{
	struct cli_reply r;
	char path[PATH_LEN];
	int status;

	if (!job_path(c, path))
		return CLI_USAGE;
	status = cli_call(c, "GET", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print_json(r.body);
	else
		cli_facts(r.body, facts);
	cli_reply_free(&r);
	return CLI_OK;
}

int
cli_jobs_cancel(struct cli *c)
{
	char path[PATH_LEN];

	return job_path(c, path) ? cli_send(c, "DELETE", path, NULL, "cancelled") : CLI_USAGE;
}

struct event {
	const struct cli *cli;
	char name[64];
};

/* text/event-stream: "event:" names what the next "data:" is; people and scripts get one line each. */
static bool
on_line(void *arg, const char *line)
{
	struct event *ev = arg;

	if (strncmp(line, "event:", 6) == 0)
		(void)snprintf(ev->name, sizeof(ev->name), "%s", line + 6 + strspn(line + 6, " "));	/* ours are short */
	if (strncmp(line, "data:", 5) != 0)
		return true;
	line += 5 + strspn(line + 5, " ");
	if (ev->cli->json)
		printf("{\"event\":\"%s\",\"data\":%s}\n", ev->name, line);
	else
		printf("%-16s %s\n", ev->name, line);
	return fflush(stdout) == 0;
}

int
cli_events(struct cli *c)
{
	struct event ev = { .cli = c };
	char path[PATH_LEN];

	if (!with_query(path, "/api/events", "types", cli_opt(c, "--types")))
		return CLI_USAGE;
	return cli_stream(c, path, on_line, &ev);
}
