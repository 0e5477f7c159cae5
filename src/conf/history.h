/* The folder generations/: one file per kept generation, the newest twenty. */
#ifndef CONF_HISTORY_H
#define CONF_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct conf_history;
struct conf_loaded;
struct conf_schema_steps;
struct err;

enum { CONF_HISTORY_MAX = 64 };	/* kept ones, and what a person may have put there: the newest of them */

struct conf_numbers {
	uint64_t v[CONF_HISTORY_MAX];	/* newest first */
	size_t n;
	bool other;		/* the folder holds something else, too */
};

/* dirfd: the state directory, borrowed during the call. 0, or a negative errno with e set. */
int conf_history_open(struct conf_history **out, int dirfd, const struct conf_schema_steps *schema, struct err *e);
void conf_history_free(struct conf_history *h);	/* NULL is allowed */

int conf_history_numbers(const struct conf_history *h, struct conf_numbers *out);

/* Checked and built, as conf_load(). */
int conf_history_load(const struct conf_history *h, uint64_t generation, struct conf_loaded *l, struct err *e);

/* The highest number that the files tell of: also of what was staged when a process was killed. */
uint64_t conf_history_given(const struct conf_history *h);

/* Remove what was staged where it tells no number that the generations do not tell. */
void conf_history_tidy(const struct conf_history *h);

/* Write durably what is to be a generation, in place of what was staged before, where neither conf_history_numbers() nor another
 * start finds it; doc is what text says. */
int conf_history_stage(struct conf_history *h, uint64_t generation, const json_t *doc, const char *text, size_t n,
    struct err *e);

/* Give it up. No other is written over its file, for a disk that failed may have it under another name still. */
void conf_history_unstage(struct conf_history *h, uint64_t generation);

/* Make name in dirfd another name of the staged file: file_share(). */
int conf_history_share(const struct conf_history *h, int dirfd, const char *name);

/* The staged file becomes the one of its generation; not durably: who opens the folder has conf_history_restore() for it. */
bool conf_history_place(struct conf_history *h, uint64_t generation);

/* Is it another name of the generation's file? And an end to that: its text into a file of its own, durably. */
bool conf_history_is_shared(const struct conf_history *h, uint64_t generation, int dirfd, const char *name);
int conf_history_restore(const struct conf_history *h, uint64_t generation, const char *text, size_t n);

/* The text of a generation before it was migrated from schema version. */
int conf_history_write_old(struct conf_history *h, uint64_t generation, int version, const char *text, size_t n,
    struct err *e);

/* Remove one; false when it is still there. */
bool conf_history_drop(struct conf_history *h, uint64_t generation);

/* The same for one that never came into force: where it is the only one to tell that its number was given, it goes on to,
 * as what is staged. */
bool conf_history_withdraw(struct conf_history *h, uint64_t generation);

/* Keep the newest CONF_GENERATIONS; the file of one that goes is what the next one is staged in. What cannot be removed now
 * goes the next time. */
void conf_history_prune(struct conf_history *h);

/* See conf_store_list(), conf_store_shown(), conf_store_read(), conf_store_refs(). current: the document in force, or NULL; its
 * file may be missing. */
json_t *conf_history_list(struct conf_history *h, uint64_t current);
json_t *conf_history_shown(struct conf_history *h, uint64_t generation);
json_t *conf_history_read(const struct conf_history *h, uint64_t generation, struct err *e);
json_t *conf_history_refs(struct conf_history *h, const json_t *current);

#endif /* CONF_HISTORY_H */
