/* pic status, doctor: what the cell is and how it is. */
#include <stdio.h>
#include <string.h>

#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "cli/wait.h"

static const struct cli_column facts[] = {
	{ "Cell", "cell_name" }, { "Domain", "effective_domain" }, { "Internal", "domain" },
	{ "Mode", "domain_mode" }, { "Version", "version" }, { "Generation", "generation" },
	{ "Up", "uptime" }, { NULL, NULL }
};

/* services is an object; people want rows. */
static int
print_parts(json_t *parts)
{
	const char *name;
	json_t *part;
	int status = CLI_OK;

	json_object_foreach(parts, name, part) {
		const char *s = json_string_value(json_object_get(part, "status"));

		printf("%-10s  %s\n", name, s == NULL ? "-" : s);
		if (!json_is_true(json_object_get(part, "running")))
			status = CLI_DEGRADED;
	}
	return status;
}

static int
print_unset(struct cli *c, const char *detail)
{
	fprintf(stderr, "pic: %s\n", detail);
	fprintf(stderr, "next: pic setup, or pic setup token for an address to open in a browser\n");
	(void)c;
	return CLI_DEGRADED;
}

int
cli_status(struct cli *c)
{
	struct cli_reply r;
	int status = cli_request(c, "GET", "/api/status", NULL, &r);

	if (status != CLI_OK)
		return status;
	if (r.status == 428)
		status = print_unset(c, "this cell is not set up yet");
	else if (r.status != 200)
		status = cli_tell(&r);
	else if (c->json)
		cli_print_json(r.body);
	else
		cli_facts(r.body, facts);
	if (r.status == 200 && !c->json)
		status = print_parts(json_object_get(r.body, "services"));
	cli_reply_free(&r);
	return status;
}

static const struct cli_column checks[] = {
	{ "CHECK", "id" }, { "VERDICT", "verdict" }, { "DETAIL", "detail" }, { "FIX", "fix" }, { NULL, NULL }
};

static int
worst(const json_t *list)
{
	const json_t *row;
	size_t i;
	int status = CLI_OK;

	json_array_foreach(list, i, row) {
		const char *v = json_string_value(json_object_get(row, "verdict"));

		if (v != NULL && strcmp(v, "fail") == 0)
			status = CLI_DEGRADED;
	}
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
		cli_print_json(r.body);
	else
		cli_table(json_object_get(r.body, "checks"), checks, "nothing was examined yet");
	status = worst(json_object_get(r.body, "checks"));
	cli_reply_free(&r);
	return status;
}
