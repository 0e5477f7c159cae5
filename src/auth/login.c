/* One attempt to log in; see login.h for its steps. */
#include "auth/login.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/facts.h"
#include "auth/hasher.h"
#include "auth/lockout.h"
#include "auth/time.h"
#include "auth/totp.h"
#include "base/addr.h"
#include "conf/conf.h"
#include "io/later.h"
#include "sys/clk.h"

enum { NAME_SIZE = 2 * AUTH_USERNAME_MAX, CODE_SIZE = 64, REF_SIZE = 64 };

struct auth_login {
	const struct auth_env *env;
	auth_login_done *done;
	void *arg;

	char username[NAME_SIZE];	/* as typed; the user's own form once found */
	char password[AUTH_PASSWORD_BYTES + 1];
	char totp[CODE_SIZE], recovery[CODE_SIZE];
	char agent[AUTH_AGENT_MAX + 1];
	struct addr address;
	bool limited;			/* not on the unix socket */
	unsigned zone;

	bool known, enabled;
	enum conf_role role;
	char old_ref[REF_SIZE];
	json_t *doc;			/* the user's document; replaced when it changes */
	bool doc_changed, code_used;

	struct auth_hash *hash;		/* non-NULL: on_verified or on_rehashed comes */
	bool saving;			/* on_saved comes, even after a cancel */
	bool cancelled;
	struct io_later turn;		/* ends the dialogue on a later turn of the loop */
	struct auth_login_result result;
};

static void on_verified(void *arg, const struct auth_hash_result *r);
static void on_rehashed(void *arg, const struct auth_hash_result *r);
static void on_saved(void *arg, bool in_force, const struct err *e);
static void on_turn(void *arg);

unsigned
auth_role_zones(const struct conf *c, enum conf_role role)
{
	if (role == CONF_ROLE_ADMIN)
		return CONF_ZONE_LOCAL | c->admin_access.zones;
	return CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_LAN | (c->proxy.default_access & CONF_ZONE_PUBLIC);
}

static void
login_free(struct auth_login *x)
{
	auth_hash_cancel(x->hash);
	io_later_cancel(&x->turn);
	json_decref(x->doc);
	sodium_memzero(x, sizeof(*x));
	free(x);
}

void
auth_login_cancel(struct auth_login *x)
{
	if (x == NULL)
		return;
	x->cancelled = true;
	if (!x->saving)
		login_free(x);
}

/* --- ends ----------------------------------------------------------------------- */

static void
finish(struct auth_login *x)
{
	x->done(x->arg, &x->result);
	login_free(x);
}

static void
finish_error(struct auth_login *x, const struct err *e)
{
	x->result.e = *e;
	finish(x);
}

static void
wrong(struct auth_login *x)
{
	(void)err_set(&x->result.e, ERR_UNAUTHENTICATED, "wrong user name, password or code");
}

static void
finish_wrong(struct auth_login *x)
{
	wrong(x);
	x->result.locked_now = x->limited && auth_lockout_wait_s(x->env->lockout, x->username) > 0;
	finish(x);
}

static void
refuse_zone(struct auth_login *x)
{
	(void)err_set(&x->result.e, ERR_FORBIDDEN, "no login from this network");
}

static const struct addr *
address_of(const struct auth_login *x)
{
	return x->limited ? &x->address : NULL;
}

/* Neither right nor wrong. */
static void
uncount(struct auth_login *x)
{
	if (x->limited)
		auth_lockout_undo(x->env->lockout, x->username, &x->address);
}

/* --- begin ------------------------------------------------------------------------ */

static void
take_user(struct auth_login *x, const struct conf_user *u)
{
	(void)str_copy(str_of(u->username), x->username, sizeof(x->username));	/* as long as what was typed */
	x->enabled = u->enabled;
	x->role = u->role;
	if (u->secret_ref == NULL || !str_copy(str_of(u->secret_ref), x->old_ref, sizeof(x->old_ref)))
		return;
	x->doc = x->env->secrets.open(x->env->secrets.arg, u->secret_ref);
}

static int
check_limits(struct auth_login *x, const struct conf *c)
{
	unsigned zones = auth_role_zones(c, CONF_ROLE_ADMIN) | auth_role_zones(c, CONF_ROLE_PEER);

	if ((x->zone & zones) == 0) {
		refuse_zone(x);
		return -1;
	}
	if (!x->limited)
		return 0;
	return auth_lockout_begin(x->env->lockout, &c->auth, x->username, x->known, &x->address, &x->result.e);
}

static void
begin(struct auth_login *x)
{
	const struct conf *c = x->env->conf(x->env->arg);
	const struct conf_user *u = conf_user_find(c, x->username);
	const char *hash = NULL;

	x->known = u != NULL;
	if (check_limits(x, c) < 0)
		return;
	if (u != NULL)
		take_user(x, u);
	hash = auth_secret_hash(x->doc);
	x->hash = auth_hash_submit(x->env->hasher, str_of(x->password),
	    hash != NULL ? hash : auth_password_dummy, on_verified, x);
	if (x->hash != NULL)
		return;
	uncount(x);
	(void)err_set(&x->result.e, ERR_UNAVAILABLE, "too many logins at once");
	x->result.e.retry_after = AUTH_HASHER_WAIT_MS / 1000;
}

/* What cannot be right becomes empty, which is not right either. */
static void
take(struct str s, char *dst, size_t size)
{
	if (!str_copy(s, dst, size))
		dst[0] = '\0';
}

/* Invented names have no bound: what counts of them is their beginning. */
static struct str
cut(struct str s, size_t max)
{
	return (struct str){ s.p, s.n < max ? s.n : max };
}

struct auth_login *
auth_login_start(const struct auth_env *env, const struct auth_login_ask *a, auth_login_done *done, void *arg)
{
	struct auth_login *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->env = env;
	x->done = done;
	x->arg = arg;
	io_later_init(&x->turn, on_turn, x);
	take(cut(a->username, sizeof(x->username) - 1), x->username, sizeof(x->username));
	take(a->password, x->password, sizeof(x->password));
	take(a->totp, x->totp, sizeof(x->totp));
	take(a->recovery_code, x->recovery, sizeof(x->recovery));
	take(cut(a->user_agent, AUTH_AGENT_MAX), x->agent, sizeof(x->agent));
	x->zone = a->zone;
	x->limited = a->address != NULL;
	if (a->address != NULL)
		x->address = *a->address;
	begin(x);
	if (x->hash == NULL)
		io_later_call(&x->turn, env->loop);
	return x;
}

static void
on_turn(void *arg)
{
	finish(arg);
}

/* --- second factor ------------------------------------------------------------------ */

static bool
check_totp(struct auth_login *x)
{
	const struct clk *clk = x->env->time->clk;
	int64_t step, last = auth_facts_totp_step(x->env->facts, x->username);

	if (!auth_totp_check(auth_secret_totp(x->doc), str_of(x->totp), clk->wall_s(clk), last, &step))
		return false;
	auth_facts_totp_used(x->env->facts, x->username, step);
	return true;
}

static bool
check_recovery(struct auth_login *x)
{
	json_t *d = auth_secret_use_recovery(x->doc, str_of(x->recovery));

	if (d == NULL)
		return false;
	json_decref(x->doc);
	x->doc = d;
	x->doc_changed = x->code_used = true;
	return true;
}

/* The password is right. True when no second factor is asked or the one given holds; else the result says what is missing. */
static bool
check_second(struct auth_login *x)
{
	if (auth_secret_totp(x->doc) == NULL)
		return true;
	x->result.totp_enabled = true;
	if (x->recovery[0] != '\0' ? check_recovery(x) : check_totp(x))
		return true;
	x->result.totp_required = true;
	if (x->totp[0] == '\0' && x->recovery[0] == '\0') {
		uncount(x);
		wrong(x);
		return false;
	}
	x->result.time_untrusted = x->recovery[0] == '\0' && !x->env->time->trusted;
	wrong(x);
	if (x->result.time_untrusted)
		(void)err_set(&x->result.e, ERR_UNAUTHENTICATED,
		    "wrong code; the clock of the cell is not trusted: use a recovery code");
	x->result.locked_now = x->limited && auth_lockout_wait_s(x->env->lockout, x->username) > 0;
	return false;
}

/* --- session ------------------------------------------------------------------------ */

/* The user as he is now, if he still may log in with what was checked. */
static const struct conf_user *
still(const struct auth_login *x, bool same_ref)
{
	const struct conf_user *u = conf_user_find(x->env->conf(x->env->arg), x->username);

	if (u == NULL || !u->enabled || u->role != x->role)
		return NULL;
	if (same_ref && (u->secret_ref == NULL || strcmp(u->secret_ref, x->old_ref) != 0))
		return NULL;
	return u;
}

static void
open_session(struct auth_login *x, bool same_ref)
{
	const struct conf *c = x->env->conf(x->env->arg);
	const struct conf_user *u = still(x, same_ref);
	struct auth_session_ask ask = { .zone = x->zone, .address = address_of(x), .user_agent = str_of(x->agent) };

	if (u == NULL) {
		finish_wrong(x);
		return;
	}
	if (x->limited)
		auth_lockout_pass(x->env->lockout, x->username, &x->address);
	if ((x->zone & auth_role_zones(c, u->role)) == 0) {
		refuse_zone(x);
		finish(x);
		return;
	}
	ask.username = u->username;
	ask.role = u->role;
	ask.enrol_totp = u->role == CONF_ROLE_ADMIN && c->admin_access.require_totp && !x->result.totp_enabled;
	x->result.must_change_password = u->must_change_password;
	if (auth_sessions_create(x->env->sessions, &ask, x->result.cookie, &x->result.session, &x->result.e) == 0)
		auth_facts_login(x->env->facts, u->username);
	finish(x);
}

static void
save(struct auth_login *x)
{
	x->saving = true;
	x->env->save(x->env->arg, x->username, x->old_ref, x->doc, on_saved, x);
}

/* --- steps -------------------------------------------------------------------------- */

static void
on_verified(void *arg, const struct auth_hash_result *r)
{
	struct auth_login *x = arg;

	x->hash = NULL;
	if (r->e != NULL) {
		uncount(x);
		finish_error(x, r->e);
	} else if (!r->ok || auth_secret_hash(x->doc) == NULL || !x->enabled) {
		finish_wrong(x);
	} else if (!check_second(x)) {
		finish(x);
	} else if (r->outdated &&
	    (x->hash = auth_hash_submit(x->env->hasher, str_of(x->password), NULL, on_rehashed, x)) != NULL) {
		return;
	} else if (x->doc_changed) {
		save(x);
	} else {
		open_session(x, true);
	}
}

/* Without a new hash the old one stays good for another login. */
static void
on_rehashed(void *arg, const struct auth_hash_result *r)
{
	struct auth_login *x = arg;
	json_t *d = r->e != NULL ? NULL : auth_secret_with_hash(x->doc, r->hash);

	x->hash = NULL;
	if (d != NULL) {
		json_decref(x->doc);
		x->doc = d;
		x->doc_changed = true;
	}
	if (x->doc_changed)
		save(x);
	else
		open_session(x, true);
}

/* A recovery code that is not struck off for good must not let anybody in; a hash that was not replaced may. */
static void
on_saved(void *arg, bool in_force, const struct err *e)
{
	struct auth_login *x = arg;

	x->saving = false;
	if (x->cancelled)
		login_free(x);
	else if (e != NULL && x->code_used)
		finish_error(x, e);
	else
		open_session(x, !in_force);
}
