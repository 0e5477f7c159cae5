/* Waiting for a job; see wait.h. */
#include "cli/wait.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { POLL_MS = 250, PATH_LEN = 256 };

static const char *
text_of(const json_t *j, const char *member)
{
	const char *s = json_string_value(json_object_get(j, member));

	return s == NULL ? "" : s;
}

static void
pause_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);	/* an early end only polls sooner */
}

static bool
has_ended(const char *state)
{
	return strcmp(state, "succeeded") == 0 || strcmp(state, "failed") == 0 ||
	    strcmp(state, "cancelled") == 0;
}

static void
show_progress(const json_t *job)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s %3d %% %s", text_of(job, "kind"),
		    (int)json_integer_value(json_object_get(job, "progress")), text_of(job, "step"));
}

static int
tell_end(struct cli *c, const json_t *job)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (c->json && c->verb->run == cli_jobs_show)
		cli_print_json(job);
	if (strcmp(text_of(job, "state"), "succeeded") == 0)
		return CLI_OK;
	fprintf(stderr, "pic: %s %s: %s\n", text_of(job, "kind"), text_of(job, "state"), text_of(job, "error"));
	return CLI_FAILED;
}

int
cli_wait(struct cli *c, struct cli_reply *r)
{
	char id[64], path[PATH_LEN];
	const json_t *job = json_object_get(r->body, "job");
	int status;

	(void)snprintf(id, sizeof(id), "%s", text_of(job, "id"));	/* a uuid fits */
	cli_reply_free(r);
	if (c->no_wait) {
		puts(id);
		return CLI_OK;
	}
	if (!cli_path(path, sizeof(path), "/api/jobs/%s", id))
		return CLI_FAILED;
	for (;;) {
		status = cli_call(c, "GET", path, NULL, r);
		if (status != CLI_OK)
			return status;
		if (has_ended(text_of(r->body, "state")))
			break;
		show_progress(r->body);
		cli_reply_free(r);
		pause_ms(POLL_MS);
	}
	status = tell_end(c, r->body);
	cli_reply_free(r);
	return status;
}
