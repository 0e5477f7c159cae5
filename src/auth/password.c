/* Password rules and hashes; see password.h. */
#include "auth/password.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "auth/bcrypt.h"
#include "base/err.h"

enum { OPS = 2, MEMORY = 19456 * 1024 };

_Static_assert((int)AUTH_HASH_MAX >= (int)crypto_pwhash_STRBYTES, "an Argon2id text fits");

/* A salt and a hash of zeros: no password is known that gives it. */
const char auth_password_dummy[] =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static size_t
characters(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += ((uint8_t)s.p[i] & 0xc0) != 0x80;
	return n;
}

int
auth_password_check(struct str password, enum conf_role role, const struct conf_auth *rules,
    const char *field, struct err *e)
{
	int min = role == CONF_ROLE_ADMIN ? rules->admin_password_min : rules->peer_password_min;
	size_t n = characters(password);

	if (!str_utf8(password) || memchr(password.p, '\0', password.n) != NULL)
		return err_field(e, ERR_VALIDATION, field, "is not text");
	if (n < (size_t)min)
		return err_field(e, ERR_VALIDATION, field, "needs at least %d characters", min);
	if (n > AUTH_PASSWORD_MAX)
		return err_field(e, ERR_VALIDATION, field, "has more than %d characters", AUTH_PASSWORD_MAX);
	return 0;
}

int
auth_password_hash(struct str password, char out[AUTH_HASH_MAX])
{
	memset(out, 0, AUTH_HASH_MAX);
	if (crypto_pwhash_str_alg(out, password.p, password.n, OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -ENOMEM;
	return 0;
}

bool
auth_password_verify(struct str password, const char *hash)
{
	char padded[AUTH_HASH_MAX] = { 0 };

	if (auth_bcrypt_is(hash))
		return auth_bcrypt_verify(password, hash);
	/* libsodium reads the text as an array of fixed size. */
	if (!str_copy(str_of(hash), padded, sizeof(padded)))
		return false;
	return crypto_pwhash_str_verify(padded, password.p, password.n) == 0;
}

bool
auth_password_outdated(const char *hash)
{
	char padded[AUTH_HASH_MAX] = { 0 };

	return !str_copy(str_of(hash), padded, sizeof(padded)) ||
	    crypto_pwhash_str_needs_rehash(padded, OPS, MEMORY) != 0;
}
