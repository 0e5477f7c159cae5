/* The sealed document of a user (data.md 4.3) as JSON:
 * {"password_hash", "totp_secret"?, "recovery_hashes"?}. Pure: every change
 * gives a new document, which the caller seals under a new secret_ref and
 * puts into a configuration transaction. Dropped with json_decref(): the
 * vault has what jansson frees wiped. */
#ifndef AUTH_SECRET_H
#define AUTH_SECRET_H

#include <stdbool.h>

#include <jansson.h>

#include "base/str.h"

/* How auth reads sealed documents; role/ connects it with the vault. */
struct auth_secrets {
	json_t *(*open)(void *arg, const char *secret_ref);	/* new reference, NULL = cannot be opened */
	void *arg;
};

/* The strings of a document, or NULL. Borrowed. */
const char *auth_secret_hash(const json_t *doc);
const char *auth_secret_totp(const json_t *doc);	/* base32 of 20 bytes */

/* New documents (new reference, NULL when out of memory). doc NULL = a new user. */
json_t *auth_secret_with_hash(const json_t *doc, const char *password_hash);
json_t *auth_secret_with_totp(const json_t *doc, const char *totp_secret, const json_t *recovery_hashes);
json_t *auth_secret_without_totp(const json_t *doc);

/* The document after using up a recovery code; NULL when the code is none of the user's. */
json_t *auth_secret_use_recovery(const json_t *doc, struct str code);

#endif /* AUTH_SECRET_H */
