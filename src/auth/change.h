/* Changes of a user's credentials that need a hash: first password, change,
 * reset, and the proof asked before TOTP is set up or ended. Gives the new
 * sealed document; sealing it, the transaction and ending sessions are the
 * caller's. */
#ifndef AUTH_CHANGE_H
#define AUTH_CHANGE_H

#include <jansson.h>

#include "base/str.h"
#include "conf/conf.h"

struct auth_change;
struct auth_env;
struct err;

enum auth_change_what {
	AUTH_CHANGE_NEW,	/* new_password of a user who has no document yet */
	AUTH_CHANGE_RESET,	/* new_password, TOTP kept; no proof asked: an admin's or the host's right */
	AUTH_CHANGE_PASSWORD,	/* password, then new_password, which must differ */
	AUTH_CHANGE_TOTP_BEGIN,	/* password; nothing changes, *secret is NULL: go on with auth_enrol_begin() */
	AUTH_CHANGE_TOTP_END	/* password and totp or recovery_code; the document without TOTP */
};

struct auth_change_ask {
	enum auth_change_what what;
	const char *username;		/* all copied */
	enum conf_role role;		/* of a new user; others have theirs */
	struct str password, new_password, totp, recovery_code;
};

/* secret: the new document, the reference is the callee's. old_ref: the secret_ref that it is made from (NULL: none);
 * the transaction must refuse when the user has another one by then. e: VALIDATION (new_password),
 * FORBIDDEN (wrong password or code), LOCKED (five wrong ones; counted apart from logins), NOT_FOUND,
 * CONFLICT (TOTP is on already, is off, or policy wants it), UNAVAILABLE. */
typedef void auth_change_done(void *arg, json_t *secret, const char *old_ref, const struct err *e);

/* done as with auth_login. NULL: out of memory. */
struct auth_change *auth_change_start(const struct auth_env *env, const struct auth_change_ask *a,
    auth_change_done *done, void *arg);
void auth_change_cancel(struct auth_change *x);	/* NULL is allowed */

#endif /* AUTH_CHANGE_H */
