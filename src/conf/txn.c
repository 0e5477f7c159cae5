/* One change at a time through: edit, check, prepare, write, commit. Only the last
 * step waits for others, and then for the disk once more; the queue stands meanwhile. */
#include "conf/txn.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/complete.h"
#include "conf/conf.h"
#include "conf/depart.h"
#include "conf/diff.h"
#include "conf/draft.h"
#include "conf/follow.h"
#include "conf/public.h"
#include "conf/queue.h"
#include "conf/rev.h"
#include "conf/rollback.h"
#include "conf/store.h"
#include "conf/verify.h"
#include "io/timer.h"
#include "sys/clk.h"

enum { WATCHERS_MAX = 8, LATE_MAX = 128 };

struct part {
	struct conf_part p;
	bool prepared;			/* for the generation under way */
	bool awaited;
};

struct watcher {
	void (*cb)(void *arg, const struct conf *c, const char *actor, const char *summary);
	void *arg;
};

struct conf_txn {
	struct conf_store *store;
	const struct clk *clk;
	struct conf *current;		/* in force */
	struct part parts[CONF_TXN_PARTS];
	size_t nparts;
	struct watcher watchers[WATCHERS_MAX];
	size_t nwatchers;

	struct conf_queue *queue;
	struct conf_pending *running;	/* NULL: none */
	json_t *changes;		/* of the running one, not for show */
	struct conf *before;		/* in force before the commit under way; NULL outside of one */
	size_t awaited;			/* parts that have not reported */
	bool switching;			/* commit() of some part is on the stack, or still to be called */
	struct err failure;		/* kind set: going back to before, unless the disk is unsure */
	bool undecided;			/* go_back() is due: the store has not committed, or there was no memory for it */
	char refusal[ERR_DETAIL_MAX];	/* of the part that could not commit; "" = none, so far they are late only */
	struct io_timer *commit, *settle;
};

/* --- the end of a change ---------------------------------------------------------------------- */

/* Answer. shown: in force now, also with e, or on a dry run what would be. */
static void
finish(struct conf_txn *t, struct conf *shown, const struct err *e)
{
	struct conf_pending *ch = t->running;
	const bool ok = e == NULL || shown != NULL;
	json_t *changes = ok && t->changes != NULL ? conf_public_changes(t->changes) : json_array();
	struct conf_result r = { .generation = t->current->generation, .changes = changes,
		.changed = shown != NULL, .lease_needed = ok && conf_diff_needs_lease(t->changes) };
	struct conf *conf = conf_ref(shown != NULL ? shown : t->current);
	struct err copy;

	r.conf = conf;
	if (e != NULL)
		copy = *e;	/* may be t->failure */
	json_decref(t->changes);
	conf_unref(t->before);
	t->changes = NULL;
	t->before = NULL;
	t->running = NULL;
	t->awaited = 0;
	t->failure.kind = ERR_NONE;
	conf_queue_turn(t->queue);
	ch->c.done(ch->c.arg, &r, e == NULL ? NULL : &copy);
	/* From here on t may be gone. */
	json_decref(changes);
	conf_unref(conf);
	free(ch);
}

static void
tell_watchers(const struct conf_txn *t)
{
	size_t i;

	for (i = 0; i < t->nwatchers; i++)
		t->watchers[i].cb(t->watchers[i].arg, t->current, t->current->written_by, t->current->summary);
}

/* --- prepare and commit ------------------------------------------------------------------------- */

static void
rollback(struct conf_txn *t, size_t n)
{
	while (n-- > 0)
		t->parts[n].p.rollback(t->parts[n].p.arg);
}

static int
prepare(struct conf_txn *t, const struct conf *next, struct err *e)
{
	size_t i;
	int r;

	for (i = 0; i < t->nparts; i++) {
		r = t->parts[i].p.prepare(t->parts[i].p.arg, t->current, next, e);
		t->parts[i].prepared = r >= 0;
		if (r < 0) {
			if (e->kind == ERR_NONE)
				(void)err_set(e, ERR_INTERNAL, "%s cannot take this over", t->parts[i].p.name);
			rollback(t, i);
			return r;
		}
	}
	return 0;
}

static void
narrow(const struct conf_txn *t, const struct conf *next)
{
	size_t i;

	for (i = 0; i < t->nparts; i++)
		if (t->parts[i].p.narrow != NULL)
			t->parts[i].p.narrow(t->parts[i].p.arg, next);
}

static void on_committed(struct conf_txn *t);

/* Let every part that has prepared switch over to what is now current. */
static void
switch_over(struct conf_txn *t)
{
	size_t i;

	t->switching = true;
	t->refusal[0] = '\0';
	for (i = 0; i < t->nparts; i++) {
		t->parts[i].awaited = t->parts[i].prepared;
		t->awaited += t->parts[i].prepared;
	}
	io_timer_once(t->commit, CONF_TXN_COMMIT_MS);
	for (i = 0; i < t->nparts; i++)
		if (t->parts[i].prepared)
			t->parts[i].p.commit(t->parts[i].p.arg, t->current);
	t->switching = false;
	if (t->awaited == 0)
		on_committed(t);
}

/* NULL: it reports late, or was never asked. */
static struct part *
awaited(struct conf_txn *t, const char *part, uint64_t generation)
{
	size_t i;

	if (t->before == NULL || generation != t->current->generation)
		return NULL;
	for (i = 0; i < t->nparts; i++)
		if (t->parts[i].awaited && strcmp(t->parts[i].p.name, part) == 0)
			return &t->parts[i];
	return NULL;
}

void
conf_txn_part_done(struct conf_txn *t, const char *part, uint64_t generation)
{
	struct part *p = awaited(t, part, generation);

	if (p == NULL)
		return;
	p->awaited = false;
	if (--t->awaited == 0 && !t->switching)
		on_committed(t);
}

/* The part stays awaited, so nobody else can end the change. */
void
conf_txn_part_failed(struct conf_txn *t, const char *part, uint64_t generation, const struct err *why)
{
	if (awaited(t, part, generation) == NULL)
		return;
	(void)snprintf(t->refusal, sizeof(t->refusal), "%s", why->detail);	/* same size */
	io_timer_once(t->commit, 0);
}

bool
conf_txn_returning(const struct conf_txn *t)
{
	return t->failure.kind != ERR_NONE;
}

bool
conf_txn_insists(const struct conf_txn *t)
{
	return conf_txn_returning(t) || t->running->c.due;
}

/* The commit point. False: what is not in force on disk must not stay so here, and on a later turn everybody goes back. */
static bool
decide(struct conf_txn *t)
{
	const bool returning = conf_txn_returning(t);
	struct err e;

	err_clear(&e);
	io_timer_once(t->settle, CONF_TXN_SETTLE_MS);	/* within a second the next change may come */
	if (conf_store_commit(t->store, &e) == 0)
		return true;
	log_line(LOG_CONFIG, LOG_CRITICAL, returning ? "the return is not on disk" : "a change is not on disk",
	    "err", e.detail, NULL);
	if (returning)
		return true;	/* catch_up() tries again */
	t->failure = e;
	t->undecided = conf_store_current(t->store) != t->current;
	if (t->undecided)
		io_timer_once(t->commit, 0);
	return !t->undecided;
}

static void
on_committed(struct conf_txn *t)
{
	const bool returning = conf_txn_returning(t);

	assert(t->current != NULL);	/* for the analyzer: it is what was committed */
	io_timer_stop(t->commit);
	if (!decide(t))
		return;
	tell_watchers(t);
	finish(t, returning ? NULL : t->current, t->failure.kind == ERR_NONE ? NULL : &t->failure);
}

static void
on_settle(void *arg)
{
	struct conf_txn *t = arg;

	if (!conf_store_settle(t->store))
		io_timer_once(t->settle, CONF_TXN_AGAIN_MS);
}

/* --- a commit that failed ----------------------------------------------------------------------- */

/* "edge, proxy" */
static void
late_parts(const struct conf_txn *t, char *buf, size_t size)
{
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; i < t->nparts && n < size; i++)
		if (t->parts[i].awaited)
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n > 0 ? ", " : "", t->parts[i].p.name);
}

/* Envelope of the document that will be generation. */
static int
envelop(const struct conf_txn *t, json_t *doc, uint64_t generation, const char *actor, const char *summary)
{
	char now[CLK_TEXT_MAX];

	if (json_object_set_new(doc, "generation", json_integer((json_int_t)generation)) < 0 ||
	    json_object_set_new(doc, "written_at", json_string(clk_text(t->clk->wall_s(t->clk), now))) < 0 ||
	    json_object_set_new(doc, "written_by", json_string(actor[0] == '\0' ? "system" : actor)) < 0 ||
	    json_object_set_new(doc, "summary", json_string(summary)) < 0)
		return -ENOMEM;
	return 0;
}

/* The configuration before, as the generation after the one that failed. */
static struct conf *
build_return(struct conf_txn *t)
{
	uint64_t generation = t->current->generation + 1;
	json_t *doc = conf_draft_new(t->before->doc);
	struct conf *back = NULL;
	char summary[CONF_SUMMARY_MAX];

	(void)snprintf(summary, sizeof(summary), "back to generation %llu: generation %llu did not take effect",
	    (unsigned long long)t->before->generation, (unsigned long long)t->current->generation);	/* fits */
	if (doc == NULL || envelop(t, doc, generation, "system", summary) < 0 ||
	    conf_rev_stamp(t->current->doc, doc, generation) < 0) {
		json_decref(doc);
		return NULL;
	}
	return conf_build_complete(&back, doc, NULL) < 0 ? NULL : back;
}

/* A part that cannot even go back is left where it is; the others go. */
static void
prepare_return(struct conf_txn *t, const struct conf *back)
{
	struct err e;
	size_t i;

	for (i = 0; i < t->nparts; i++) {
		err_clear(&e);
		t->parts[i].prepared = t->parts[i].p.prepare(t->parts[i].p.arg, t->current, back, &e) >= 0;
		if (!t->parts[i].prepared)
			log_line(LOG_CONFIG, LOG_CRITICAL, "a part cannot go back", "part", t->parts[i].p.name,
			    "err", e.detail, NULL);
	}
}

static void
go_back(struct conf_txn *t)
{
	struct conf *back = build_return(t);
	struct err e;
	size_t i;

	for (i = 0; i < t->nparts; i++)
		t->parts[i].awaited = false;
	t->awaited = 0;
	t->undecided = back == NULL;
	if (t->undecided) {	/* what the answer says has to come true */
		log_line(LOG_CONFIG, LOG_CRITICAL, "no memory to go back: it is tried again", NULL);
		io_timer_once(t->commit, CONF_TXN_SETTLE_MS);
		return;
	}
	prepare_return(t, back);
	err_clear(&e);
	if (conf_store_stage(t->store, back, &e) < 0)	/* then the one of before stays in force, and catch_up() tries again */
		log_line(LOG_CONFIG, LOG_CRITICAL, "the return is not on disk", "err", e.detail, NULL);
	conf_unref(t->current);
	t->current = back;
	switch_over(t);
}

static void
on_commit_late(void *arg)
{
	struct conf_txn *t = arg;
	char late[LATE_MAX];

	if (t->undecided) {
		go_back(t);
		return;
	}
	late_parts(t, late, sizeof(late));
	log_line(LOG_CONFIG, LOG_CRITICAL, "a change did not take effect everywhere", "missing", late,
	    "err", t->refusal[0] == '\0' ? "no answer" : t->refusal, NULL);
	if (t->failure.kind != ERR_NONE) {	/* the way back is late, too */
		t->awaited = 0;
		on_committed(t);
		return;
	}
	(void)err_set(&t->failure, ERR_INTERNAL, "%s did not take over generation %llu%s%s; generation %llu is in force again",
	    late, (unsigned long long)t->current->generation, t->refusal[0] == '\0' ? "" : ": ", t->refusal,
	    (unsigned long long)t->before->generation);
	go_back(t);
}

/* --- running ------------------------------------------------------------------------------------ */

/* The highest that anybody can have seen, and one more. */
static uint64_t
next_generation(const struct conf_txn *t)
{
	const uint64_t given = conf_store_given(t->store), now = t->current->generation;

	return (given > now ? given : now) + 1;
}

/* The edited document, complete, as the next generation. */
static int
edit(struct conf_txn *t, const struct conf_pending *ch, json_t *draft, struct err *e)
{
	const json_t *now = t->current->doc;
	uint64_t generation = next_generation(t);
	int r = ch->c.edit(ch->c.arg, draft, e);

	if (r < 0) {
		if (e->kind == ERR_NONE)
			(void)err_set(e, ERR_INTERNAL, "the change failed");
		/* What may not be named at all must not hide what is wrong with the rest (INP-4). */
		if (e->kind == ERR_VALIDATION && e->nfields > 0 && conf_complete_draft(draft, now) == 0)
			conf_verify(draft, now, e);
		return r;
	}
	if ((r = conf_follow(now, draft, e)) < 0 && e->kind != ERR_NONE)
		return r;
	if (r < 0 || (r = conf_depart(t->current, draft)) < 0 || (r = conf_complete_draft(draft, now)) < 0 ||
	    (r = envelop(t, draft, generation, ch->actor, ch->summary)) < 0 ||
	    (r = conf_rev_stamp(t->current->generation == 0 ? NULL : now, draft, generation)) < 0)
		return err_sys(e, r, "configuration");
	return 0;
}

/* NULL with e set. */
static struct conf *
build_next(struct conf_txn *t, struct err *e)
{
	json_t *draft = conf_draft_new(t->current->doc);
	struct conf *next = NULL;

	if (draft == NULL) {
		(void)err_sys(e, -ENOMEM, "configuration");	/* NULL tells */
		return NULL;
	}
	if (edit(t, t->running, draft, e) < 0) {
		json_decref(draft);
		return NULL;
	}
	if (conf_build_draft(&next, draft, t->current, e) < 0)
		return NULL;
	t->changes = conf_diff(t->current->doc, next->doc);
	if (t->changes == NULL) {
		(void)err_sys(e, -ENOMEM, "configuration");	/* NULL tells */
		conf_unref(next);
		return NULL;
	}
	return next;
}

/* A return that could not be written is older than what comes now. */
static int
catch_up(struct conf_txn *t, struct err *e)
{
	const struct conf *stored = conf_store_current(t->store);
	uint64_t generation = stored == NULL ? 0 : stored->generation;

	if (generation >= t->current->generation)
		return 0;
	io_timer_once(t->settle, CONF_TXN_SETTLE_MS);
	return conf_store_write(t->store, t->current, e);
}

static int
prepare_and_write(struct conf_txn *t, struct conf *next, struct err *e)
{
	int r = prepare(t, next, e);

	if (r < 0 || t->running->c.dry_run) {
		if (r == 0)
			rollback(t, t->nparts);
		return r;
	}
	r = catch_up(t, e);
	if (r == 0) {
		narrow(t, next);
		r = conf_store_stage(t->store, next, e);
	}
	if (r < 0)
		rollback(t, t->nparts);
	return r;
}

static void
run(struct conf_txn *t)
{
	struct conf *next;
	struct err e;

	err_clear(&e);
	if (!t->running->c.dry_run)
		conf_store_make_room(t->store);
	next = build_next(t, &e);
	if (next == NULL) {
		finish(t, NULL, &e);
	} else if (json_array_size(t->changes) == 0 && conf_diff_same(t->current->doc, next->doc)) {
		finish(t, NULL, NULL);
	} else if (prepare_and_write(t, next, &e) < 0) {
		finish(t, NULL, &e);
	} else if (t->running->c.dry_run) {
		finish(t, next, NULL);
	} else {
		t->before = t->current;
		t->current = conf_ref(next);
		switch_over(t);
	}
	conf_unref(next);
}

static void
on_turn(void *arg)
{
	struct conf_txn *t = arg;

	if (t->running == NULL && (t->running = conf_queue_pop(t->queue)) != NULL)
		run(t);
}

static void
on_late(void *arg, struct conf_pending *list)
{
	struct conf_txn *t = arg;

	conf_pending_refuse(list, t->current);
}

int
conf_txn_submit(struct conf_txn *t, const struct conf_change *c, struct err *e)
{
	int r = conf_queue_add(t->queue, c, e);

	if (r == 0 && t->running == NULL)
		conf_queue_turn(t->queue);
	return r;
}

/* --- lifecycle ---------------------------------------------------------------------------------- */

struct conf_txn *
conf_txn_new(struct io_loop *l, struct conf_store *store, const struct clk *clk, struct conf *initial)
{
	static const struct conf_queue_ops ops = { on_turn, on_late };
	struct conf_txn *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->store = store;
	t->clk = clk;
	t->queue = conf_queue_new(l, &ops, t);
	t->commit = io_timer_new(l, on_commit_late, t);
	t->current = conf_ref(initial);
	t->settle = io_timer_new(l, on_settle, t);
	if (t->queue == NULL || t->commit == NULL || t->settle == NULL) {
		conf_txn_free(t);
		return NULL;
	}
	on_settle(t);		/* opening may have failed to */
	return t;
}

void
conf_txn_free(struct conf_txn *t)
{
	struct conf_pending *list;
	struct conf *current;

	if (t == NULL)
		return;
	list = conf_queue_free(t->queue);
	if (t->running != NULL) {
		t->running->next = list;
		list = t->running;
	}
	io_timer_free(t->commit);
	io_timer_free(t->settle);
	json_decref(t->changes);
	conf_unref(t->before);
	current = t->current;
	free(t);
	conf_pending_refuse(list, current);
	conf_unref(current);
}

int
conf_txn_part(struct conf_txn *t, const struct conf_part *p)
{
	assert(p->prepare != NULL && p->commit != NULL && p->rollback != NULL);
	if (t->nparts == CONF_TXN_PARTS)
		return -ENOBUFS;
	t->parts[t->nparts++].p = *p;
	return 0;
}

void
conf_txn_watch(struct conf_txn *t, void (*cb)(void *arg, const struct conf *c, const char *actor, const char *summary),
    void *arg)
{
	assert(t->nwatchers < WATCHERS_MAX);
	t->watchers[t->nwatchers++] = (struct watcher){ cb, arg };
}

struct conf *
conf_txn_current(const struct conf_txn *t)
{
	return t->current;
}

struct conf_store *
conf_txn_store(const struct conf_txn *t)
{
	return t->store;
}

int
conf_txn_rollback_edit(struct conf_txn *t, json_t *draft, uint64_t g, struct err *e)
{
	json_t *doc = conf_store_read(t->store, g, e);
	int r;

	if (doc == NULL)
		return e == NULL ? -ENOENT : err_errno(e->kind);
	r = conf_rollback(draft, doc, e);
	json_decref(doc);
	return r;
}
