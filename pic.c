/* pic: a Personal Internet Cell in one file.
 *
 *   pic run     the core: configuration, API, supervision; starts the others
 *   pic edge    one per CPU: DNS, HTTP, TLS; started by core, parses strangers' bytes, may nothing
 *   pic tunnel  WireGuard where the kernel has none; reads what strangers send, may nothing
 *   pic job     one task in a child of its own; started by core, or by hand with a document on standard input
 *   pic VERB    the command line: speaks to a running cell over its socket
 *
 * Everything else is under src/; README.md has the map. */
#include <stddef.h>
#include <string.h>

#include "cli/cli.h"
#include "role/role.h"

static const struct {
	const char *verb;
	int (*main)(int argc, char **argv);
} roles[] = {
	{ "run", role_core_main },
	{ "edge", role_edge_main },
	{ "tunnel", role_tunnel_main },
	{ "job", role_job_main },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(argv[1], roles[i].verb) == 0)
			return roles[i].main(argc - 1, argv + 1);
	return cli_main(argc, argv);
}
