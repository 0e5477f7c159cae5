/* Changes of credentials; see change.h. */
#include "auth/change.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "auth/facts.h"
#include "auth/hasher.h"
#include "auth/lockout.h"
#include "auth/login.h"
#include "auth/secret.h"
#include "auth/time.h"
#include "auth/totp.h"
#include "base/err.h"
#include "conf/conf.h"
#include "io/later.h"
#include "sys/clk.h"

enum { CODE_SIZE = 64, REF_SIZE = 64, KEY_SIZE = AUTH_USERNAME_MAX + 16 };

struct auth_change {
	const struct auth_env *env;
	auth_change_done *done;
	void *arg;

	enum auth_change_what what;
	char username[AUTH_USERNAME_MAX + 1];
	enum conf_role role;
	char password[AUTH_PASSWORD_BYTES + 1], new_password[AUTH_PASSWORD_BYTES + 1];
	char totp[CODE_SIZE], recovery[CODE_SIZE];
	char counter[KEY_SIZE];		/* name in the lockout table: not that of logins */
	char old_ref[REF_SIZE];
	json_t *doc;			/* the present document, NULL = none */

	struct auth_hash *hash;		/* non-NULL: on_proved or on_hashed comes */
	struct io_later turn;		/* ends the change on a later turn of the loop */
	struct err e;
};

static void on_proved(void *arg, const struct auth_hash_result *r);
static void on_hashed(void *arg, const struct auth_hash_result *r);
static void on_turn(void *arg);

static void
change_free(struct auth_change *x)
{
	auth_hash_cancel(x->hash);
	io_later_cancel(&x->turn);
	json_decref(x->doc);
	sodium_memzero(x, sizeof(*x));
	free(x);
}

void
auth_change_cancel(struct auth_change *x)
{
	if (x != NULL)
		change_free(x);
}

static void
finish(struct auth_change *x, json_t *secret)
{
	x->done(x->arg, secret, x->old_ref[0] == '\0' ? NULL : x->old_ref,
	    x->e.kind == ERR_NONE ? NULL : &x->e);
	change_free(x);
}

static void
finish_document(struct auth_change *x, json_t *secret)
{
	if (secret == NULL)
		(void)err_set(&x->e, ERR_INTERNAL, "out of memory");
	finish(x, secret);
}

static void
finish_error(struct auth_change *x, const struct err *e)
{
	x->e = *e;
	finish(x, NULL);
}

/* --- begin ------------------------------------------------------------------------ */

static bool
needs_password(const struct auth_change *x)
{
	return x->what != AUTH_CHANGE_NEW && x->what != AUTH_CHANGE_RESET;
}

static bool
makes_password(const struct auth_change *x)
{
	return x->what != AUTH_CHANGE_TOTP_BEGIN && x->what != AUTH_CHANGE_TOTP_END;
}

static int
find_user(struct auth_change *x, const struct conf *c)
{
	const struct conf_user *u = conf_user_find(c, x->username);

	if (x->what == AUTH_CHANGE_NEW)
		return 0;
	if (u == NULL)
		return err_set(&x->e, ERR_NOT_FOUND, "no user %s", x->username);
	x->role = u->role;
	if (u->secret_ref != NULL && str_copy(str_of(u->secret_ref), x->old_ref, sizeof(x->old_ref)))
		x->doc = x->env->secrets.open(x->env->secrets.arg, u->secret_ref);
	return 0;
}

static int
check_totp_state(struct auth_change *x, const struct conf *c)
{
	bool active = auth_secret_totp(x->doc) != NULL;

	if (x->what == AUTH_CHANGE_TOTP_BEGIN && active)
		return err_set(&x->e, ERR_CONFLICT, "a second factor is active already");
	if (x->what == AUTH_CHANGE_TOTP_END && !active)
		return err_set(&x->e, ERR_CONFLICT, "no second factor is active");
	if (x->what == AUTH_CHANGE_TOTP_END && x->role == CONF_ROLE_ADMIN && c->admin_access.require_totp)
		return err_set(&x->e, ERR_CONFLICT, "admin_access.require_totp asks for a second factor");
	return 0;
}

static int
check_new_password(struct auth_change *x, const struct conf *c, const struct auth_change_ask *a)
{
	if (!makes_password(x))
		return 0;
	if (x->what == AUTH_CHANGE_PASSWORD && str_eq(a->password, a->new_password))
		return err_field(&x->e, ERR_VALIDATION, "new_password", "is the old one");
	return auth_password_check(a->new_password, x->role, &c->auth,
	    x->what == AUTH_CHANGE_NEW ? "password" : "new_password", &x->e);
}

static int
unavailable(struct auth_change *x)
{
	(void)err_set(&x->e, ERR_UNAVAILABLE, "too many password checks at once");
	x->e.retry_after = AUTH_HASHER_WAIT_MS / 1000;
	return -1;
}

static int
ask_proof(struct auth_change *x, const struct conf *c)
{
	const char *hash = auth_secret_hash(x->doc);

	if (auth_lockout_begin(x->env->lockout, &c->auth, x->counter, true, NULL, &x->e) < 0)
		return -1;
	x->hash = auth_hash_submit(x->env->hasher, str_of(x->password),
	    hash != NULL ? hash : auth_password_dummy, on_proved, x);
	if (x->hash != NULL)
		return 0;
	auth_lockout_undo(x->env->lockout, x->counter, NULL);
	return unavailable(x);
}

static int
ask_hash(struct auth_change *x)
{
	x->hash = auth_hash_submit(x->env->hasher, str_of(x->new_password), NULL, on_hashed, x);
	return x->hash != NULL ? 0 : unavailable(x);
}

/* Format before conflict (api.md 1.3); work last. */
static int
begin(struct auth_change *x, const struct auth_change_ask *a)
{
	const struct conf *c = x->env->conf(x->env->arg);

	if (find_user(x, c) < 0 || check_new_password(x, c, a) < 0 || check_totp_state(x, c) < 0)
		return -1;
	return needs_password(x) ? ask_proof(x, c) : ask_hash(x);
}

/* What cannot be right becomes empty, which is not right either. */
static void
take(struct str s, char *dst, size_t size)
{
	if (!str_copy(s, dst, size))
		dst[0] = '\0';
}

struct auth_change *
auth_change_start(const struct auth_env *env, const struct auth_change_ask *a, auth_change_done *done, void *arg)
{
	static const char mark[] = "\nchange:";	/* no user name begins with a line end */
	struct auth_change *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->env = env;
	x->done = done;
	x->arg = arg;
	x->what = a->what;
	x->role = a->role;
	io_later_init(&x->turn, on_turn, x);
	take(str_of(a->username), x->username, sizeof(x->username));
	take(a->password, x->password, sizeof(x->password));
	take(a->new_password, x->new_password, sizeof(x->new_password));
	take(a->totp, x->totp, sizeof(x->totp));
	take(a->recovery_code, x->recovery, sizeof(x->recovery));
	memcpy(x->counter, mark, sizeof(mark));
	memcpy(x->counter + sizeof(mark) - 1, x->username, strlen(x->username) + 1);
	if (begin(x, a) < 0)
		io_later_call(&x->turn, env->loop);
	return x;
}

static void
on_turn(void *arg)
{
	finish(arg, NULL);
}

/* --- steps -------------------------------------------------------------------------- */

static bool
check_code(struct auth_change *x)
{
	const struct clk *clk = x->env->time->clk;
	int64_t step;
	json_t *d;

	if (x->recovery[0] != '\0') {
		d = auth_secret_use_recovery(x->doc, str_of(x->recovery));
		json_decref(d);		/* all codes end with the second factor */
		return d != NULL;
	}
	if (!auth_totp_check(auth_secret_totp(x->doc), str_of(x->totp), clk->wall_s(clk),
	    auth_facts_totp_step(x->env->facts, x->username), &step))
		return false;
	auth_facts_totp_used(x->env->facts, x->username, step);
	return true;
}

static void
on_proved(void *arg, const struct auth_hash_result *r)
{
	struct auth_change *x = arg;

	x->hash = NULL;
	if (r->e != NULL) {
		auth_lockout_undo(x->env->lockout, x->counter, NULL);
		finish_error(x, r->e);
		return;
	}
	if (!r->ok || auth_secret_hash(x->doc) == NULL ||
	    (x->what == AUTH_CHANGE_TOTP_END && !check_code(x))) {
		(void)err_set(&x->e, ERR_FORBIDDEN, x->what == AUTH_CHANGE_TOTP_END ?
		    "wrong password or code" : "the current password is wrong");
		finish(x, NULL);
		return;
	}
	auth_lockout_pass(x->env->lockout, x->counter, NULL);
	if (x->what == AUTH_CHANGE_TOTP_BEGIN)
		finish(x, NULL);
	else if (x->what == AUTH_CHANGE_TOTP_END)
		finish_document(x, auth_secret_without_totp(x->doc));
	else if (ask_hash(x) < 0)
		finish(x, NULL);
}

static void
on_hashed(void *arg, const struct auth_hash_result *r)
{
	struct auth_change *x = arg;

	x->hash = NULL;
	if (r->e != NULL)
		finish_error(x, r->e);
	else
		finish_document(x, auth_secret_with_hash(x->doc, r->hash));
}
