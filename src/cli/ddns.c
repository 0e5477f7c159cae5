/* pic ddns: the public name, and who knows its addresses. */
#include <stdio.h>

#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "cli/wait.h"

static const struct cli_column facts[] = {
	CLI_COL("Provider", "provider"), CLI_COL("Name", "name"), CLI_COL("Registered", "registered"), CLI_COL("IPv4", "last_ip"),
	CLI_COL("IPv6", "last_ip6"), CLI_COL("Told at", "last_update_at"), CLI_COL("Trouble", "last_error"),
	CLI_COL("Next look", "next_check_at"), CLI_COL("Token or password", "has_token"), { .title = NULL }
};

int
cli_ddns_status(struct cli *c)
{
	return cli_show_one(c, "/api/ddns/status", facts);
}

static int
start(struct cli *c, const char *path)
{
	struct cli_reply r;
	int status = cli_call(c, "POST", path, NULL, &r);

	return status != CLI_OK ? status : cli_wait(c, &r);
}

int
cli_ddns_update(struct cli *c)
{
	return start(c, "/api/ddns/update");
}

int
cli_ddns_register(struct cli *c)
{
	return start(c, "/api/ddns/register");
}

int
cli_ddns_release(struct cli *c)
{
	return cli_send(c, "DELETE", "/api/ddns/register", NULL, "given back");
}

static const struct cli_column availability[] = {
	CLI_COL("Name", "name"), CLI_YES("Available", "available"), CLI_COL("Asked", "asked"), CLI_COL("At", "asked_at"),
	CLI_COL("Reason", "reason"), { .title = NULL }
};

static void
print_availability(const struct cli *c, const json_t *body)
{
	cli_facts(c, body, availability);
	if (json_is_null(json_object_get(body, "available")))
		puts("Ask again later. The name can be chosen meanwhile: it is registered as soon as that is possible.");
}

int
cli_ddns_check(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/ddns/check/%s", c->args[0]))
		return CLI_USAGE;
	return cli_view(c, "GET", path, print_availability);
}
