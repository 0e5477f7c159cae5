/* Jobs from the command line: wait with progress, or print the id (CLI-5). */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

struct cli;
struct cli_reply;

/* r is a 202 with {"job":…}; it is freed. Waits until the job ends, showing progress on a terminal, and tells a failure:
 * CLI_OK, CLI_FAILED, or CLI_DEGRADED when Ctrl-C left it running. With --no-wait only prints its id. */
int cli_wait(struct cli *c, struct cli_reply *r);

#endif /* CLI_WAIT_H */
