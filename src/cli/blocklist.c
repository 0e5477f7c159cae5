/* pic blocklist …: lists of names that are not answered, and exceptions. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "cli/wait.h"

static const struct cli_column lists[] = {
	CLI_COL("LIST", "id"), CLI_COL("NAME", "name"), CLI_COL("ON", "enabled"), CLI_COL("NAMES", "entries"),
	CLI_COL("REFRESHED", "refreshed_at"), CLI_COL("ERROR", "error"), { .title = NULL }
};

int
cli_blocklist_list(struct cli *c)
{
	return cli_show(c, "/api/blocklists", lists, "no lists yet: pic blocklist add NAME https://…");
}

int
cli_blocklist_add(struct cli *c)
{
	json_t *body = json_pack("{ssss}", "name", c->args[0], "url", c->args[1]);

	/* out of memory shows as a missing member, which the cell names */
	if (cli_opt(c, "--format") != NULL)
		(void)json_object_set_new(body, "format", json_string(cli_opt(c, "--format")));
	if (cli_opt(c, "--peer") != NULL)
		(void)json_object_set_new(body, "apply_to", json_pack("{sbs[s]}", "all", 0, "peers", cli_opt(c, "--peer")));
	return cli_send(c, "POST", "/api/blocklists", body, "added");
}

int
cli_blocklist_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/blocklists/%s", c->args[0]) ? cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
}

int
cli_blocklist_refresh(struct cli *c)
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status;

	if (!cli_path(path, "/api/blocklists/%s/refresh", c->args[0]))
		return CLI_USAGE;
	status = cli_call(c, "POST", path, NULL, &r);
	return status != CLI_OK ? status : cli_wait(c, &r);
}

static const struct cli_column verdict[] = {
	CLI_COL("Blocked", "blocked"), CLI_COL("By", "by"), CLI_COL("List", "list_id"), CLI_COL("Allowed by", "allowed_by"),
	{ .title = NULL }
};

int
cli_blocklist_check(struct cli *c)
{
	const char *peer = cli_opt(c, "--peer");
	char path[CLI_PATH_MAX];

	if (!cli_path(path, peer == NULL ? "/api/blocklists/check?name=%s" : "/api/blocklists/check?name=%s&peer=%s",
	    c->args[0], peer))
		return CLI_USAGE;
	return cli_show_one(c, path, verdict);
}

static bool
take_name(json_t *names, const char *name)
{
	size_t i, n = json_array_size(names);

	for (i = n; i > 0; i--)
		if (strcasecmp(json_string_value(json_array_get(names, i - 1)), name) == 0)
			(void)json_array_remove(names, i - 1);	/* it is there */
	return json_array_size(names) < n;
}

/* The rules with a name added to one of the two, and out of the other. */
static void
move_name(json_t *rules, const char *to, const char *from, const char *name)
{
	json_t *these = json_object_get(rules, to);
	const json_t *v;
	size_t i;

	(void)take_name(json_object_get(rules, from), name);	/* where it may be */
	json_array_foreach(these, i, v)
		if (strcasecmp(json_string_value(v), name) == 0)
			return;
	(void)json_array_append_new(these, json_string(name));	/* out of memory: the cell shows what it has */
}

/* What the command line wants of the rules; false, and said: there is nothing to take out. */
static bool
edit_rules(const struct cli *c, json_t *rules, const char *to, const char *from)
{
	if (cli_opt(c, "--remove") == NULL)
		move_name(rules, to, from, c->args[0]);
	else if (!take_name(json_object_get(rules, to), c->args[0])) {
		fprintf(stderr, "pic: there is no such name: pic config get blocklists.%s\n", to);
		return false;
	}
	return true;
}

/* What somebody else does to them in between is not undone: the cell refuses. */
static int
put_rule(struct cli *c, const char *to, const char *from, const char *done)
{
	struct cli_ask q = { .method = "PUT", .path = "/api/blocklists/rules" };
	char etag[CLI_ETAG_MAX];
	struct cli_reply r;
	int status = cli_call(c, "GET", q.path, NULL, &r);
	json_t *body;

	if (status != CLI_OK)
		return status;
	body = json_incref(r.body);
	memcpy(etag, r.etag, sizeof(etag));
	cli_reply_free(&r);
	q.body = body;
	q.if_match = etag[0] != '\0' ? etag : NULL;
	status = edit_rules(c, body, to, from) ? cli_call_ask(c, &q, &r) : CLI_FAILED;
	json_decref(body);
	return status != CLI_OK ? status : cli_done(c, &r, cli_opt(c, "--remove") != NULL ? "removed" : done);
}

int
cli_blocklist_allow(struct cli *c)
{
	return put_rule(c, "allow", "deny", "allowed");
}

int
cli_blocklist_deny(struct cli *c)
{
	return put_rule(c, "deny", "allow", "denied");
}
