/* API tokens (AUT-9, api.md 4): "pic_" and 43 base64url characters; only the
 * SHA-256 is kept, sealed as {"digest": hex}. A table is built from one
 * configuration and never changes; role/ replaces it at each commit. */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct auth_secrets;
struct auth_time;
struct auth_tokens;
struct conf;
struct err;

enum { AUTH_TOKEN_TEXT = 48, AUTH_TOKEN_ID = 37, AUTH_TOKEN_NAME_MAX = 64 };

/* Bit i: family i of the table in token.c. write includes read. */
struct auth_scopes {
	uint32_t read, write;
};

struct auth_token {
	char id[AUTH_TOKEN_ID];
	char name[AUTH_TOKEN_NAME_MAX + 1];
	uint8_t digest[32];
	struct auth_scopes scopes;
	int64_t expires_at;
};

/* Tokens whose secret cannot be opened are left out. NULL when out of memory. */
struct auth_tokens *auth_tokens_new(const struct conf *c, const struct auth_secrets *secrets);
void auth_tokens_free(struct auth_tokens *t);	/* NULL is allowed */

/* The token of a presented text; NULL = malformed, unknown, revoked or expired. Constant time in the digests. */
const struct auth_token *auth_tokens_find(const struct auth_tokens *t, struct auth_time *time, struct str text);

/* A new token: its text, shown once, and the document to seal (new reference). 0 or -ENOMEM. */
int auth_token_make(char text[AUTH_TOKEN_TEXT], json_t **secret);

/* The token text of an Authorization header "Bearer pic_…". False: another scheme or malformed. */
bool auth_bearer_read(struct str header, struct str *text);

/* Add "<family>:read|write" or "*:read". False: no such scope. */
bool auth_scopes_add(struct auth_scopes *s, struct str scope);

/* Check the array of a request: errors name "scopes". 0 or -EINVAL. */
int auth_scopes_check(const json_t *scopes, struct err *e);

/* Does the path (decoded, without query) lie within the scopes? */
bool auth_scopes_allow(const struct auth_scopes *s, struct str path, bool write);

/* Paths that no token may call, whatever its scopes (api.md 1.2). */
bool auth_token_barred(struct str path);

#endif /* AUTH_TOKEN_H */
