/* pic config …: read, change, compare, go back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"

enum { PATH_LEN = 512, DOC_MAX = 8 << 20 };

/* The section's name is the word before the first dot; rest points behind it. */
static bool
split(const char *path, char *section, size_t size, const char **rest)
{
	size_t n = strcspn(path, ".");

	if (n == 0 || n >= size)
		return false;
	memcpy(section, path, n);
	section[n] = '\0';
	*rest = path + n + (path[n] == '.');
	return true;
}

int
cli_config_get(struct cli *c)
{
	const char *path = c->nargs > 0 ? c->args[0] : "";
	struct cli_reply r;
	const json_t *part;
	char buf[CLI_LINE_MAX];
	int status = cli_call(c, "GET", "/api/config", NULL, &r);

	if (status != CLI_OK)
		return status;
	part = cli_member(r.body, path);
	if (part == NULL) {
		fprintf(stderr, "pic: there is no %s in the configuration\n", path);
		status = CLI_FAILED;
	} else if (c->json || json_is_object(part) || json_is_array(part)) {
		cli_print_json(part);
	} else {
		puts(cli_text(part, buf, sizeof(buf)));
	}
	cli_reply_free(&r);
	return status;
}

/* JSON where it is JSON, else the text itself: `set identity.cell_name home` needs no quotes. */
static json_t *
value_of(const char *text)
{
	json_t *v = conf_json_read(text, strlen(text), NULL);

	return v != NULL ? v : json_string(text);
}

/* {"cache":{"max_entries":5}} from "cache.max_entries" and 5. Takes v; NULL when the path is too long. */
static json_t *
nest(const char *path, json_t *v)
{
	const char *dot = strrchr(path, '.');
	json_t *o = json_pack("{so}", dot == NULL ? path : dot + 1, v);
	char head[PATH_LEN];
	size_t n = dot == NULL ? 0 : (size_t)(dot - path);

	if (dot == NULL || o == NULL)
		return o;
	if (n >= sizeof(head)) {
		json_decref(o);
		return NULL;
	}
	memcpy(head, path, n);
	head[n] = '\0';
	return nest(head, o);
}

static int
put_section(struct cli *c, const char *section, json_t *body)
{
	char path[PATH_LEN], name[PATH_LEN];
	struct cli_reply r;
	int status;

	if (body == NULL || !cli_encode(section, name, sizeof(name)) ||
	    !cli_path(path, sizeof(path), "/api/config/sections/%s%s", name,
	    cli_opt(c, "--dry-run") != NULL ? "?dry_run=1" : "")) {
		json_decref(body);
		fprintf(stderr, "pic: that path is too long\n");
		return CLI_USAGE;
	}
	status = cli_call(c, "PUT", path, body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (cli_opt(c, "--dry-run") != NULL) {
		cli_print_json(r.body);
		cli_reply_free(&r);
		return CLI_OK;
	}
	return cli_done(c, &r, "saved");
}

int
cli_config_set(struct cli *c)
{
	char section[64];
	const char *rest;

	if (!split(c->args[0], section, sizeof(section), &rest) || rest[0] == '\0') {
		fprintf(stderr, "pic: a path is SECTION.OPTION, for example dns.edns_size\n");
		return CLI_USAGE;
	}
	return put_section(c, section, nest(rest, value_of(c->args[1])));
}

int
cli_config_edit(struct cli *c)
{
	struct err e = { 0 };
	size_t n;
	char *text = cli_slurp("-", DOC_MAX, &n);
	json_t *body;

	if (text == NULL)
		return CLI_FAILED;
	body = conf_json_read(text, n, &e);
	free(text);
	if (body == NULL) {
		fprintf(stderr, "pic: standard input: %s\n", e.detail);
		return CLI_FAILED;
	}
	return put_section(c, c->args[0], body);
}

static const struct cli_column changes[] = {
	{ "CHANGE", "op" }, { "PATH", "path" }, { "BEFORE", "old" }, { "AFTER", "new" }, { NULL, NULL }
};

int
cli_config_diff(struct cli *c)
{
	char path[PATH_LEN], from[64], to[64];

	if (c->nargs == 0)
		return cli_show(c, "/api/config/diff", changes, "nothing changed");
	if (c->nargs == 1) {
		fprintf(stderr, "pic: name both generations, or none for the last change\n");
		return CLI_USAGE;
	}
	if (!cli_encode(c->args[0], from, sizeof(from)) || !cli_encode(c->args[1], to, sizeof(to)) ||
	    !cli_path(path, sizeof(path), "/api/config/diff?from=%s&to=%s", from, to))
		return CLI_USAGE;
	return cli_show(c, path, changes, "nothing changed");
}

static const struct cli_column generations[] = {
	{ "GENERATION", "generation" }, { "WRITTEN", "written_at" }, { "BY", "written_by" },
	{ "SUMMARY", "summary" }, { "CHANGES", "changes_count" }, { "CURRENT", "current" }, { NULL, NULL }
};

int
cli_config_history(struct cli *c)
{
	return cli_show(c, "/api/config/generations", generations, "no generation yet");
}

int
cli_config_rollback(struct cli *c)
{
	json_t *g = conf_json_read(c->args[0], strlen(c->args[0]), NULL), *body;
	struct cli_reply r;
	int status;

	if (!json_is_integer(g)) {
		json_decref(g);
		fprintf(stderr, "pic: a generation is a number; see pic config history\n");
		return CLI_USAGE;
	}
	body = json_pack("{so}", "generation", g);
	status = cli_call(c, "POST", cli_opt(c, "--dry-run") != NULL ?
	    "/api/config/rollback?dry_run=1" : "/api/config/rollback", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	return cli_done(c, &r, cli_opt(c, "--dry-run") != NULL ? "would be accepted" : "rolled back");
}

int
cli_config_pending(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/config/pending", NULL, &r);

	if (status != CLI_OK)
		return status;
	return cli_done(c, &r, json_is_true(json_object_get(r.body, "pending")) ?
	    "a change is on trial: pic config confirm keeps it" : "nothing is on trial");
}

int
cli_config_confirm(struct cli *c)
{
	return cli_send(c, "POST", "/api/config/apply", json_object(), "kept");
}

int
cli_config_discard(struct cli *c)
{
	return cli_send(c, "POST", "/api/config/discard", json_object(), "taken back");
}

int
cli_config_export(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/config/export", NULL, &r);

	if (status != CLI_OK)
		return status;
	(void)fwrite(r.text, 1, r.text_len, stdout);	/* checked below */
	cli_reply_free(&r);
	return fflush(stdout) == 0 ? CLI_OK : CLI_FAILED;
}

int
cli_config_import(struct cli *c)
{
	const char *mode = cli_opt(c, "--replace") != NULL ? "replace" : "merge";
	bool dry = cli_opt(c, "--dry-run") != NULL;
	struct err e = { 0 };
	struct cli_reply r;
	json_t *doc, *body;
	size_t n;
	char *text = cli_slurp(c->args[0], DOC_MAX, &n);
	int status;

	if (text == NULL)
		return CLI_FAILED;
	doc = conf_json_read(text, n, &e);
	free(text);
	if (doc == NULL) {
		fprintf(stderr, "pic: %s: %s\n", c->args[0], e.detail);
		return CLI_FAILED;
	}
	body = json_pack("{ssso}", "mode", mode, "document", doc);
	status = cli_call(c, "POST", dry ? "/api/config/import?dry_run=1" : "/api/config/import", body, &r);
	json_decref(body);
	return status != CLI_OK ? status : cli_done(c, &r, dry ? "would be accepted" : "imported");
}
