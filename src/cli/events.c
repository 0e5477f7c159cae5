/* pic events: what happens, one line each, as it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"

enum { NAME_MAX_ = 64, TEXT_MAX = 512, WIDTH = 10 };

struct stream {
	const struct cli *cli;
	char name[NAME_MAX_];	/* of the event whose data comes next */
};

/* What people want to know of the data; "ts" stands in front already. */
static const char *
digest(const char *event, json_t *data, char *buf, size_t size)
{
	const json_t *job = json_object_get(data, "job");
	char by[NAME_MAX_], what[TEXT_MAX / 2];

	if (strcmp(event, "job") == 0 && job != NULL) {
		(void)snprintf(buf, size, "%s %s %d %% %s%s", cli_text(json_object_get(job, "kind"), by, sizeof(by)),
		    cli_member_text(job, "state"), (int)json_integer_value(json_object_get(job, "progress")),
		    cli_member_text(job, "step"), cli_member_text(job, "error"));	/* cut: a glimpse */
	} else if (strcmp(event, "config") == 0) {
		(void)snprintf(buf, size, "generation %" JSON_INTEGER_FORMAT " by %s: %s",
		    json_integer_value(json_object_get(data, "generation")),
		    cli_text(json_object_get(data, "actor"), by, sizeof(by)),
		    cli_text(json_object_get(data, "summary"), what, sizeof(what)));	/* likewise */
	} else {
		(void)json_object_del(data, "ts");	/* may be absent */
		(void)cli_text(data, buf, size);	/* returns buf */
	}
	return buf;
}

static void
print_event(const struct stream *s, const char *text)
{
	json_t *data = conf_json_read(text, strlen(text), NULL);
	char at[NAME_MAX_], buf[TEXT_MAX];

	printf("%-20s %-*s %s\n", cli_text(json_object_get(data, "ts"), at, sizeof(at)), WIDTH, s->name,
	    digest(s->name, data, buf, sizeof(buf)));
	json_decref(data);
}

/* text/event-stream: "event:" names what the next "data:" is. */
static bool
on_line(void *arg, const char *line)
{
	struct stream *s = arg;

	if (strncmp(line, "event:", 6) == 0)
		(void)snprintf(s->name, sizeof(s->name), "%s", line + 6 + strspn(line + 6, " "));	/* ours are short */
	if (strncmp(line, "data:", 5) != 0)
		return true;
	line += 5 + strspn(line + 5, " ");
	if (s->cli->json)
		printf("{\"event\":\"%s\",\"data\":%s}\n", s->name, line);
	else
		print_event(s, line);
	return fflush(stdout) == 0;
}

int
cli_events(struct cli *c)
{
	const char *types = cli_opt(c, "--types");
	struct stream s = { .cli = c };
	char path[CLI_PATH_MAX];

	if (!cli_path(path, types == NULL ? "/api/events" : "/api/events?types=%s", types))
		return CLI_USAGE;
	return cli_stream(c, path, on_line, &s);
}
