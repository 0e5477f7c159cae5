/* The core's side of password hashing (AUT-3): at most AUTH_HASHER_RUNNING
 * children at once, further requests wait up to AUTH_HASHER_WAIT_MS, then
 * ERR_UNAVAILABLE. role/ connects run and cancel with jobs_run(). */
#ifndef AUTH_HASHER_H
#define AUTH_HASHER_H

#include <stdbool.h>

#include <jansson.h>

#include "auth/password.h"
#include "base/str.h"

struct auth_hash;	/* one request */
struct auth_hasher;
struct err;
struct io_loop;

enum { AUTH_HASHER_RUNNING = 2, AUTH_HASHER_WAITING = 256, AUTH_HASHER_WAIT_MS = 5000 };

/* result is borrowed; e NULL = success. Never from within run(). */
typedef void auth_hasher_ran(void *arg, const json_t *result, const struct err *e);

struct auth_hasher_ops {
	/* Start the job "auth.hash" with in (borrowed). A handle for cancel, or NULL: could not start. */
	void *(*run)(void *arg, const json_t *in, auth_hasher_ran *done, void *done_arg);
	void (*cancel)(void *arg, void *handle);	/* done is not called any more */
	void *arg;
};

struct auth_hash_result {
	const struct err *e;		/* NULL = the fields below hold */
	bool ok;			/* verify: the password is right */
	bool outdated;			/* verify: right, but the hash should be replaced */
	char hash[AUTH_HASH_MAX];	/* hash: the text */
};

typedef void auth_hash_done(void *arg, const struct auth_hash_result *r);

struct auth_hasher *auth_hasher_new(struct io_loop *l, const struct auth_hasher_ops *ops);
void auth_hasher_free(struct auth_hasher *h);	/* requests left are dropped without their done; NULL is allowed */

/* hash NULL: make a hash of password, else check password against it. Both are copied and wiped.
 * done fires exactly once, never before this returns, never after cancel. NULL: out of memory, or
 * AUTH_HASHER_WAITING requests wait already. */
struct auth_hash *auth_hash_submit(struct auth_hasher *h, struct str password, const char *hash,
    auth_hash_done *done, void *arg);
void auth_hash_cancel(struct auth_hash *r);	/* NULL is allowed */

#endif /* AUTH_HASHER_H */
