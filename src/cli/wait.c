/* Waiting for a job; see wait.h. */
#include "cli/wait.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/verb.h"

enum { POLL_MS = 250, ID_MAX = 64 };

static bool
has_ended(const char *state)
{
	return strcmp(state, "succeeded") == 0 || strcmp(state, "failed") == 0 || strcmp(state, "cancelled") == 0;
}

static void
show_progress(const json_t *job)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s %3d %% %s", cli_member_text(job, "kind"),
		    (int)json_integer_value(json_object_get(job, "progress")), cli_member_text(job, "step"));
}

static void
clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int
tell_end(const json_t *job)
{
	const char *why = cli_member_text(job, "error");

	if (strcmp(cli_member_text(job, "state"), "succeeded") == 0)
		return CLI_OK;
	fprintf(stderr, "pic: %s %s%s%s\n", cli_member_text(job, "kind"), cli_member_text(job, "state"),
	    why[0] == '\0' ? "" : ": ", why);
	return CLI_FAILED;
}

/* Held back and waited for, Ctrl-C needs no handler. */
static void
interrupts(sigset_t *only, sigset_t *before)
{
	(void)sigemptyset(only);
	(void)sigaddset(only, SIGINT);	/* both are valid */
	(void)sigprocmask(SIG_BLOCK, only, before);
}

/* Look until the job ends. *r is its last state when CLI_OK. */
static int
watch(struct cli *c, const char *path, const sigset_t *interrupt, struct cli_reply *r)
{
	static const struct timespec poll = { .tv_nsec = POLL_MS * 1000000L };
	int status;

	for (;;) {
		status = cli_call(c, "GET", path, NULL, r);
		if (status != CLI_OK || has_ended(cli_member_text(r->body, "state")))
			return status;
		show_progress(r->body);
		cli_reply_free(r);
		if (sigtimedwait(interrupt, NULL, &poll) == SIGINT)
			return CLI_DEGRADED;
	}
}

static int
wait_for(struct cli *c, const char *id)
{
	char path[CLI_PATH_MAX];
	sigset_t interrupt, before;
	struct cli_reply r;
	int status;

	if (!cli_path(path, "/api/jobs/%s", id))
		return CLI_FAILED;
	interrupts(&interrupt, &before);
	status = watch(c, path, &interrupt, &r);
	clear_progress();
	if (status == CLI_OK) {
		status = tell_end(r.body);
		cli_reply_free(&r);
	} else if (status == CLI_DEGRADED) {
		fprintf(stderr, "pic: the job goes on: pic jobs show %s\n", id);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);	/* a valid set */
	return status;
}

int
cli_wait(struct cli *c, struct cli_reply *r)
{
	const json_t *job = json_object_get(r->body, "job");
	char id[ID_MAX];

	(void)snprintf(id, sizeof(id), "%s", cli_member_text(job, "id"));	/* a uuid fits */
	if (c->no_wait && c->json)
		cli_print(r);
	else if (c->no_wait)
		puts(id);
	else
		show_progress(job);
	cli_reply_free(r);
	return c->no_wait ? CLI_OK : wait_for(c, id);
}
