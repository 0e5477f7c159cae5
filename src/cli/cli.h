/* The command line: verbs that speak to a running cell over its socket
 * (product.md 25).
 *
 * Life of a call
 *
 *   cli_main()		main.c
 *   cli_parse()	parse.c: words and options to a row of cli_verbs[] (verb.c) and its arguments
 *   cli_confirm()	ask.c: what destroys asks first
 *   the verb		status.c, setup.c, config.c, …: one function for each row
 *   cli_call()		client.c: one request over the socket; a refusal is told by reply.c
 *   cli_show()		reply.c: --json prints what came, else table.c aligns it
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* argv as main() got it. The exit status is one of enum cli_exit. */
int cli_main(int argc, char **argv);

#endif /* CLI_CLI_H */
