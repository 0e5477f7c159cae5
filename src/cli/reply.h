/* What a verb does with the cell's reply: tell a refusal, print a list, say
 * that it is done. */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include <jansson.h>

struct cli;
struct cli_column;
struct cli_reply;

/* Tell a refusal on standard error, field by field; CLI_FAILED. r stays the caller's. */
int cli_tell(const struct cli_reply *r);

/* The usual end of a verb that changed something: the reply as JSON, or the word done. Frees r; CLI_OK. */
int cli_done(struct cli *c, struct cli_reply *r, const char *done);

/* GET a list and print it as JSON or as a table. */
int cli_show(struct cli *c, const char *path, const struct cli_column *columns, const char *empty);

/* Send a change; takes body (may be NULL). */
int cli_send(struct cli *c, const char *method, const char *path, json_t *body, const char *done);

#endif /* CLI_REPLY_H */
