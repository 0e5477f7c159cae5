/* The folder generations/. What the list shows of a generation and which secrets it
 * names is looked up once and remembered: generations never change. */
#include "conf/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "conf/diff.h"
#include "conf/draft.h"
#include "conf/load.h"
#include "conf/store.h"
#include "sys/file.h"
#include "sys/sync.h"

#define FOLDER "generations"
#define STAGED "next.json"

enum { FILE_NAME_MAX = 64, MODE = 0600, HEAD_MAX = 256 };

/* No cell comes so far, and serials count in 32 bits: what tells a larger one is not ours. */
#define GENERATION_MAX (UINT32_MAX / 2)

struct entry {
	uint64_t generation;	/* 0: free */
	json_t *shown;		/* {generation, written_at, written_by, summary}, and changes_count once it was asked for */
	json_t *refs;		/* {secret_ref or sha256: true}; see newest_set() */
};

struct conf_history {
	int fd;
	const struct conf_schema_steps *schema;
	struct sync *sync;  /* of the folder, when STAGED became spare */
	struct entry entries[CONF_HISTORY_MAX];
	bool spare;	    /* STAGED is a file that is of no use but to be written over: from retire() to the next stage */
	uint64_t newest;    /* that was written */
	json_t *newest_doc; /* NULL: none was */
};

static void
file_name(char buf[FILE_NAME_MAX], uint64_t generation)
{
	(void)snprintf(buf, FILE_NAME_MAX, "%llu.json", (unsigned long long)generation);	/* fits */
}

int
conf_history_open(struct conf_history **out, int dirfd, const struct conf_schema_steps *schema, struct err *e)
{
	struct conf_history *h = calloc(1, sizeof(*h));

	*out = NULL;
	if (h == NULL)
		return err_sys(e, -ENOMEM, FOLDER);
	h->schema = schema;
	h->sync = sync_new();
	h->fd = h->sync == NULL ? err_sys(e, -ENOMEM, FOLDER) : file_dir_sub(dirfd, FOLDER, e);
	if (h->fd < 0) {
		int r = h->fd;

		sync_free(h->sync);
		free(h);
		return r;
	}
	file_sweep(h->fd);
	*out = h;
	return 0;
}

static void
entry_drop(struct entry *en)
{
	json_decref(en->shown);
	json_decref(en->refs);
	*en = (struct entry){ .generation = 0 };
}

/* --- numbers ---------------------------------------------------------------------------- */

/* Sorted in, the oldest out. */
static void
number_add(struct conf_numbers *l, uint64_t g)
{
	size_t i = l->n;

	if (l->n == CONF_HISTORY_MAX && l->v[l->n - 1] > g)
		return;
	if (l->n < CONF_HISTORY_MAX)
		l->n++;
	else
		i--;
	for (; i > 0 && l->v[i - 1] < g; i--)
		l->v[i] = l->v[i - 1];
	l->v[i] = g;
}

static bool
on_name(void *arg, const char *name)
{
	struct conf_numbers *l = arg;
	struct str s = str_of(name);
	uint64_t g;

	/* 007.json would be a second 7.json. */
	if (str_ends(s, STR(".json")) && s.p[0] != '0' && str_u64((struct str){ s.p, s.n - 5 }, GENERATION_MAX, &g))
		number_add(l, g);
	else if (!str_eqz(s, STAGED))	/* which never was in force */
		l->other = true;
	return true;
}

int
conf_history_numbers(const struct conf_history *h, struct conf_numbers *out)
{
	*out = (struct conf_numbers){ .n = 0 };
	return file_list(h->fd, on_name, out);
}

/* --- files ------------------------------------------------------------------------------ */

static int
load_doc(const struct conf_history *h, uint64_t generation, struct conf_loaded *l, struct err *e)
{
	char name[FILE_NAME_MAX], label[FILE_NAME_MAX + sizeof(FOLDER "/")];

	file_name(name, generation);
	(void)snprintf(label, sizeof(label), FOLDER "/%s", name);	/* fits */
	return conf_load_doc(l, h->fd, name, label, h->schema, e);
}

int
conf_history_load(const struct conf_history *h, uint64_t generation, struct conf_loaded *l, struct err *e)
{
	char name[FILE_NAME_MAX], label[FILE_NAME_MAX + sizeof(FOLDER "/")];
	int r;

	file_name(name, generation);
	(void)snprintf(label, sizeof(label), FOLDER "/%s", name);	/* fits */
	r = conf_load(l, h->fd, name, label, h->schema, e);
	if (r == 0 && json_integer_value(json_object_get(l->doc, "generation")) != (json_int_t)generation)
		r = err_set(e, ERR_VALIDATION, "%s: holds another generation", label);
	return r;
}

/* Of megabytes, it stands near the beginning. 0: it is not there. */
static uint64_t
head_number(const struct conf_history *h, const char *name)
{
	static const char member[] = "\"generation\":";
	char head[HEAD_MAX + 1];
	const char *at;
	int fd = openat(h->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, head, HEAD_MAX);
	(void)close(fd);	/* opened for reading */
	head[n < 0 ? 0 : n] = '\0';
	at = strstr(head, member);
	return at == NULL ? 0 : strtoull(at + sizeof(member) - 1, NULL, 10);
}

/* The generation that a file holds; 0: none, or nobody can say. */
static uint64_t
number_in(const struct conf_history *h, const char *name)
{
	struct conf_loaded l;
	uint64_t g = head_number(h, name);

	if (g != 0)
		return g <= GENERATION_MAX ? g : 0;
	if (conf_load_doc(&l, h->fd, name, name, h->schema, NULL) == 0)	/* as a person has put its members */
		g = (uint64_t)json_integer_value(json_object_get(l.doc, "generation"));
	conf_loaded_drop(&l);
	return g <= GENERATION_MAX ? g : 0;
}

/* The number in the file of that generation. */
static uint64_t
told_by(const struct conf_history *h, uint64_t generation)
{
	char name[FILE_NAME_MAX];

	file_name(name, generation);
	return number_in(h, name);
}

static uint64_t
highest(const struct conf_history *h)
{
	struct conf_numbers l;
	size_t i = 0;
	uint64_t g;

	(void)conf_history_numbers(h, &l);	/* of none, none is the highest */
	while (i < l.n && (g = told_by(h, l.v[i])) != l.v[i] && g != 0)	/* a damaged one was given, too */
		i++;
	return i < l.n ? l.v[i] : 0;
}

uint64_t
conf_history_given(const struct conf_history *h)
{
	const uint64_t staged = number_in(h, STAGED), named = highest(h);

	return staged > named ? staged : named;
}

void
conf_history_tidy(const struct conf_history *h)
{
	if (number_in(h, STAGED) <= highest(h))
		(void)unlinkat(h->fd, STAGED, 0);	/* else the next one replaces it */
}

void
conf_history_free(struct conf_history *h)
{
	size_t i;

	if (h == NULL)
		return;
	for (i = 0; i < CONF_HISTORY_MAX; i++)
		entry_drop(&h->entries[i]);
	json_decref(h->newest_doc);
	sync_free(h->sync);
	(void)close(h->fd);	/* opened for reading */
	free(h);
}

/* Those in v, but for what is the very same in other. */
static bool
add_refs(json_t *set, const json_t *v, const json_t *other)
{
	struct conf_draft_walk same = { .base = other };
	json_t *obj = (json_t *)(uintptr_t)v;	/* the iterators want it writable, and do not write */
	const char *ref = json_string_value(json_object_get(v, "secret_ref")), *key;
	const char *text = json_string_value(json_object_get(v, "sha256"));
	json_t *member;
	size_t i;
	bool ok = (ref == NULL || json_object_set_new(set, ref, json_true()) == 0) &&
	    (text == NULL || json_object_set_new(set, text, json_true()) == 0);

	json_object_foreach(obj, key, member)
		if (json_is_object(member) || json_is_array(member))
			ok = ok && add_refs(set, member, json_object_get(other, key));
	json_array_foreach(obj, i, member)
		ok = ok && (conf_draft_is_same(&same, member) || add_refs(set, member, NULL));
	return ok;
}

/* Remember doc, but for its refs. NULL when out of memory. */
static struct entry *
entry_add(struct conf_history *h, uint64_t generation, const json_t *doc)
{
	struct entry *en = &h->entries[generation % CONF_HISTORY_MAX];

	entry_drop(en);
	en->shown = json_pack("{s:I, s:O, s:O, s:O}", "generation", (json_int_t)generation,
	    "written_at", json_object_get(doc, "written_at"), "written_by", json_object_get(doc, "written_by"),
	    "summary", json_object_get(doc, "summary"));
	en->refs = json_object();
	if (en->shown == NULL || en->refs == NULL) {
		entry_drop(en);
		return NULL;
	}
	en->generation = generation;
	return en;
}

/* Thousands of devices are the same from one generation to the next: an entry has the refs of what the next one has not, and
 * the newest gives all of its. doc NULL: there is none to go by. */
static void
newest_set(struct conf_history *h, uint64_t generation, const json_t *doc)
{
	struct entry *before = &h->entries[h->newest % CONF_HISTORY_MAX];

	if (h->newest_doc != NULL && before->generation == h->newest && !add_refs(before->refs, h->newest_doc, doc))
		entry_drop(before); /* it is read when asked for */
	json_decref(h->newest_doc);
	h->newest_doc = json_incref((json_t *)(uintptr_t)doc); /* only to be read */
	h->newest = generation;
}

int
conf_history_stage(struct conf_history *h, uint64_t generation, const json_t *doc, const char *text, size_t n,
    struct err *e)
{
	const bool spare = sync_wait(h->sync) == 0 && h->spare;	/* else the file may still be that of its generation */
	int r;

	h->spare = false;
	r = spare ? file_rewrite(h->fd, STAGED, text, n, MODE, e) : file_write(h->fd, STAGED, text, n, MODE, e);
	if (r < 0)
		return r;
	newest_set(h, generation, doc);
	(void)entry_add(h, generation, doc); /* else it is read when asked for */
	return 0;
}

int
conf_history_share(const struct conf_history *h, int dirfd, const char *name)
{
	return file_share(h->fd, STAGED, dirfd, name, NULL);
}

bool
conf_history_place(struct conf_history *h, uint64_t generation)
{
	char name[FILE_NAME_MAX];

	file_name(name, generation);
	return renameat(h->fd, STAGED, h->fd, name) == 0;
}

bool
conf_history_is_shared(const struct conf_history *h, uint64_t generation, int dirfd, const char *name)
{
	char own[FILE_NAME_MAX];

	file_name(own, generation);
	return file_is_shared(h->fd, own, dirfd, name);
}

int
conf_history_restore(const struct conf_history *h, uint64_t generation, const char *text, size_t n)
{
	char name[FILE_NAME_MAX];

	file_name(name, generation);
	return file_write(h->fd, name, text, n, MODE, NULL);
}

int
conf_history_write_old(struct conf_history *h, uint64_t generation, int version, const char *text, size_t n,
    struct err *e)
{
	char name[FILE_NAME_MAX];

	(void)snprintf(name, sizeof(name), "%llu.schema%d.json", (unsigned long long)generation, version);	/* fits */
	return file_write(h->fd, name, text, n, MODE, e);
}

static void
forget(struct conf_history *h, uint64_t generation)
{
	struct entry *en = &h->entries[generation % CONF_HISTORY_MAX];

	if (h->newest == generation) {
		newest_set(h, 0, NULL);
		entry_drop(&h->entries[(generation - 1) % CONF_HISTORY_MAX]); /* has the refs of what this one has not */
	}
	if (en->generation == generation)
		entry_drop(en);
}

void
conf_history_unstage(struct conf_history *h, uint64_t generation)
{
	forget(h, generation);
}

bool
conf_history_drop(struct conf_history *h, uint64_t generation)
{
	char name[FILE_NAME_MAX];

	forget(h, generation);
	file_name(name, generation);
	return file_remove(h->fd, name, NULL) == 0;
}

bool
conf_history_withdraw(struct conf_history *h, uint64_t generation)
{
	char name[FILE_NAME_MAX];

	file_name(name, generation);
	if (told_by(h, generation) != generation || number_in(h, STAGED) >= generation)
		return conf_history_drop(h, generation);
	forget(h, generation);
	return file_rename(h->fd, name, STAGED, NULL) == 0;
}

/* Its file is where the next one is staged, which of ten thousand devices mostly has little to write there. Until then the disk
 * has time to take the new name. */
static bool
retire(struct conf_history *h, uint64_t generation)
{
	char name[FILE_NAME_MAX];

	forget(h, generation);
	file_name(name, generation);
	h->spare = file_rename(h->fd, name, STAGED, h->sync) == 0;
	return h->spare;
}

void
conf_history_prune(struct conf_history *h)
{
	struct conf_numbers l;
	size_t i;

	if (conf_history_numbers(h, &l) < 0)
		return;
	for (i = CONF_GENERATIONS; i < l.n; i++)
		if (i > CONF_GENERATIONS || !retire(h, l.v[i]))
			(void)conf_history_drop(h, l.v[i]);	/* else the next time */
}

/* --- what is shown ------------------------------------------------------------------------ */

/* Of consecutive generations each one is read once. */
struct memo {
	struct conf_history *h;
	uint64_t generation;
	json_t *doc;
};

/* Borrowed until the next call; NULL when it cannot be read. */
static const json_t *
memo_doc(struct memo *m, uint64_t generation)
{
	struct conf_loaded l;

	if (m->doc != NULL && m->generation == generation)
		return m->doc;
	json_decref(m->doc);
	m->doc = NULL;
	if (load_doc(m->h, generation, &l, NULL) == 0) {
		m->doc = l.doc;
		l.doc = NULL;
		m->generation = generation;
	}
	conf_loaded_drop(&l);
	return m->doc;
}

static struct entry *
entry_get(struct memo *m, uint64_t generation)
{
	struct entry *en = &m->h->entries[generation % CONF_HISTORY_MAX];
	const json_t *doc;

	if (en->generation == generation)
		return en;
	doc = memo_doc(m, generation);
	en = doc == NULL ? NULL : entry_add(m->h, generation, doc);
	if (en != NULL && !add_refs(en->refs, doc, NULL)) {
		entry_drop(en);
		return NULL;
	}
	return en;
}

/* Set changes_count; null without a readable generation before. */
static int
count_changes(struct memo *m, struct entry *en)
{
	json_t *doc = json_incref((json_t *)(uintptr_t)memo_doc(m, en->generation));	/* outlives the next call */
	const json_t *before = en->generation > 1 ? memo_doc(m, en->generation - 1) : NULL;
	json_t *changes = doc == NULL || before == NULL ? NULL : conf_diff(before, doc);
	json_t *count = changes == NULL ? json_null() : json_integer((json_int_t)json_array_size(changes));

	json_decref(changes);
	json_decref(doc);
	return json_object_set_new(en->shown, "changes_count", count) < 0 ? -ENOMEM : 0;
}

static int
list_one(struct memo *m, uint64_t generation, uint64_t current, json_t *out)
{
	struct entry *en = entry_get(m, generation);
	json_t *one;

	if (en == NULL)
		return 0;	/* damaged: there is nothing to show */
	if (json_object_get(en->shown, "changes_count") == NULL && count_changes(m, en) < 0)
		return -ENOMEM;
	one = json_copy(en->shown);
	if (json_object_set_new(one, "current", json_boolean(generation == current)) < 0) {
		json_decref(one);
		return -ENOMEM;
	}
	return json_array_append_new(out, one) < 0 ? -ENOMEM : 0;
}

json_t *
conf_history_list(struct conf_history *h, uint64_t current)
{
	struct memo m = { .h = h };
	struct conf_numbers l;
	json_t *out = json_array();
	size_t i;
	int r = conf_history_numbers(h, &l);

	for (i = 0; i < l.n && i < CONF_GENERATIONS && r == 0; i++)
		r = list_one(&m, l.v[i], current, out);
	json_decref(m.doc);
	if (r < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

json_t *
conf_history_shown(struct conf_history *h, uint64_t generation)
{
	struct memo m = { .h = h };
	const struct entry *en = entry_get(&m, generation);

	json_decref(m.doc);
	return en == NULL ? NULL : json_incref(en->shown);
}

json_t *
conf_history_read(const struct conf_history *h, uint64_t generation, struct err *e)
{
	struct conf_loaded l;
	json_t *doc = NULL;
	int r = load_doc(h, generation, &l, e);

	if (r == 0) {
		doc = l.doc;
		l.doc = NULL;
	} else if (r == -ENOENT) {
		(void)err_set(e, ERR_NOT_FOUND, "generation %llu is not kept",
		    (unsigned long long)generation);	/* NULL tells */
	}
	conf_loaded_drop(&l);
	return doc;
}

json_t *
conf_history_refs(struct conf_history *h, const json_t *current)
{
	struct memo m = { .h = h };
	struct conf_numbers l;
	json_t *out = json_object();
	size_t i;
	bool ok = conf_history_numbers(h, &l) == 0;

	for (i = 0; i < l.n && ok; i++)
		ok = entry_get(&m, l.v[i]) != NULL;
	for (i = 0; i < CONF_HISTORY_MAX && ok; i++) /* also one whose file somebody took away: those before rely on it */
		ok = h->entries[i].generation == 0 || json_object_update(out, h->entries[i].refs) == 0;
	ok = ok && add_refs(out, h->newest_doc, NULL) && add_refs(out, current, h->newest_doc);
	json_decref(m.doc);
	if (!ok) {
		json_decref(out);
		return NULL;
	}
	return out;
}
