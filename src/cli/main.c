/* Where every call of the command line begins and ends. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/parse.h"
#include "cli/verb.h"

static int
run(struct cli *c)
{
	int status = CLI_OK;

	if (c->help) {
		if (c->verb == NULL)
			return cli_help(c);
		cli_verb_usage(c->verb, stdout);
		return CLI_OK;
	}
	if (c->verb->loss != NULL && cli_opt(c, "--dry-run") == NULL)
		status = cli_confirm(c, c->verb->loss);
	return status == CLI_OK ? c->verb->run(c) : status;
}

/* What did not reach its reader was not done: a full disk behind `pic config export > file` must not look like success. */
static int
finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "pic: standard output: %s\n", strerror(errno));
	return CLI_FAILED;
}

int
cli_main(int argc, char **argv)
{
	struct cli c;
	int status;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return finish(cli_version(NULL));
	status = cli_parse(&c, argc, argv);
	return finish(status == CLI_OK ? run(&c) : status);
}
