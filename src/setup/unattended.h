/* Setup without a person (SET-11): the fields of POST /api/setup/complete from
 * a JSON file (PIC_INIT_FILE, pic setup --file) or from PIC_INIT_<FIELD>, with
 * PIC_INIT_<FIELD>_FILE for secrets. Errors name the variable and the rule. */
#ifndef SETUP_UNATTENDED_H
#define SETUP_UNATTENDED_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct err;

enum { SETUP_INIT_MAX = 64 << 10 };	/* bytes of a file */

/* Read a file named by a variable: malloc'd text of at most SETUP_INIT_MAX bytes. 0 or negative errno with e. */
typedef int setup_read_file(void *arg, const char *path, char **out, size_t *n, struct err *e);

/* Is anything set? env: NULL-terminated "NAME=value". */
bool setup_unattended_wanted(const char *const *env);

/* The body for setup_wizard_complete(); a variable beats the file's member. 0 with *body (new
 * reference), or -EINVAL. Does not check what the wizard checks. */
int setup_unattended_read(const char *const *env, setup_read_file *read, void *arg, json_t **body, struct err *e);

/* Same from the text of an init document alone. */
int setup_unattended_parse(const char *p, size_t n, json_t **body, struct err *e);

/* Name fields after their variables: "cell_name: …" becomes "PIC_INIT_CELL_NAME: …", unless the answer came from
 * the file. For errors of setup_wizard_complete(). */
void setup_unattended_rename(const char *const *env, struct err *e);

/* Overwrite the answers where they lie, so that /proc/PID/environ and what is started later do not hold the
 * password. env is the environment itself, not a copy. */
void setup_unattended_forget(char *const *env);

#endif /* SETUP_UNATTENDED_H */
