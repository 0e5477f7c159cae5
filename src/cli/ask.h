/* Questions to the person at the terminal. Secrets come from a prompt without
 * echo, a file or standard input, never from arguments (CLI-6). Prompts go to
 * standard error: standard output is for results. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>

struct cli;

enum { CLI_LINE_MAX = 1024 };

/* One line into buf; an empty answer takes def (may be NULL). false at the end of input. */
bool cli_ask(const char *question, const char *def, char *buf, size_t size);

/* A new secret: from file when given ("-" = standard input), else asked twice without echo, else (no
 * terminal) one line of standard input. CLI_OK or an exit status after saying why. The caller wipes buf. */
int cli_ask_secret(const char *question, const char *file, char *buf, size_t size);

/* Before something is lost: --yes, or a typed yes. Without a terminal and without --yes: CLI_USAGE (CLI-4). */
int cli_confirm(const struct cli *c, const char *loss);

/* All of a file ("-" = standard input) into malloc'd text, at most max bytes; NULL after saying why. */
char *cli_slurp(const char *file, size_t max, size_t *n);

#endif /* CLI_ASK_H */
