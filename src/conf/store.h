/* Generations on disk (data.md 3): cell_config.json is the current one, generations/<n>.json the newest twenty, and
 * generations/next.json what is written ahead, or a file to do that in. The rename of cell_config.json is the commit point, and
 * the generation gets its name after it: kill -9 at any instant leaves N or N+1, complete.
 *
 * A document is written once: cell_config.json is another name of the file of its generation first, and the generation gets
 * a file of its own when no change has come for a while (conf_store_settle()): from then on an edit in place does not reach it. */
#ifndef CONF_STORE_H
#define CONF_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct conf;
struct err;
struct conf_store;

enum { CONF_GENERATIONS = 20 };

/* dirfd: the state directory, borrowed. Sweeps strays and loads by the table of data.md 3.3.
 * 0 with *out; conf_store_current() is NULL on a first run. -EINVAL when a human must act: e names
 * file, member and offset, and what to do. */
int conf_store_open(struct conf_store **out, int dirfd, struct err *e);
void conf_store_free(struct conf_store *s);

/* The loaded snapshot (borrowed), NULL on a first run. */
struct conf *conf_store_current(const struct conf_store *s);

/* The highest number that is not to be given any more. Tags and serials go by the number. Where a generation was on its way when
 * the process before this one was killed, somebody can have seen it: it is that number and one more, under which serials tell
 * what is in force instead. */
uint64_t conf_store_given(const struct conf_store *s);

/* Did the load have to fall back to an older generation? *why is a sentence for the alert config.recovered. */
bool conf_store_recovered(const struct conf_store *s, const char **why);

/* A change is about to write, first secrets and then a generation: on a full disk it gets a piece of the reserve
 * (LIM-2, sys/reserve.h). */
void conf_store_make_room(struct conf_store *s);

/* Write c durably as a generation beside the current one; c->generation must be greater. Keeps a reference on success. A start
 * does not go by it, so whoever gives it up has nothing to write. */
int conf_store_stage(struct conf_store *s, struct conf *c, struct err *e);

/* Name what was staged last as current: the commit point. 0 also when nothing is staged.
 * -ENOSPC (also of the reserve) and other failures leave the old one in force on disk and in memory, unless the disk neither
 * confirmed the new name nor took it back: then the new one is in force, which e says and conf_store_current() shows. */
int conf_store_commit(struct conf_store *s, struct err *e);

/* Both. */
int conf_store_write(struct conf_store *s, struct conf *c, struct err *e);

/* Write the current generation into a file of its own, where it has none yet; opening and freeing do it, too. True: it has one.
 * What failed is done by the next call. */
bool conf_store_settle(struct conf_store *s);

/* Array of {generation, written_at, written_by, summary, changes_count, current}, newest first. New reference.
 * changes_count is null where the generation before is not kept. */
json_t *conf_store_list(struct conf_store *s);

/* At least {generation, written_at, written_by, summary} of a kept generation, which is read once at most; NULL when it is not
 * kept or cannot be read. New reference, not to be changed. */
json_t *conf_store_shown(struct conf_store *s, uint64_t generation);

/* The document of a kept generation; NULL with ERR_NOT_FOUND. New reference. */
json_t *conf_store_read(struct conf_store *s, uint64_t generation, struct err *e);

/* An object whose member names are the secret_refs and the zone texts (sha256) of all kept generations and of the one in force.
 * New reference; NULL when one of them cannot be read: then nothing may be swept. */
json_t *conf_store_refs(struct conf_store *s);

#endif /* CONF_STORE_H */
