/* Checking of bcrypt hashes (Provos, Mazières, 1999), which the earlier
 * implementation wrote: $2a$, $2b$, $2y$. Never writes one (SEC-6). The C
 * library of the static binary has no crypt(). */
#ifndef AUTH_BCRYPT_H
#define AUTH_BCRYPT_H

#include <stdbool.h>

#include "base/str.h"

enum {
	AUTH_BCRYPT_SIZE = 60,
	AUTH_BCRYPT_COST_MIN = 4,
	AUTH_BCRYPT_COST_MAX = 16	/* some seconds: a costlier hash is refused, not computed */
};

bool auth_bcrypt_is(const char *hash);

/* Blocks for 2^cost rounds. Only the first 72 bytes of the password count, as ever. */
bool auth_bcrypt_verify(struct str password, const char *hash);

#endif /* AUTH_BCRYPT_H */
