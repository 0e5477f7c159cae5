/* Signed requests (RFC 8555 6.2): flattened JWS in JSON (RFC 7515 7.2.2) with
 * ES256, and what is computed from the key for challenges. */
#ifndef ACME_JWS_H
#define ACME_JWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct acme_account;

enum { ACME_TOKEN_MIN = 22, ACME_TOKEN_MAX = 128, ACME_ANSWER_SIZE = ACME_TOKEN_MAX + 1 + 44, ACME_VALUE_SIZE = 44 };

struct acme_jws_head {
	const char *url;
	const char *nonce;
	const char *kid;		/* the account's address; NULL: the key itself goes along */
};

/* malloc'd JSON text; payload of no octets is POST-as-GET (6.3). NULL when out of memory. */
char *acme_jws(const struct acme_account *a, const struct acme_jws_head *head, struct str payload);

/* base64url without padding, malloc'd with a NUL. NULL when out of memory. */
char *acme_base64url(const void *p, size_t n);

/* A nonce or a token may be that alone (6.5.1, 8.3). */
bool acme_is_base64url(struct str s);

/* Key authorization (8.1): token "." thumbprint. False: that is no token. */
bool acme_answer(const struct acme_account *a, struct str token, char text[ACME_ANSWER_SIZE]);

/* Value of the TXT record (8.4). */
void acme_txt_value(const char *answer, char text[ACME_VALUE_SIZE]);

#endif /* ACME_JWS_H */
