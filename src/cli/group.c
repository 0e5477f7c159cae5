/* pic group …: sets of devices, which rules and block lists name. */
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column groups[] = {
	CLI_COL("NAME", "name"), CLI_COL("DEVICES", "peers"), CLI_COL("DESCRIPTION", "description"), { .title = NULL }
};

int
cli_group_list(struct cli *c)
{
	return cli_show(c, "/api/groups", groups, "no groups yet: pic group add NAME");
}

int
cli_group_add(struct cli *c)
{
	return cli_send(c, "POST", "/api/groups", json_pack("{ssss*}", "name", c->args[0], "description",
	    cli_opt(c, "--description")), "added");
}

int
cli_group_set(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/groups/%s", c->args[0]))
		return CLI_USAGE;
	return cli_send(c, "PUT", path, json_pack("{ss*}", "description", cli_opt(c, "--description")), "changed");
}

int
cli_group_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/groups/%s", c->args[0]))
		return CLI_USAGE;
	return cli_send(c, "DELETE", path, NULL, "removed");
}
