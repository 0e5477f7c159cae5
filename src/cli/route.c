/* pic route …: routes that the cell keeps for its host. */
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

static const struct cli_column routes[] = {
	CLI_COL("NETWORK", "destination"), CLI_COL("VIA", "via"), CLI_COL("INTERFACE", "interface"),
	CLI_COL("METRIC", "metric"), CLI_COL("ID", "id"), { .title = NULL }
};

int
cli_route_list(struct cli *c)
{
	return cli_show(c, "/api/routing/static", routes, "no routes of your own: pic route add NETWORK --via ADDRESS");
}

int
cli_route_add(struct cli *c)
{
	json_t *body = json_pack("{ssss*ss*}", "destination", c->args[0], "via", cli_opt(c, "--via"),
	    "interface", cli_opt(c, "--interface"));

	if (cli_opt(c, "--metric") != NULL)
		(void)json_object_set_new(body, "metric", cli_number(cli_opt(c, "--metric")));	/* the cell misses what is lost */
	return cli_send(c, "POST", "/api/routing/static", body, "added");
}

int
cli_route_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	if (!cli_path(path, "/api/routing/static/%s", c->args[0]))
		return CLI_USAGE;
	return cli_send(c, "DELETE", path, NULL, "removed");
}
