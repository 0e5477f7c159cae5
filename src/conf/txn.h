/* Life of a configuration change (CFG-2, CFG-3):
 *
 *   conf_txn_submit()  the handler's edit waits in the queue (at most 10 s, then 503)
 *   → edit()           works on a draft of the current document (draft.h), sees every earlier change
 *   → conf_follow()    what derives from a name or a network follows it; conf_depart(), conf_complete(), conf_rev_stamp()
 *   → conf_build_draft()  400, then 409
 *   → prepare          on every part, in order of registration; the first that fails undoes the others
 *   → narrow           on every part that has it: who is to have nothing any more does not wait for the disk
 *   → conf_store_stage()  generation N+1, durable, but N is what a start would load
 *   → commit           on every part; each reports by conf_txn_part_done()
 *   → conf_store_commit()  the commit point: nobody needs a disk that writes to go back before it
 *   → done()           the caller answers its client: what it says is true on the wire
 *
 * One change at a time. Reads never wait: conf_txn_current() is the snapshot in force, or the one that is being
 * taken over. */
#ifndef CONF_TXN_H
#define CONF_TXN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct conf;
struct conf_store;
struct conf_txn;	/* the queue with its parts */
struct clk;
struct err;
struct io_loop;

enum { CONF_TXN_PARTS = 16, CONF_TXN_QUEUE = 256, CONF_TXN_WAIT_MS = 10000, CONF_TXN_COMMIT_MS = 10000,
	CONF_TXN_SETTLE_MS = 1000,	/* from a commit to conf_store_settle() */
	CONF_TXN_AGAIN_MS = 60000 };	/* and to the next one where it failed */

/* A part of the program that follows the configuration. next stays valid until commit or rollback returns. */
struct conf_part {
	const char *name;
	/* May fail: build and check everything beside what is live. */
	int (*prepare)(void *arg, const struct conf *now, const struct conf *next, struct err *e);
	/* Switch over. Report with conf_txn_part_done(), at once or later; what could only be seen now is told by
	 * conf_txn_part_failed(). */
	void (*commit)(void *arg, const struct conf *next);
	/* Must not fail: drop what prepare built, and take back what narrow did. */
	void (*rollback)(void *arg);
	void *arg;
	/* NULL, or: take away at once what next has no more, and give nothing. After all have prepared; if next cannot be
	 * written, which is rare, rollback follows. */
	void (*narrow)(void *arg, const struct conf *next);
};

struct conf_result {
	uint64_t generation;		/* in force now */
	const json_t *changes;		/* borrowed change list, fit to be shown: conf_public_changes() */
	bool changed;			/* false: no generation was written; with an error: in force, not confirmed by the disk */
	bool lease_needed;
	const struct conf *conf;	/* in force now; on a dry run what would be */
};

struct conf_change {
	const char *actor;		/* copied: "admin", "socket:0", "system", "setup" */
	const char *summary;		/* copied: "dns.record.create nas" */
	bool dry_run;			/* stop after prepare; roll back */
	bool due;			/* the owner decided it before, for this hour: see conf_txn_insists() */
	/* Edit the draft in place; 0, or negative errno with e set (ERR_PRECONDITION, ERR_NOT_FOUND, …). */
	int (*edit)(void *arg, json_t *draft, struct err *e);
	/* Exactly once, never from within conf_txn_submit(). e NULL = success. r is never NULL. */
	void (*done)(void *arg, const struct conf_result *r, const struct err *e);
	void *arg;
};

/* store is borrowed. initial: the snapshot in force at start (conf_store_current() or conf_default()). */
struct conf_txn *conf_txn_new(struct io_loop *l, struct conf_store *store, const struct clk *clk, struct conf *initial);
void conf_txn_free(struct conf_txn *t);	/* pending changes get done() with ERR_UNAVAILABLE */

/* Before the first change; order of registration is order of prepare and commit. */
int conf_txn_part(struct conf_txn *t, const struct conf_part *p);

/* Called by a part when its commit has taken effect (generation guards against late answers). */
void conf_txn_part_done(struct conf_txn *t, const char *part, uint64_t generation);

/* Instead of that: it cannot take effect. On a later turn everybody goes back, and why is in the answer. */
void conf_txn_part_failed(struct conf_txn *t, const char *part, uint64_t generation, const struct err *why);

/* Within prepare: is this the way back from a change that did not take effect? */
bool conf_txn_returning(const struct conf_txn *t);

/* Within prepare: is it that, or a change that is due? It must not fail for what can be lived with. */
bool conf_txn_insists(const struct conf_txn *t);

/* 0, or -ENOBUFS (e: ERR_UNAVAILABLE) when CONF_TXN_QUEUE changes wait. */
int conf_txn_submit(struct conf_txn *t, const struct conf_change *c, struct err *e);

/* Change only what the edit function gets: sections in force, for reads. Borrowed until the next loop turn; conf_ref() to keep. */
struct conf *conf_txn_current(const struct conf_txn *t);
struct conf_store *conf_txn_store(const struct conf_txn *t);

/* Told after every commit, before done(); for events. */
void conf_txn_watch(struct conf_txn *t,
    void (*cb)(void *arg, const struct conf *c, const char *actor, const char *summary), void *arg);

/* Edit for a roll-back to generation g (data.md 3.2 rule 4): all sections of g but setup, users, tokens, auth. */
int conf_txn_rollback_edit(struct conf_txn *t, json_t *draft, uint64_t g, struct err *e);

#endif /* CONF_TXN_H */
