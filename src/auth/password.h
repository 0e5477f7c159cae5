/* Passwords: the rules (AUT-3) and the hashes. Hashing costs 19 MiB and some
 * ten milliseconds: the core never calls it, the job of job_hash.h does. */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>

#include "base/str.h"
#include "conf/conf.h"

struct err;

enum {
	AUTH_PASSWORD_MAX = 256,	/* characters */
	AUTH_PASSWORD_BYTES = 1024,	/* the same in UTF-8 */
	AUTH_HASH_MAX = 128		/* any hash text with its NUL */
};

/* field: the request member named by the error ("new_password"). 0 or -EINVAL. */
int auth_password_check(struct str password, enum conf_role role,
    const struct conf_auth *rules, const char *field, struct err *e);

/* $argon2id$v=19$m=19456,t=2,p=1$… into out. 0 or -ENOMEM. Blocks. */
int auth_password_hash(struct str password, char out[AUTH_HASH_MAX]);

/* Argon2id of any cost, bcrypt $2a$ $2b$ $2y$. False also for a hash of unknown form. Blocks. */
bool auth_password_verify(struct str password, const char *hash);

/* Should the hash be replaced at the next successful login (SEC-6)? */
bool auth_password_outdated(const char *hash);

/* A hash that no password matches, of the same cost as a real one (AUT-6). */
extern const char auth_password_dummy[];

#endif /* AUTH_PASSWORD_H */
