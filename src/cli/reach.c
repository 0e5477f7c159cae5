/* pic explain, pic reach: what one connection meets, who may reach what, and what a change would change about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "conf/json.h"
#include "base/err.h"

enum { CHANGES_MAX = 256 << 10, TARGET_MAX = 300 };

static const struct cli_column steps[] = {
	CLI_COL("STAGE", "stage"), CLI_WORD("VERDICT", "verdict"), CLI_COL("DETAIL", "detail"), { .title = NULL }
};

/* --- explain -------------------------------------------------------------------------------- */

/* "host:port", "[2001:db8::1]:53", "host"; port NULL: none is said. An address without brackets has no port. */
static bool
split(const char *s, char host[TARGET_MAX], const char **port)
{
	const char *end = *s == '[' ? strchr(s, ']') : strchr(s, ':');
	size_t n;

	*port = NULL;
	if (*s == '[') {
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		*port = end[1] == ':' ? end + 2 : NULL;
		s++;
	} else if (end != NULL && strchr(end + 1, ':') == NULL) {
		*port = end + 1;
	} else {
		end = s + strlen(s);
	}
	n = (size_t)(end - s);
	if (n == 0 || n >= TARGET_MAX)
		return false;
	memcpy(host, s, n);
	host[n] = '\0';
	return true;
}

/* The first step that says no, whose it is and what helps. */
static void
print_reason(const json_t *list)
{
	const json_t *step;
	const char *owner, *object, *by, *fix;
	size_t i;

	json_array_foreach(list, i, step) {
		if (strcmp(cli_member_text(step, "verdict"), "fail") != 0 && cli_member_text(step, "fix")[0] == '\0')
			continue;
		owner = cli_member_text(step, "owner");
		object = cli_member_text(step, "object");
		by = cli_member_text(step, "changed_by");
		fix = cli_member_text(step, "fix");
		if (owner[0] != '\0')
			printf("decided by %s%s%s", owner, object[0] != '\0' ? " " : "", object);
		if (by[0] != '\0')
			printf(", changed by %s at %s", by, cli_member_text(step, "changed_at"));
		if (owner[0] != '\0')
			puts("");
		if (fix[0] != '\0')
			printf("fix: %s\n", fix);
	}
}

static void
print_explanation(const struct cli *c, const json_t *body)
{
	const json_t *list = json_object_get(body, "steps");

	printf("%s to %s: %s\n", cli_member_text(body, "from"), cli_member_text(body, "to"), cli_member_text(body, "verdict"));
	cli_table(c, list, steps, "");
	print_reason(list);
}

static bool
explain_path(const struct cli *c, char path[CLI_PATH_MAX])
{
	const char *who = c->args[0], *proto = cli_opt(c, "--proto"), *port;
	const bool zone = strncmp(who, "zone:", 5) == 0;
	char host[TARGET_MAX];

	if (!split(c->args[1], host, &port)) {
		fprintf(stderr, "pic: %s is not HOST[:PORT]\n", c->args[1]);
		return false;
	}
	return cli_path(path, zone ? "/api/explain?from_zone=%s&host=%s&port=%s&proto=%s" :
	    "/api/explain?peer=%s&host=%s&port=%s&proto=%s", zone ? who + 5 : who, host, port == NULL ? "443" : port,
	    proto == NULL ? "tcp" : proto);
}

int
cli_explain(struct cli *c)
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status;

	if (!explain_path(c, path))
		return CLI_USAGE;
	status = cli_call(c, "GET", path, NULL, &r);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		print_explanation(c, r.body);
	status = strcmp(cli_member_text(r.body, "verdict"), "allow") == 0 ? CLI_OK : CLI_FAILED;
	cli_reply_free(&r);
	return status;
}

/* --- reach ----------------------------------------------------------------------------------- */

static const struct cli_column cells[] = {
	CLI_COL("SUBJECT", "subject"), CLI_COL("TARGET", "target"), CLI_WORD("VERDICT", "verdict"), CLI_COL("PATH", "path"),
	CLI_COL("REASON", "reason"), { .title = NULL }
};

static const struct cli_column changes[] = {
	CLI_COL("SUBJECT", "subject"), CLI_COL("TARGET", "target"), CLI_COL("BEFORE", "before"), CLI_COL("AFTER", "after"),
	CLI_COL("PATH BEFORE", "path_before"), CLI_COL("PATH AFTER", "path_after"), { .title = NULL }
};

static const struct cli_column assertions[] = {
	CLI_COL("ASSERTION", "name"), CLI_YES("HOLDS", "holds"), CLI_COL("REASON", "reason"), { .title = NULL }
};

static void
print_diff(const struct cli *c, const json_t *body)
{
	cli_table(c, json_object_get(body, "diff"), changes, "nobody would reach anything else than now");
	if (json_array_size(json_object_get(body, "assertions")) > 0) {
		puts("");
		cli_table(c, json_object_get(body, "assertions"), assertions, "");
	}
}

/* The file holds the array of changes, or the request with it. */
static json_t *
changes_read(const char *file)
{
	size_t n;
	char *text = cli_slurp(file, CHANGES_MAX, &n);
	struct err e = { 0 };
	json_t *j = text == NULL ? NULL : conf_json_read(text, n, &e);

	if (text != NULL && j == NULL)
		fprintf(stderr, "pic: %s: %s\n", file, e.detail);
	free(text);
	return json_is_array(j) ? json_pack("{s:o}", "changes", j) : j;
}

static int
reach_diff(struct cli *c, const char *file)
{
	json_t *body = changes_read(file);
	struct cli_reply r;
	int status;

	if (body == NULL)
		return CLI_FAILED;
	status = cli_call(c, "POST", "/api/reachability/diff", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	if (c->json)
		cli_print(&r);
	else
		print_diff(c, r.body);
	cli_reply_free(&r);
	return CLI_OK;
}

/* "?subject=…&target=…&limit=500&cursor=…" */
static bool
page_path(const struct cli *c, const char *cursor, char path[CLI_PATH_MAX])
{
	const char *names[] = { "subject", "target", "cursor" };
	const char *values[] = { cli_opt(c, "--subject"), cli_opt(c, "--target"), cursor };
	char one[CLI_PATH_MAX];
	size_t i, n = (size_t)snprintf(path, CLI_PATH_MAX, "/api/reachability?limit=500");	/* fits */

	for (i = 0; i < 3; i++) {
		if (values[i] == NULL || values[i][0] == '\0')
			continue;
		if (!cli_encode(values[i], one, sizeof(one)) || n + strlen(one) + 16 > CLI_PATH_MAX)
			return false;
		n += (size_t)snprintf(path + n, CLI_PATH_MAX - n, "&%s=%s", names[i], one);	/* fits */
	}
	return true;
}

static int
page(struct cli *c, const char *cursor, json_t *all, char next[TARGET_MAX])
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status = page_path(c, cursor, path) ? cli_call(c, "GET", path, NULL, &r) : CLI_USAGE;

	if (status != CLI_OK)
		return status;
	(void)snprintf(next, TARGET_MAX, "%s", cli_member_text(r.body, "next_cursor"));	/* a name */
	status = json_array_extend(all, json_object_get(r.body, "cells")) == 0 ? CLI_OK : CLI_FAILED;
	cli_reply_free(&r);
	return status;
}

/* All pages; with --json the cells of all of them. */
int
cli_reach(struct cli *c)
{
	char next[TARGET_MAX] = "", cursor[TARGET_MAX];
	json_t *all = json_array();
	int status;

	if (cli_opt(c, "--diff") != NULL) {
		json_decref(all);
		return reach_diff(c, cli_opt(c, "--diff"));
	}
	do {
		memcpy(cursor, next, sizeof(cursor));
		status = page(c, cursor, all, next);
	} while (status == CLI_OK && next[0] != '\0');
	if (status == CLI_OK && c->json)
		(void)json_dumpf(all, stdout, JSON_COMPACT);	/* a full disk shows at exit */
	else if (status == CLI_OK)
		cli_table(c, all, cells, "nobody asks for anything");
	json_decref(all);
	return status;
}
