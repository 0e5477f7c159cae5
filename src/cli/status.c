/* pic status, doctor: what the cell is and how it is. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "cli/wait.h"

/* --- status ------------------------------------------------------------------------- */

static const struct cli_column facts[] = {
	CLI_COL("Cell", "cell_name"), CLI_COL("Domain", "effective_domain"), CLI_COL("Internal", "domain"),
	CLI_COL("Mode", "domain_mode"), CLI_COL("Version", "version"), CLI_COL("Generation", "generation"),
	CLI_TIME("Up", "uptime"), CLI_COL("Clock trusted", "time_trusted"), { .title = NULL }
};

static const struct cli_column parts[] = {
	CLI_COL("PART", "name"), CLI_WORD("STATE", "status"), CLI_COL("NOTE", "detail"), { .title = NULL }
};

/* The parts as the API has them are one object; people want rows. */
static json_t *
rows_of(const json_t *services)
{
	json_t *rows = json_array(), *row, *part;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)services, name, part) {	/* only read, though the macro takes no const */
		row = json_copy(part);
		(void)json_object_set_new(row, "name", json_string(name));	/* out of memory: a shorter table */
		(void)json_array_append_new(rows, row);				/* likewise */
	}
	return rows;
}

static int
health_of(const json_t *services)
{
	json_t *part;
	const char *name;
	int status = CLI_OK;

	json_object_foreach((json_t *)(uintptr_t)services, name, part)	/* as above */
		if (!json_is_true(json_object_get(part, "running")))
			status = CLI_DEGRADED;
	return status;
}

static int
print_parts(struct cli *c)
{
	struct cli_reply r;
	json_t *rows;
	int status = cli_call(c, "GET", "/api/services/status", NULL, &r);

	if (status != CLI_OK)
		return status;
	rows = rows_of(r.body);
	putchar('\n');
	cli_table(c, rows, parts, "no part is running");
	json_decref(rows);
	cli_reply_free(&r);
	return CLI_OK;
}

static int
print_status(struct cli *c, const struct cli_reply *r)
{
	int told = CLI_OK, health = health_of(json_object_get(r->body, "services"));

	if (c->json) {
		cli_print(r);
	} else {
		cli_facts(c, r->body, facts);
		told = print_parts(c);
	}
	return told != CLI_OK ? told : health;
}

/* Not set up, starting or stopping: it runs, but does not serve yet. The document says so to programs. */
static int
print_unready(struct cli *c, const struct cli_reply *r)
{
	(void)cli_tell(r);
	if (c->json)
		cli_print(r);
	return CLI_DEGRADED;
}

int
cli_status(struct cli *c)
{
	const struct cli_ask q = { .method = "GET", .path = "/api/status" };
	struct cli_reply r;
	int status = cli_request(c, &q, &r);

	if (status != CLI_OK)
		return status;
	if (r.status == 200)
		status = print_status(c, &r);
	else if (r.status == 428 || r.status == 503)
		status = print_unready(c, &r);
	else
		status = cli_tell(&r);
	cli_reply_free(&r);
	return status;
}

/* --- doctor ------------------------------------------------------------------------- */

static const struct cli_column checks[] = {
	CLI_COL("CHECK", "id"), CLI_WORD("VERDICT", "verdict"), CLI_COL("DETAIL", "detail"), { .title = NULL }
};

/* What to do stands below what was found: beside it no terminal is wide enough. */
static void
print_checks(const struct cli *c, const json_t *list)
{
	json_t *rows = json_array(), *check;
	size_t i;

	json_array_foreach(list, i, check) {
		(void)json_array_append(rows, check);	/* out of memory: a shorter table */
		if (json_is_string(json_object_get(check, "fix")))
			(void)json_array_append_new(rows, json_pack("{ssssso}", "id", " ", "verdict", " ", "detail",
			    json_sprintf("-> %s", cli_member_text(check, "fix"))));	/* likewise */
	}
	cli_table(c, rows, checks, "nothing was examined yet");
	json_decref(rows);
}

static int
worst_of(const json_t *list)
{
	const json_t *row;
	size_t i;
	int status = CLI_OK;

	json_array_foreach(list, i, row)
		if (strcmp(cli_member_text(row, "verdict"), "fail") == 0)
			status = CLI_DEGRADED;
	return status;
}

int
cli_doctor(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "POST", "/api/diagnosis", NULL, &r);

	if (status != CLI_OK)
		return status;
	status = cli_wait(c, &r);
	if (status != CLI_OK || c->no_wait)
		return status;
	status = cli_call(c, "GET", "/api/diagnosis", NULL, &r);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		print_checks(c, json_object_get(r.body, "checks"));
	status = worst_of(json_object_get(r.body, "checks"));
	cli_reply_free(&r);
	return status;
}
