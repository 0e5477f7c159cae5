/* pic cert import, cert remove: certificates that the owner brings along. */
#include <stdlib.h>

#include <sodium.h>

#include "cli/ask.h"
#include "cli/client.h"
#include "cli/path.h"
#include "cli/reply.h"
#include "cli/verb.h"

enum { CHAIN_MAX = 48 << 10, KEY_MAX = 8 << 10 };

int
cli_cert_import(struct cli *c)
{
	size_t nchain, nkey = 0;
	char *chain = cli_slurp(c->args[0], CHAIN_MAX, &nchain);
	char *key = chain == NULL ? NULL : cli_slurp(c->args[1], KEY_MAX, &nkey);
	json_t *body = key == NULL ? NULL : json_pack("{ss%, ss%}", "chain", chain, nchain, "key", key, nkey);

	if (key != NULL)
		sodium_memzero(key, nkey);
	free(key);
	free(chain);
	return body == NULL ? CLI_FAILED : cli_send(c, "POST", "/api/certificates/import", body, "imported");
}

int
cli_cert_remove(struct cli *c)
{
	char path[CLI_PATH_MAX];

	return cli_path(path, "/api/certificates/%s", c->args[0]) ? cli_send(c, "DELETE", path, NULL, "removed") : CLI_USAGE;
}
