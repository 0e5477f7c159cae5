/* From argv to a verb with its arguments and options. Options are "--name",
 * "--name VALUE" or "--name=VALUE"; those that every verb has may stand
 * anywhere, also before the verb; behind "--" nothing is an option. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

struct cli;

/* Fill c, which borrows argv. CLI_OK, or CLI_USAGE after saying what is wrong. With --help the arguments
 * are not judged, and c->verb may be NULL. */
int cli_parse(struct cli *c, int argc, char **argv);

#endif /* CLI_PARSE_H */
