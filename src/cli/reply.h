/* What a verb does with the cell's reply: tell a refusal, print a list, say
 * that it is done. With --json it is always the body as it came (CLI-2). */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include <stdbool.h>

#include <jansson.h>

#include "cli/table.h"	/* struct cli_column */

struct cli;
struct cli_reply;

/* Columns of what the API lists as changes. */
extern const struct cli_column cli_changes[];

/* A text member of an object; "" when it is none. */
const char *cli_member_text(const json_t *object, const char *member);

/* Tell a refusal on standard error, field by field; CLI_FAILED. r stays the caller's. */
int cli_tell(const struct cli_reply *r);

/* The body as it came, to standard output. */
void cli_print(const struct cli_reply *r);

/* The usual end of a verb that changed something: what a dry run found out, else the word done and what the
 * change brings along: warnings, a lease (CLI-8). Frees r; CLI_OK. */
int cli_done(struct cli *c, struct cli_reply *r, const char *done);

/* Ask, and print the body in a way of its own. */
int cli_view(struct cli *c, const char *method, const char *path, void (*print)(const struct cli *c, const json_t *body));

/* GET a list and print it as a table. */
int cli_show(struct cli *c, const char *path, const struct cli_column *columns, const char *empty);

/* GET an object and print its facts. */
int cli_show_one(struct cli *c, const char *path, const struct cli_column *facts);

/* "vpn,lan" → ["vpn","lan"]; what is missing when memory runs out, the cell names. */
json_t *cli_words(const char *s);
json_t *cli_lines(const char *s);

/* Digits become a number; anything else goes as it is, for the cell to refuse with its reason. */
json_t *cli_number(const char *s);

/* "on" and "off"; anything else goes as it is, likewise. */
json_t *cli_on_off(const char *s);

/* "none" is null. */
json_t *cli_text_or_null(const char *s);

/* "3600", "12h", "90d" as seconds; false: none of these. */
bool cli_seconds(const char *s, json_int_t *out);

enum { CLI_ID_MAX = 64 };

/* The id of the row of path whose member "name" is the first argument, else that itself: it may be an id. */
int cli_find(struct cli *c, const char *path, char id[CLI_ID_MAX]);

/* Send a change; takes body (may be NULL). */
int cli_send(struct cli *c, const char *method, const char *path, json_t *body, const char *done);

/* The same to what the first argument names: a template of cli_path(). */
int cli_send_to(struct cli *c, const char *method, const char *template, json_t *body, const char *done);

#endif /* CLI_REPLY_H */
