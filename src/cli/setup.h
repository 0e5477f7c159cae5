/* The two ways to answer the questions of the first run. */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include <jansson.h>

struct cli;

/* Ask every question at the terminal, then complete the setup. An exit status. */
int cli_setup_ask(struct cli *c);

/* Send all answers (borrowed), tell what to do next. CLI_USAGE: they were refused, which is told; then *problem, if
 * asked for, is the refusal (a new reference). */
int cli_setup_complete(struct cli *c, const json_t *answers, json_t **problem);

#endif /* CLI_SETUP_H */
