/* pic dns secondaries …: name servers of others that fetch the public records.
 * People know one by its name; the path wants its id. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column secondaries[] = {
	CLI_COL("NAME", "name"), CLI_COL("ADDRESS", "address"), CLI_COL("KEY", "key_name"),
	CLI_COL("FETCHED", "last_zone"), CLI_COL("SERIAL", "last_serial"), CLI_COL("LAST", "last_transfer_at"),
	CLI_COL("KNOWS", "notified_zone"), CLI_COL("SERIAL", "notified_serial"), CLI_COL("ERROR", "last_error"),
	CLI_COL("WITH", "error_zone"), { .title = NULL }
};

int
cli_dns_secondaries_list(struct cli *c)
{
	return cli_show(c, "/api/dns/secondaries", secondaries, "nobody fetches the public records");
}

/* Out of memory shows as a missing member, which the cell names. */
static int
add_options(struct cli *c, json_t *body)
{
	static const char *const texts[][2] = {
		{ "--address", "address" }, { "--key", "key_name" }, { "--algorithm", "algorithm" }, { "--name", "name" }
	};
	const char *file = cli_opt(c, "--secret-file");
	char secret[CLI_LINE_MAX];
	int status = CLI_OK;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (cli_opt(c, texts[i][0]) != NULL)
			(void)json_object_set_new(body, texts[i][1], json_string(cli_opt(c, texts[i][0])));
	if (cli_opt(c, "--port") != NULL)
		(void)json_object_set_new(body, "port", cli_number(cli_opt(c, "--port")));
	if (file == NULL && cli_opt(c, "--ask-secret") == NULL)
		return CLI_OK;
	status = cli_ask_secret("Secret of the key (base64)", file, secret, sizeof(secret));
	if (status == CLI_OK)
		(void)json_object_set_new(body, "tsig_secret", json_string(secret));
	sodium_memzero(secret, sizeof(secret));
	return status;
}

/* A key that the cell made goes to standard output, and only there. Frees r. */
static int
show_made(struct cli *c, struct cli_reply *r)
{
	if (c->json || json_object_get(r->body, "tsig_secret") == NULL)
		return cli_done(c, r, "added");
	puts(cli_member_text(r->body, "tsig_secret"));
	fprintf(stderr, "The key %s (%s) is shown only now: it belongs into the configuration of the other server.\n",
	    cli_member_text(r->body, "key_name"), cli_member_text(r->body, "algorithm"));
	cli_reply_free(r);
	return CLI_OK;
}

int
cli_dns_secondaries_add(struct cli *c)
{
	json_t *body = json_pack("{ssssss}", "name", c->args[0], "address", c->args[1], "key_name", c->args[2]);
	struct cli_reply r;
	int status = add_options(c, body);

	if (status == CLI_OK)
		status = cli_call(c, "POST", "/api/dns/secondaries", body, &r);
	json_decref(body);
	if (status != CLI_OK)
		return status;
	return show_made(c, &r);
}

/* body is taken. */
static int
change(struct cli *c, const char *method, json_t *body, const char *done)
{
	char id[CLI_ID_MAX], path[CLI_PATH_MAX];
	int status = cli_find(c, "/api/dns/secondaries", id);

	if (status == CLI_OK && cli_path(path, "/api/dns/secondaries/%s", id))
		return cli_send(c, method, path, body, done);
	json_decref(body);
	return status == CLI_OK ? CLI_USAGE : status;
}

int
cli_dns_secondaries_set(struct cli *c)
{
	json_t *body = json_object();
	int status = add_options(c, body);

	if (status == CLI_OK)
		return change(c, "PUT", body, "changed");
	json_decref(body);
	return status;
}

int
cli_dns_secondaries_remove(struct cli *c)
{
	return change(c, "DELETE", NULL, "removed");
}
