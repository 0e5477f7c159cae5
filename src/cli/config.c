/* pic config …: read, change, compare, go back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "conf/locate.h"
#include "conf/import.h"

enum { SECTION_MAX = 64, DEPTH_PATH_MAX = 512 };

/* --- one value ----------------------------------------------------------------------- */

/* Texts without quotes, everything else as config set takes it back. */
static void
print_part(const struct cli *c, const json_t *part)
{
	char *text;

	if (json_is_string(part) && !c->json) {
		puts(json_string_value(part));
		return;
	}
	text = json_is_object(part) || json_is_array(part) ? conf_json_pretty(part) : json_dumps(part, JSON_ENCODE_ANY);
	if (text != NULL)
		fputs(text, stdout);
	if (text != NULL && text[0] != '\0' && text[strlen(text) - 1] != '\n')
		putchar('\n');
	free(text);
}

int
cli_config_get(struct cli *c)
{
	const char *path = c->nargs > 0 ? c->args[0] : "";
	struct cli_reply r;
	const json_t *part;
	int status = cli_call(c, "GET", "/api/config", NULL, &r);

	if (status != CLI_OK)
		return status;
	part = cli_member(r.body, path);
	if (part == NULL) {
		fprintf(stderr, "pic: there is no %s in the configuration\n", path);
		status = CLI_FAILED;
	} else if (c->json && path[0] == '\0') {
		cli_print(&r);
	} else {
		print_part(c, part);
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

/* The same from standard input, which no list of processes shows (CLI-6). */
static json_t *
value_from_stdin(void)
{
	size_t n;
	char *text = cli_slurp("-", CONF_IMPORT_MAX, &n);
	json_t *v;

	if (text == NULL)
		return NULL;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		text[--n] = '\0';
	v = value_of(text);
	free(text);
	return v;
}

/* {"cache":{"max_entries":5}} from "cache.max_entries" and 5. Takes v; NULL when the path is too long. */
static json_t *
nest(const char *path, json_t *v)
{
	const char *dot = strrchr(path, '.');
	json_t *o = json_pack("{so}", dot == NULL ? path : dot + 1, v);
	char head[DEPTH_PATH_MAX];
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

int
cli_config_set(struct cli *c)
{
	char section[SECTION_MAX], path[CLI_PATH_MAX];
	size_t n = strcspn(c->args[0], ".");
	json_t *v;

	if (n == 0 || n >= sizeof(section) || c->args[0][n] != '.' || c->args[0][n + 1] == '\0') {
		fprintf(stderr, "pic: a path is SECTION.OPTION, for example dns.edns_size\n");
		return CLI_USAGE;
	}
	memcpy(section, c->args[0], n);
	section[n] = '\0';
	v = strcmp(c->args[1], "-") == 0 ? value_from_stdin() : value_of(c->args[1]);
	v = v == NULL ? NULL : nest(c->args[0] + n + 1, v);
	if (v == NULL || !cli_path(path, cli_opt(c, "--dry-run") == NULL ? "/api/config/sections/%s" :
	    "/api/config/sections/%s?dry_run=1", section)) {
		json_decref(v);
		return CLI_USAGE;
	}
	return cli_send(c, "PUT", path, v, "saved");
}

/* --- generations ------------------------------------------------------------------------ */

int
cli_config_diff(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (c->nargs == 0)
		return cli_show(c, "/api/config/diff", cli_changes, "nothing changed");
	if (c->nargs == 1) {
		fprintf(stderr, "pic: name both generations, or none for the last change\n");
		return CLI_USAGE;
	}
	return cli_path(path, "/api/config/diff?from=%s&to=%s", c->args[0], c->args[1]) ?
	    cli_show(c, path, cli_changes, "nothing changed") : CLI_USAGE;
}

static const struct cli_column generations[] = {
	CLI_COL("GENERATION", "generation"), CLI_COL("WRITTEN", "written_at"), CLI_COL("BY", "written_by"),
	CLI_COL("CHANGES", "changes_count"), CLI_COL("CURRENT", "current"), CLI_COL("SUMMARY", "summary"), { .title = NULL }
};

int
cli_config_history(struct cli *c)
{
	return cli_show(c, "/api/config/generations", generations, "no generation yet");
}

int
cli_config_rollback(struct cli *c)
{
	json_t *g = conf_json_read(c->args[0], strlen(c->args[0]), NULL);

	if (!json_is_integer(g)) {
		json_decref(g);
		fprintf(stderr, "pic: a generation is a number; see pic config history\n");
		return CLI_USAGE;
	}
	return cli_send(c, "POST", cli_opt(c, "--dry-run") != NULL ? "/api/config/rollback?dry_run=1" :
	    "/api/config/rollback", json_pack("{so}", "generation", g), "rolled back");
}

/* --- the lease ------------------------------------------------------------------------- */

int
cli_config_pending(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/config/pending", NULL, &r);

	if (status != CLI_OK)
		return status;
	return cli_done(c, &r, json_is_true(json_object_get(r.body, "pending")) ?
	    "a change is on trial" : "nothing is on trial");
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

/* --- files ----------------------------------------------------------------------------- */

int
cli_config_export(struct cli *c)
{
	struct cli_reply r;
	int status = cli_call(c, "GET", "/api/config/export", NULL, &r);

	if (status != CLI_OK)
		return status;
	cli_print(&r);
	cli_reply_free(&r);
	return CLI_OK;
}

static void
tell_place(const char *file, struct str text, const json_t *error)
{
	const char *field = cli_member_text(error, "field");
	unsigned line, column;

	conf_json_position(text, conf_locate(text, field), &line, &column);
	fprintf(stderr, "%s:%u: %s: %s\n", file, line, field, cli_member_text(error, "message"));
}

/* What is wrong with the text is said with its lines. */
static int
import_text(struct cli *c, struct str text, const json_t *body)
{
	const struct cli_ask ask = { .method = "POST", .body = body,
		.path = cli_opt(c, "--dry-run") != NULL ? "/api/config/import?dry_run=1" : "/api/config/import" };
	const json_t *errors, *one;
	struct cli_reply r;
	size_t i;
	int status = cli_request(c, &ask, &r);

	if (status != CLI_OK)
		return status;
	if (r.status < 400)
		return cli_done(c, &r, "imported");
	errors = json_object_get(r.body, "errors");
	if (json_array_size(errors) == 0)
		status = cli_tell(&r);
	json_array_foreach(errors, i, one) {
		tell_place(c->args[0], text, one);
		status = CLI_FAILED;
	}
	cli_reply_free(&r);
	return status;
}

int
cli_config_import(struct cli *c)
{
	const char *mode = cli_opt(c, "--replace") != NULL ? "replace" : "merge";
	struct err e = { 0 };
	json_t *doc, *body;
	size_t n;
	char *text = cli_slurp(c->args[0], CONF_IMPORT_MAX, &n);
	int status = CLI_FAILED;

	if (text == NULL)
		return CLI_FAILED;
	doc = conf_json_read(text, n, &e);
	if (doc == NULL) {
		fprintf(stderr, "pic: %s: %s\n", c->args[0], e.detail);
	} else {
		body = json_pack("{ssso}", "mode", mode, "document", doc);
		status = import_text(c, (struct str){ text, n }, body);
		json_decref(body);
	}
	free(text);
	return status;
}
