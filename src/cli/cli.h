/* The command line: verbs that speak to a running cell over its socket
 * (product.md 25). */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* argv as main() got it. The exit status is one of enum cli_exit. */
int cli_main(int argc, char **argv);

#endif /* CLI_CLI_H */
