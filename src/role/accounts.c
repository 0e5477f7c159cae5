/* What auth needs from the rest of the cell: sealed documents from the vault,
 * hashes from job children, changed documents into configuration changes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server.h"
#include "auth/facts.h"
#include "auth/hasher.h"
#include "auth/link.h"
#include "auth/lockout.h"
#include "auth/token.h"
#include "auth/totp.h"
#include "auth/visit.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "io/later.h"
#include "jobs/jobs.h"
#include "role/core.h"
#include "role/tickets.h"
#include "sys/clk.h"
#include "vault/vault.h"

static json_t *
open_secret(void *arg, const char *ref)
{
	struct core *c = arg;
	json_t *doc = NULL;
	struct err e;

	err_clear(&e);
	if (vault_get(c->vault, ref, &doc, &e) == 0)
		return doc;
	log_line(LOG_VAULT, LOG_ERROR, "a secret cannot be opened", "ref", ref, "err", e.detail, NULL);
	return NULL;
}

static void *
run_hash(void *arg, const json_t *in, auth_hasher_ran *done, void *done_arg)
{
	struct core *c = arg;

	return jobs_run_start(c->jobs, "auth.hash", in, done, done_arg);
}

static void
cancel_hash(void *arg, void *handle)
{
	(void)arg;
	jobs_run_cancel(handle);
}

static const struct conf *
conf_now(void *arg)
{
	struct core *c = arg;

	return conf_txn_current(c->txn);
}

/* --- a user's sealed document changed during a login ------------------------------- */

struct save {
	struct core *core;
	char username[AUTH_USERNAME_MAX + 1], old_ref[VAULT_REF_SIZE], ref[VAULT_REF_SIZE];
	json_t *doc;
	struct io_later refused;	/* brings the bad news on a later turn */
	struct err e;
	auth_saved *done;
	void *arg;
};

static json_t *
find_user(const json_t *draft, const char *username)
{
	json_t *user;
	size_t i;

	json_array_foreach(json_object_get(draft, "users"), i, user) {
		const char *name = json_string_value(json_object_get(user, "username"));

		if (name != NULL && strcmp(name, username) == 0)
			return user;
	}
	return NULL;
}

static int
save_edit(void *arg, json_t *draft, struct err *e)
{
	struct save *s = arg;
	json_t *user = find_user(draft, s->username);
	const char *ref = json_string_value(json_object_get(user, "secret_ref"));
	int error;

	if (ref == NULL || strcmp(ref, s->old_ref) != 0)
		return err_set(e, ERR_CONFLICT, "the password was changed meanwhile");
	error = vault_put(s->core->vault, s->doc, s->ref, e);
	if (error < 0)
		return error;
	if (json_object_set_new(user, "secret_ref", json_string(s->ref)) < 0)
		return err_sys(e, -ENOMEM, "save the account");
	return 0;
}

static void
on_saved(void *arg, const struct conf_result *r, const struct err *e)
{
	struct save *s = arg;

	s->done(s->arg, r != NULL && r->changed, e);
	json_decref(s->doc);
	free(s);
}

static void
on_refused(void *arg)
{
	struct save *s = arg;

	on_saved(s, NULL, &s->e);
}

static void
save_user(void *arg, const char *username, const char *old_ref, const json_t *doc,
    auth_saved *done, void *done_arg)
{
	struct save *s = calloc(1, sizeof(*s));
	struct conf_change change = { .actor = "system", .summary = "auth.upgrade",
	    .edit = save_edit, .done = on_saved, .arg = s };
	struct core *c = arg;

	if (s == NULL) {
		log_line(LOG_AUTH, LOG_ERROR, "out of memory: a login will not end", NULL);
		return;
	}
	io_later_init(&s->refused, on_refused, s);
	s->core = c;
	(void)snprintf(s->username, sizeof(s->username), "%s", username);	/* name64 and references fit */
	(void)snprintf(s->old_ref, sizeof(s->old_ref), "%s", old_ref);
	s->done = done;
	s->arg = done_arg;
	s->doc = json_deep_copy(doc);
	if (s->doc == NULL)
		(void)err_sys(&s->e, -ENOMEM, "save the account");	/* told by on_refused() */
	if (s->doc == NULL || conf_txn_submit(c->txn, &change, &s->e) < 0)
		io_later_call(&s->refused, c->loop);
}

/* --- life ------------------------------------------------------------------------------ */

static int
make_tables(struct core *c)
{
	const struct auth_hasher_ops ops = { run_hash, cancel_hash, c };

	c->auth.loop = c->loop;
	c->auth.time = &c->time;
	c->auth.sessions = auth_sessions_new(&c->time, state_dirty_sessions, c);
	c->auth.visits = auth_visits_new(&c->time, c->auth.sessions);
	c->auth.lockout = auth_lockout_new(&clk_system);
	c->auth.hasher = auth_hasher_new(c->loop, &ops);
	c->auth.facts = auth_facts_new(&c->time, state_dirty_observed, c);
	c->enrol = auth_enrol_new(&c->time);
	c->links = auth_links_new(&c->time, state_dirty_links, c);
	if (c->auth.sessions == NULL || c->auth.visits == NULL || c->auth.lockout == NULL || c->auth.hasher == NULL ||
	    c->auth.facts == NULL || c->enrol == NULL || c->links == NULL)
		return -ENOMEM;
	return 0;
}

int
accounts_start(struct core *c, struct err *e)
{
	int error = make_tables(c);

	if (error < 0)
		return err_sys(e, error, "prepare the accounts");
	c->auth.secrets = (struct auth_secrets){ open_secret, c };
	c->auth.conf = conf_now;
	c->auth.save = save_user;
	c->auth.arg = c;
	c->tokens = auth_tokens_new(conf_txn_current(c->txn), &c->auth.secrets);
	return c->tokens == NULL ? err_sys(e, -ENOMEM, "read the tokens") : 0;
}

void
accounts_follow(struct core *c)
{
	const struct conf *now = conf_txn_current(c->txn);
	struct auth_tokens *t = auth_tokens_new(now, &c->auth.secrets);

	if (t == NULL)
		log_line(LOG_AUTH, LOG_ERROR, "out of memory: no token is accepted", NULL);
	auth_tokens_free(c->tokens);
	c->tokens = t;
	auth_sessions_follow(c->auth.sessions, now);
	auth_facts_follow(c->auth.facts, now);
	tickets_tell(c);
	api_recheck(c->api);
}

void
accounts_upkeep(struct core *c)
{
	auth_sessions_follow(c->auth.sessions, conf_txn_current(c->txn));
}

void
accounts_cancel(struct core *c)
{
	auth_hasher_free(c->auth.hasher);
	c->auth.hasher = NULL;
}

void
accounts_stop(struct core *c)
{
	auth_visits_free(c->auth.visits);
	auth_sessions_free(c->auth.sessions);
	auth_lockout_free(c->auth.lockout);
	auth_facts_free(c->auth.facts);
	auth_enrol_free(c->enrol);
	auth_links_free(c->links);
	auth_tokens_free(c->tokens);
}
