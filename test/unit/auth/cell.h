/* What the tests of auth share: a configuration, a vault in memory, hash
 * children that answer at once, a loop that runs until something is true. */
#ifndef UNIT_AUTH_CELL_H
#define UNIT_AUTH_CELL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "auth/facts.h"
#include "auth/hasher.h"
#include "auth/lockout.h"
#include "auth/login.h"
#include "auth/secret.h"
#include "auth/session.h"
#include "auth/time.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/json.h"
#include "io/later.h"
#include "io/loop.h"
#include "io/timer.h"
#include "sys/clk.h"

enum { CELL_NOW = 1800000000, CELL_RUNS = 64 };

#define REF_ANNA "sec_aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define REF_PEER "sec_bbbbbbbbbbbbbbbbbbbbbbbbbb"
#define REF_OLD "sec_cccccccccccccccccccccccccc"
#define REF_OFF "sec_dddddddddddddddddddddddddd"

/* anna: admin; Paul: peer; old: admin with a bcrypt hash; off: disabled admin. */
static const char cell_users[] =
    "{\"setup\":{\"complete\":true},\"users\":["
    "{\"username\":\"anna\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_ANNA "\"},"
    "{\"username\":\"Paul\",\"role\":\"peer\",\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_PEER "\"},"
    "{\"username\":\"old\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_OLD "\"},"
    "{\"username\":\"off\",\"role\":\"admin\",\"enabled\":false,\"created_at\":\"2026-01-01T00:00:00Z\","
    "\"secret_ref\":\"" REF_OFF "\"}]}";

/* A snapshot: defaults, then the users above, then patch (JSON text or NULL). */
static inline struct conf *
cell_conf(const char *patch)
{
	struct conf *base = conf_default("mycell"), *c = NULL;
	json_t *doc, *p;
	struct err e;

	assert_non_null(base);
	doc = json_deep_copy(base->doc);
	p = json_loads(cell_users, 0, NULL);
	assert_non_null(p);
	assert_int_equal(conf_json_merge(doc, p), 0);
	json_decref(p);
	if (patch != NULL) {
		p = json_loads(patch, 0, NULL);
		assert_non_null(p);
		assert_int_equal(conf_json_merge(doc, p), 0);
		json_decref(p);
	}
	err_clear(&e);
	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(doc);
	conf_unref(base);
	return c;
}

struct cell_run {
	bool pending;
	json_t *in;
	auth_hasher_ran *done;
	void *arg;
};

struct cell {
	struct io_loop *loop;
	struct clk_fake clk;
	struct auth_time time;
	struct conf *conf;
	json_t *vault;		/* ref → document */
	struct cell_run runs[CELL_RUNS];
	size_t nruns, ncancelled;
	bool hold;		/* hash children do not answer */
	bool refuse;		/* hash children cannot be started */
	unsigned changes, saves;
	int save_error;		/* enum err_kind of the next save */
	bool unconfirmed;	/* which is in force despite it */
	auth_saved *saved;
	void *saved_arg;
	struct io_later later_save;
	struct io_timer *timer;
	struct auth_env env;
};

/* Hashes that need no time: "H(secret)", and "OLD(secret)" for one to be replaced. */
static inline json_t *
cell_hash(const json_t *in)
{
	const char *password = json_string_value(json_object_get(in, "password"));
	const char *hash = json_string_value(json_object_get(in, "hash"));
	char now[256], old[256];

	(void)snprintf(now, sizeof(now), "H(%s)", password);
	(void)snprintf(old, sizeof(old), "OLD(%s)", password);
	if (hash == NULL)
		return json_pack("{s:s}", "hash", now);
	return json_pack("{s:b,s:b}", "ok", strcmp(hash, now) == 0 || strcmp(hash, old) == 0,
	    "outdated", strcmp(hash, old) == 0);
}

static inline void
cell_answer(struct cell_run *r)
{
	json_t *result = cell_hash(r->in);

	r->pending = false;
	r->done(r->arg, result, NULL);
	json_decref(result);
}

static inline size_t
cell_pending(const struct cell *x)
{
	size_t i, n = 0;

	for (i = 0; i < x->nruns; i++)
		n += x->runs[i].pending;
	return n;
}

/* Every millisecond of the loop: answer what is asked; stop when nothing is. */
static inline void
cell_tick(void *arg)
{
	struct cell *x = arg;
	size_t i;

	for (i = 0; i < x->nruns && !x->hold; i++)
		if (x->runs[i].pending) {
			cell_answer(&x->runs[i]);
			return;
		}
	if (x->saved == NULL && cell_pending(x) == 0)
		io_loop_stop(x->loop);
	else if (x->hold)
		io_loop_stop(x->loop);
}

/* Run the loop until the hash children have nothing left to do; held back, for a moment. */
static inline void
cell_spin(struct cell *x)
{
	io_timer_every(x->timer, 1);
	io_loop_run(x->loop);
	io_timer_stop(x->timer);
}

static inline void *
cell_run_hash(void *arg, const json_t *in, auth_hasher_ran *done, void *done_arg)
{
	struct cell *x = arg;
	struct cell_run *r = &x->runs[x->nruns];

	if (x->refuse)
		return NULL;
	assert_true(x->nruns < CELL_RUNS);
	x->nruns++;
	*r = (struct cell_run){ true, json_deep_copy(in), done, done_arg };
	return r;
}

static inline void
cell_cancel_hash(void *arg, void *handle)
{
	struct cell *x = arg;
	struct cell_run *r = handle;

	assert_true(r->pending);
	r->pending = false;
	x->ncancelled++;
}

static inline json_t *
cell_open(void *arg, const char *ref)
{
	struct cell *x = arg;

	return json_incref(json_object_get(x->vault, ref));
}

static inline const struct conf *
cell_current(void *arg)
{
	struct cell *x = arg;

	return x->conf;
}

static inline void
cell_on_saved(void *arg)
{
	struct cell *x = arg;
	auth_saved *done = x->saved;
	struct err e;

	err_clear(&e);
	x->saved = NULL;
	if (x->save_error != ERR_NONE)
		(void)err_set(&e, (enum err_kind)x->save_error, "not saved");
	done(x->saved_arg, x->save_error == ERR_NONE || x->unconfirmed, x->save_error != ERR_NONE ? &e : NULL);
}

/* Keeps the reference: enough for those who look at the document only. */
static inline void
cell_save(void *arg, const char *username, const char *old_ref, const json_t *doc, auth_saved *done, void *done_arg)
{
	struct cell *x = arg;

	assert_non_null(conf_user_find(x->conf, username));
	assert_string_equal(conf_user_find(x->conf, username)->username, username);	/* his own form of it */
	x->saves++;
	if (x->save_error == ERR_NONE)
		json_object_set_new(x->vault, old_ref, json_deep_copy(doc));
	x->saved = done;
	x->saved_arg = done_arg;
	io_later_call(&x->later_save, x->loop);
}

static inline void
cell_changed(void *arg)
{
	struct cell *x = arg;

	x->changes++;
}

static inline void
cell_put(struct cell *x, const char *ref, json_t *doc)
{
	assert_non_null(doc);
	assert_int_equal(json_object_set_new(x->vault, ref, doc), 0);
}

static inline void
cell_open_all(struct cell *x, const char *patch)
{
	struct auth_hasher_ops ops = { cell_run_hash, cell_cancel_hash, x };

	assert_true(sodium_init() >= 0);
	memset(x, 0, sizeof(*x));
	x->loop = io_loop_new();
	assert_non_null(x->loop);
	x->timer = io_timer_new(x->loop, cell_tick, x);
	io_later_init(&x->later_save, cell_on_saved, x);
	clk_fake_init(&x->clk, CELL_NOW);
	auth_time_init(&x->time, &x->clk.clk, 0, 0);
	(void)auth_time_now(&x->time);	/* trusts its clock from the first look on */
	x->conf = cell_conf(patch);
	x->vault = json_object();
	cell_put(x, REF_ANNA, auth_secret_with_hash(NULL, "H(annas password)"));
	cell_put(x, REF_PEER, auth_secret_with_hash(NULL, "H(pauls password)"));
	cell_put(x, REF_OLD, auth_secret_with_hash(NULL, "OLD(an old password)"));
	cell_put(x, REF_OFF, auth_secret_with_hash(NULL, "H(offs password)"));
	x->env = (struct auth_env){
		.loop = x->loop, .time = &x->time,
		.sessions = auth_sessions_new(&x->time, cell_changed, x),
		.lockout = auth_lockout_new(&x->clk.clk),
		.hasher = auth_hasher_new(x->loop, &ops),
		.facts = auth_facts_new(&x->time, cell_changed, x),
		.secrets = { cell_open, x }, .conf = cell_current, .save = cell_save, .arg = x,
	};
}

static inline void
cell_close_all(struct cell *x)
{
	size_t i;

	auth_hasher_free(x->env.hasher);
	auth_facts_free(x->env.facts);
	auth_lockout_free(x->env.lockout);
	auth_sessions_free(x->env.sessions);
	for (i = 0; i < x->nruns; i++)
		json_decref(x->runs[i].in);
	io_later_cancel(&x->later_save);
	io_timer_free(x->timer);
	io_loop_free(x->loop);
	json_decref(x->vault);
	conf_unref(x->conf);
}

/* Another configuration comes into force. */
static inline void
cell_commit(struct cell *x, const char *patch)
{
	conf_unref(x->conf);
	x->conf = cell_conf(patch);
	auth_sessions_follow(x->env.sessions, x->conf);
	auth_facts_follow(x->env.facts, x->conf);
}

static inline struct addr
cell_addr(const char *text)
{
	struct addr a;

	assert_true(addr_read(str_of(text), &a));
	return a;
}

#endif /* UNIT_AUTH_CELL_H */
