/* pic trust …: keys of others. People know one by its name; the path wants its id. */
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/table.h"
#include "cli/verb.h"

enum { TEXT_MAX = 16 << 10 };

static const struct cli_column entries[] = {
	CLI_COL("NAME", "name"), CLI_COL("KIND", "kind"), CLI_COL("SHA-256", "sha256"), CLI_COL("SINCE", "added_at"),
	{ .title = NULL }
};

int
cli_trust_list(struct cli *c)
{
	return cli_show(c, "/api/vault/trust", entries, "nobody else is trusted");
}

int
cli_trust_add(struct cli *c)
{
	const char *kind = cli_opt(c, "--kind");
	size_t n;
	char *text = cli_slurp(c->args[1], TEXT_MAX, &n);
	json_t *body;

	if (text == NULL)
		return CLI_FAILED;
	body = json_pack("{ss, ss, ss%}", "name", c->args[0], "kind", kind == NULL ? "ca" : kind, "pem", text, n);
	free(text);
	return cli_send(c, "POST", "/api/vault/trust", body, "trusted");
}

int
cli_trust_remove(struct cli *c)
{
	char id[CLI_ID_MAX], path[CLI_PATH_MAX];
	int status = cli_find(c, "/api/vault/trust", id);

	if (status != CLI_OK)
		return status;
	return cli_path(path, "/api/vault/trust/%s", id) ? cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
}
