/* Generations on disk. Loading tries cell_config.json, then the generations from the
 * newest down, and changes nothing on disk before it has found a valid one. */
#include "conf/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/dump.h"
#include "conf/history.h"
#include "conf/load.h"
#include "conf/migrate.h"
#include "sys/clk.h"
#include "sys/file.h"
#include "sys/reserve.h"

#define CURRENT "cell_config.json"
#define STRAY CURRENT ".tmp-0000000000000000"	/* the next start sweeps it */

enum {
	MODE = 0600, NOTE_MAX = 64,
	ROOM = 1 << 20		/* for a change, its document not counted */
};

struct conf_store {
	int dirfd;
	const struct conf_schema_steps *schema;
	struct conf_history *history;
	struct conf *current;
	struct conf *staged;		/* written, and not in force; NULL: none */
	struct conf_text text, spare;	/* of the file of current, or empty: not known; of staged, or place for it */
	uint64_t given;			/* see conf_store_given(); when it was opened */
	size_t size;			/* of the last document written */
	bool owed;			/* the generation has no file of its own yet: none, or cell_config.json is the very same */
	bool unsure;			/* cell_config.json may not be durable */
	bool recovered;
	char why[ERR_DETAIL_MAX + NOTE_MAX];
};

static uint64_t
generation_of(const struct conf *c)
{
	return c == NULL ? 0 : c->generation;
}

/* --- writing ------------------------------------------------------------------------------ */

/* A state directory that cannot be written to is like a full one for whoever asked (507). */
static int
fail_write(struct err *e, int r)
{
	if (r != -EROFS)
		return r;
	return err_set(e, ERR_STORAGE_FULL, "the state directory is read-only; nothing was changed");
}

/* More than its file may hold: the section that is most of it is where to begin. */
static int
refuse_size(const json_t *doc, struct err *e)
{
	json_t *from = (json_t *)(uintptr_t)doc, *v;	/* the iterator wants it writable, and does not write */
	const char *key, *largest = "";
	size_t n, most = 0;

	json_object_foreach(from, key, v)
		if ((n = json_dumpb(v, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY)) > most) {
			most = n;
			largest = key;
		}
	return err_field(e, ERR_CONFLICT, largest, "has no room for this: a configuration has %d MiB at most, and here are %zu KiB "
	    "of it. Remove what nobody needs, or shorten descriptions", CONF_FILE_MAX >> 20, most >> 10);
}

static void
unstage(struct conf_store *s)
{
	if (s->staged != NULL)
		conf_history_unstage(s->history, s->staged->generation);
	conf_unref(s->staged);
	s->staged = NULL;
}

static int
stage(struct conf_store *s, struct conf *c, struct err *e)
{
	const json_t *base = s->current == NULL ? NULL : s->current->doc;
	int r;

	unstage(s);
	r = conf_dump_draft(&s->spare, c->doc, base, &s->text);
	if (r < 0)
		return err_sys(e, r, CURRENT);
	s->size = s->spare.n;
	if (s->size > CONF_FILE_MAX)
		return refuse_size(c->doc, e);
	r = conf_history_stage(s->history, c->generation, c->doc, s->spare.p, s->spare.n, e);
	if (r < 0)
		return fail_write(e, r);
	s->staged = conf_ref(c);
	return 0;
}

/* As another name of the staged file: a document of ten thousand devices is written once.
 * Where a file cannot have two names, it is written here, too. Until either is done, the one of before stays what it is. */
static int
write_current(struct conf_store *s, struct err *e)
{
	if (conf_history_share(s->history, s->dirfd, CURRENT) == 0)
		return 0;
	return file_write(s->dirfd, CURRENT, s->spare.p, s->spare.n, MODE, e);
}

/* Would the next start load what is staged? */
static bool
is_named(const struct conf_store *s)
{
	char *text;
	size_t n;
	bool same;

	if (file_read(s->dirfd, CURRENT, CONF_FILE_MAX, &text, &n, NULL) < 0)
		return false;
	same = n == s->spare.n && memcmp(text, s->spare.p, n) == 0;
	free(text);
	return same;
}

static void
put_in_force(struct conf_store *s, bool durable)
{
	const struct conf_text t = s->spare;

	s->spare = s->text;
	s->text = t;
	conf_unref(s->current);
	s->current = s->staged;
	s->staged = NULL;
	s->owed = !conf_history_place(s->history, s->current->generation) ||
	    conf_history_is_shared(s->history, s->current->generation, s->dirfd, CURRENT);
	s->unsure = !durable;
}

/* After a start the text is not known yet. Of nothing there is none. */
static bool
has_text(struct conf_store *s)
{
	return s->current == NULL || s->text.p != NULL ||
	    conf_dump_draft(&s->text, s->current->doc, NULL, &(struct conf_text){ .p = NULL }) == 0;
}

/* Where there is nothing older, what goes into the folder and out of it has the folder written as it is. */
static int
write_again(const struct conf_store *s)
{
	int r;

	if (s->current != NULL)
		return file_write(s->dirfd, CURRENT, s->text.p, s->text.n, MODE, NULL);
	r = file_write(s->dirfd, STRAY, "", 0, MODE, NULL);
	return r < 0 ? r : file_remove(s->dirfd, STRAY, NULL);
}

bool
conf_store_settle(struct conf_store *s)
{
	if (s->staged == NULL)
		conf_text_free(&s->spare);	/* megabytes, which only one change after the other needs */
	if ((s->owed || s->unsure) && has_text(s)) {
		s->unsure = s->unsure && write_again(s) < 0;
		s->owed = s->owed &&
		    conf_history_restore(s->history, s->current->generation, s->text.p, s->text.n) < 0;
	}
	return !s->owed && !s->unsure;
}

/* The old generation, the new one, and each of them once more while files change places. */
static uint64_t
room(const struct conf_store *s)
{
	return ROOM + 4 * (uint64_t)s->size;
}

void
conf_store_make_room(struct conf_store *s)
{
	uint64_t left, total;

	if (file_space(s->dirfd, &left, &total) == 0 && left < room(s))
		(void)reserve_release(s->dirfd, room(s));	/* nothing left of it: the write says so */
}

int
conf_store_stage(struct conf_store *s, struct conf *c, struct err *e)
{
	uint64_t now = generation_of(s->current);
	int r;

	if (c->generation <= now)
		return err_set(e, ERR_INTERNAL, "generation %llu does not follow %llu",
		    (unsigned long long)c->generation, (unsigned long long)now);
	r = stage(s, c, e);
	if (r == -ENOSPC && reserve_release(s->dirfd, room(s)))	/* a quota, which nobody could foresee */
		r = stage(s, c, e);
	return r;
}

int
conf_store_commit(struct conf_store *s, struct err *e)
{
	int r;

	if (s->staged == NULL)
		return 0;
	r = write_current(s, e);
	if (r == -ENOSPC && reserve_release(s->dirfd, room(s)))
		r = write_current(s, e);
	if (r < 0 && !is_named(s)) {
		s->unsure = true;	/* taken back in memory only, if the disk failed */
		unstage(s);
		return fail_write(e, r);
	}
	put_in_force(s, r == 0);
	if (r < 0)	/* neither confirmed nor to be undone */
		return err_set(e, ERR_INTERNAL, "the disk did not confirm it: generation %llu is in force, but a loss of power may "
		    "bring back the one before", (unsigned long long)s->current->generation);
	conf_history_prune(s->history);
	return 0;
}

int
conf_store_write(struct conf_store *s, struct conf *c, struct err *e)
{
	int r = conf_store_stage(s, c, e);

	return r < 0 ? r : conf_store_commit(s, e);
}

/* --- opening -------------------------------------------------------------------------------- */

static void
take(struct conf_store *s, struct conf_loaded *l)
{
	conf_unref(s->current);	/* migrated: the same */
	s->current = l->conf;
	l->conf = NULL;
}

/* The folder against cell_config.json: what is newer never came into force; the current one belongs there, in a file of its own. */
static void
align_history(struct conf_store *s)
{
	uint64_t now = s->current->generation;
	struct conf_numbers l;
	size_t i;

	(void)conf_history_numbers(s->history, &l);	/* what is not listed is written */
	for (i = 0; i < l.n && l.v[i] > now; i++)
		if (conf_history_withdraw(s->history, l.v[i]))
			log_fmt(LOG_CONFIG, LOG_WARNING, "generation %llu never came into force and is dropped",
			    (unsigned long long)l.v[i]);
	s->owed = i == l.n || l.v[i] != now || conf_history_is_shared(s->history, now, s->dirfd, CURRENT);
	(void)conf_store_settle(s);	/* who opened it tries again */
}

/* The migrated document becomes a generation of its own; the old text stays beside it. */
static int
commit_migrated(struct conf_store *s, struct conf_loaded *l, struct err *e)
{
	char now[CLK_TEXT_MAX], summary[NOTE_MAX];
	uint64_t from = l->conf->generation, to = (from > s->given ? from : s->given) + 1;
	int r;

	(void)snprintf(summary, sizeof(summary), "schema %d to %d", l->version, s->schema->current);	/* fits */
	r = conf_history_write_old(s->history, from, l->version, l->text, l->n, e);
	if (r < 0)
		return fail_write(e, r);
	if (json_object_set_new(l->doc, "generation", json_integer((json_int_t)to)) < 0 ||
	    json_object_set_new(l->doc, "written_at", json_string(clk_text(clk_system.wall_s(&clk_system), now))) < 0 ||
	    json_object_set_new(l->doc, "written_by", json_string("system")) < 0 ||
	    json_object_set_new(l->doc, "summary", json_string(summary)) < 0)
		return err_sys(e, -ENOMEM, CURRENT);
	conf_unref(l->conf);
	r = conf_build(&l->conf, l->doc, e);
	return r < 0 ? r : conf_store_write(s, l->conf, e);
}

/* "cell_config.json.bad-20260701T093000Z" */
static void
bad_name(char *buf, size_t size)
{
	char text[CLK_TEXT_MAX], compact[CLK_TEXT_MAX];
	size_t i, n = 0;

	(void)clk_text(clk_system.wall_s(&clk_system), text);	/* is text */
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] != '-' && text[i] != ':')
			compact[n++] = text[i];
	compact[n] = '\0';
	(void)snprintf(buf, size, CURRENT ".bad-%s", compact);	/* fits */
}

/* Set the damaged file aside under a name of its own and write the good one in its place. A state directory that
 * refuses this does not keep the cell from running. */
static void
repair(struct conf_store *s, bool damaged_there)
{
	size_t n;
	char name[NOTE_MAX], *text = conf_dump(s->current->doc, &n);
	struct err e;
	int r = text == NULL ? -ENOMEM : 0;

	err_clear(&e);
	bad_name(name, sizeof(name));
	if (r == 0 && damaged_there && renameat(s->dirfd, CURRENT, s->dirfd, name) < 0)
		r = -errno;
	if (r < 0)
		(void)err_sys(&e, r, CURRENT);	/* logged below */
	else
		r = file_write(s->dirfd, CURRENT, text, n, MODE, &e);
	if (r < 0)
		log_line(LOG_CONFIG, LOG_ERROR, "the damaged configuration cannot be replaced", "err", e.detail, NULL);
	free(text);
}

/* The newest valid generation; first says why cell_config.json cannot be used. */
static int
fall_back(struct conf_store *s, const struct err *first, bool damaged_there, struct err *e)
{
	struct conf_numbers numbers;
	struct conf_loaded l;
	size_t i;
	int r = conf_history_numbers(s->history, &numbers);

	if (r < 0)
		return err_sys(e, r, "generations");
	for (i = 0; i < numbers.n && s->current == NULL; i++) {
		if (conf_history_load(s->history, numbers.v[i], &l, NULL) == 0)
			take(s, &l);
		conf_loaded_drop(&l);
	}
	if (s->current == NULL)
		return err_set(e, ERR_VALIDATION, "%s; no valid generation is left in generations/: correct the file, or "
		    "put the state directory back from a backup", first->detail);
	(void)snprintf(s->why, sizeof(s->why), "%s; generation %llu is used instead", first->detail,
	    (unsigned long long)s->current->generation);	/* cut is fine */
	s->recovered = true;
	repair(s, damaged_there);
	return 0;
}

static int
fail_newer(const struct conf_store *s, int version, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CURRENT ": written by a newer pic (schema %d, this one knows %d); "
	    "run `pic update rollback` or the newer binary", version, s->schema->current);
}

/* There is no cell_config.json. */
static int
open_absent(struct conf_store *s, struct err *e)
{
	struct conf_numbers l;
	struct err why;
	int r = conf_history_numbers(s->history, &l);

	if (r < 0)
		return err_sys(e, r, "generations");
	if (l.n == 0 && !l.other)
		return 0;	/* first run */
	(void)err_set(&why, ERR_VALIDATION, CURRENT ": is missing");	/* told by fall_back() */
	return fall_back(s, &why, false, e);
}

static int
open_valid(struct conf_store *s, struct conf_loaded *l, struct err *e)
{
	int r = l->version < s->schema->current ? commit_migrated(s, l, e) : 0;

	if (r == 0) {
		take(s, l);
		align_history(s);
	}
	return r;
}

static int
open_current(struct conf_store *s, struct err *e)
{
	struct conf_loaded l;
	struct err why;
	int r = conf_load(&l, s->dirfd, CURRENT, CURRENT, s->schema, &why);

	if (r == 0) {
		r = open_valid(s, &l, e);
	} else if (r == -ENOENT) {
		r = open_absent(s, e);
	} else if (l.version > s->schema->current) {
		r = fail_newer(s, l.version, e);
	} else if (l.text != NULL || r == -EFBIG || r == -EIO) {
		r = fall_back(s, &why, true, e);
	} else {
		*e = why;	/* no permission, not a file: not damaged, and not ours to judge */
	}
	conf_loaded_drop(&l);
	return r;
}

static int
store_open(struct conf_store **out, int dirfd, const struct conf_schema_steps *schema, struct err *e)
{
	struct conf_store *s = calloc(1, sizeof(*s));
	struct err mine;
	int r;

	*out = NULL;
	if (s == NULL)
		return err_sys(e, -ENOMEM, CURRENT);
	s->dirfd = dirfd;
	s->schema = schema;
	err_clear(&mine);
	file_sweep(dirfd);
	r = conf_history_open(&s->history, dirfd, schema, &mine);
	if (r == 0) {
		s->given = conf_history_given(s->history);
		r = open_current(s, &mine);
	}
	if (r < 0) {
		conf_store_free(s);
		if (e != NULL)
			*e = mine;
		return r;
	}
	s->given += s->given > generation_of(s->current);	/* for what is in force: see store.h */
	*out = s;
	return 0;
}

int
conf_store_open(struct conf_store **out, int dirfd, struct err *e)
{
	return store_open(out, dirfd, &conf_schema_steps, e);
}

void
conf_store_free(struct conf_store *s)
{
	if (s == NULL)
		return;
	(void)conf_store_settle(s);	/* else the next start does it */
	if (s->current != NULL)		/* whoever refuses to start changes nothing */
		conf_history_tidy(s->history);
	conf_history_free(s->history);
	conf_unref(s->current);
	conf_unref(s->staged);
	conf_text_free(&s->text);
	conf_text_free(&s->spare);
	free(s);
}

struct conf *
conf_store_current(const struct conf_store *s)
{
	return s->current;
}

uint64_t
conf_store_given(const struct conf_store *s)
{
	const uint64_t now = generation_of(s->current);

	return now > s->given ? now : s->given;
}

bool
conf_store_recovered(const struct conf_store *s, const char **why)
{
	*why = s->recovered ? s->why : NULL;
	return s->recovered;
}

json_t *
conf_store_list(struct conf_store *s)
{
	return conf_history_list(s->history, generation_of(s->current));
}

json_t *
conf_store_shown(struct conf_store *s, uint64_t generation)
{
	return conf_history_shown(s->history, generation);
}

json_t *
conf_store_read(struct conf_store *s, uint64_t generation, struct err *e)
{
	return conf_history_read(s->history, generation, e);
}

json_t *
conf_store_refs(struct conf_store *s)
{
	return conf_history_refs(s->history, s->current == NULL ? NULL : s->current->doc);
}
