/* Jobs from the command line: wait with progress, or print the id (CLI-5). */
#ifndef CLI_WAIT_H
#define CLI_WAIT_H

struct cli;
struct cli_reply;

/* r is a 202 with {"job":…}; it is freed. Waits until the job ends and tells how, unless --no-wait. */
int cli_wait(struct cli *c, struct cli_reply *r);

#endif /* CLI_WAIT_H */
