/* pic dns zones …: what is served, and zones from master-file text. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { ZONE_MAX = 16 << 20, NOT_FOUND = 404 };

static const struct cli_column zones[] = {
	CLI_COL("ZONE", "name"), CLI_COL("KIND", "kind"), CLI_COL("SERIAL", "serial"), CLI_COL("RECORDS", "records"),
	CLI_COL("VIEWS", "views"), CLI_COL("SERVED", "served"), { .title = NULL }
};

int
cli_dns_zones_list(struct cli *c)
{
	return cli_show(c, "/api/dns/zones", zones, "no zones");
}

static json_t *
zone_body(struct cli *c, const char *name, const char *text, size_t n)
{
	json_t *body = json_object();

	/* what is missing when memory runs out, the cell names */
	if (name != NULL)
		(void)json_object_set_new(body, "name", json_string(name));
	(void)json_object_set_new(body, "zonefile", json_stringn(text, n));
	if (cli_opt(c, "--views") != NULL)
		(void)json_object_set_new(body, "views", cli_words(cli_opt(c, "--views")));
	return body;
}

/* A zone that is there gets the text; else it is a new one. */
int
cli_dns_zones_import(struct cli *c)
{
	char path[CLI_PATH_MAX];
	struct cli_reply r;
	int status;
	size_t n;
	char *text;
	json_t *body;

	if (!cli_path(path, "/api/dns/zones/%s", c->args[0]))
		return CLI_USAGE;
	text = cli_slurp(c->args[1], ZONE_MAX, &n);
	if (text == NULL)
		return CLI_FAILED;
	body = zone_body(c, NULL, text, n);
	status = body == NULL ? CLI_FAILED :
	    cli_request(c, &(struct cli_ask){ .method = "PUT", .path = path, .body = body }, &r);
	json_decref(body);
	if (status == CLI_OK && r.status == NOT_FOUND) {
		cli_reply_free(&r);
		status = cli_send(c, "POST", "/api/dns/zones", zone_body(c, c->args[0], text, n), "imported");
	} else if (status == CLI_OK && r.status >= 400) {
		status = cli_tell(&r);
		cli_reply_free(&r);
	} else if (status == CLI_OK) {
		status = cli_done(c, &r, "imported");
	}
	free(text);
	return status;
}

static void
print_text(const struct cli *c, const json_t *body)
{
	(void)c;
	fputs(cli_member_text(body, "zonefile"), stdout);
}

int
cli_dns_zones_export(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/dns/zones/%s", c->args[0]) ? cli_view(c, "GET", path, print_text) : CLI_USAGE;
}

int
cli_dns_zones_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/dns/zones/%s", c->args[0]) ?
	    cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
}
