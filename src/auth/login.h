/* The login dialogue (AUT-3…8), one object per attempt:
 *
 *   auth_login_start()  zone, lockouts, user found or not
 *   → on_verified       password against the hash, or the dummy hash of an unknown user: same answer, same time
 *   → enabled, zone of the role, TOTP or recovery code
 *   → on_rehashed       only after an old bcrypt hash (SEC-6)
 *   → on_saved          only when the sealed document changed (new hash, recovery code used up)
 *   → a new session, done()
 */
#ifndef AUTH_LOGIN_H
#define AUTH_LOGIN_H

#include <stdbool.h>

#include <jansson.h>

#include "auth/secret.h"
#include "auth/session.h"
#include "base/err.h"
#include "base/str.h"

struct addr;
struct auth_facts;
struct auth_hasher;
struct auth_lockout;
struct auth_login;
struct auth_time;
struct auth_visits;
struct conf;
struct io_loop;

/* in_force: the document is the one that counts, always so where e is NULL. With e the disk did not confirm it. */
typedef void auth_saved(void *arg, bool in_force, const struct err *e);

/* What a login works with; all borrowed, outlive every login. */
struct auth_env {
	struct io_loop *loop;
	struct auth_time *time;
	struct auth_sessions *sessions;
	struct auth_visits *visits;	/* not needed by logins */
	struct auth_lockout *lockout;
	struct auth_hasher *hasher;
	struct auth_facts *facts;
	struct auth_secrets secrets;
	const struct conf *(*conf)(void *arg);	/* the snapshot in force now, borrowed */
	/* Seal doc (borrowed) for the user and commit it as a configuration change, provided that his secret_ref
	 * still is old_ref (else ERR_CONFLICT). done once, never from within. */
	void (*save)(void *arg, const char *username, const char *old_ref, const json_t *doc,
	    auth_saved *done, void *done_arg);
	void *arg;
};

struct auth_login_ask {
	struct str username, password, totp, recovery_code;	/* copied; empty = not sent */
	struct str user_agent;
	const struct addr *address;	/* NULL: unix socket, never locked out or limited */
	unsigned zone;
};

struct auth_login_result {
	/* ERR_NONE; UNAUTHENTICATED (always the same words); LOCKED, RATE_LIMITED, UNAVAILABLE with retry_after;
	 * FORBIDDEN: type zone */
	struct err e;
	bool totp_required;		/* the password was right, a code is missing or wrong */
	bool time_untrusted;		/* … and it may be the clock's fault: problem type time-untrusted */
	bool locked_now;		/* this failure completed a lock: alert login.lockout */
	const struct auth_session *session;	/* borrowed; NULL unless e.kind is ERR_NONE */
	char cookie[AUTH_COOKIE_TEXT];
	bool must_change_password, totp_enabled;
};

/* Exactly once, never from within auth_login_start(), never after cancel; the auth_login is freed after it returns. */
typedef void auth_login_done(void *arg, const struct auth_login_result *r);

/* NULL: out of memory. */
struct auth_login *auth_login_start(const struct auth_env *env, const struct auth_login_ask *a,
    auth_login_done *done, void *arg);
void auth_login_cancel(struct auth_login *x);	/* the client went away; NULL is allowed */

/* Zones from which a user of that role is served (api.md 1.2): bits of enum conf_zone. */
unsigned auth_role_zones(const struct conf *c, enum conf_role role);

#endif /* AUTH_LOGIN_H */
