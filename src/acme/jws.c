/* Signed requests; see jws.h. */
#include "acme/jws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "acme/account.h"

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

char *
acme_base64url(const void *p, size_t n)
{
	const size_t room = sodium_base64_encoded_len(n, VARIANT);
	char *text = malloc(room);

	if (text != NULL)
		(void)sodium_bin2base64(text, room, p, n, VARIANT);	/* returns text */
	return text;
}

bool
acme_is_base64url(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '_'))
			return false;
	return s.n > 0;
}

/* --- JWS ------------------------------------------------------------------------------- */

/* RFC 7518 6.2.1 */
static json_t *
jwk(const struct acme_account *a)
{
	char *x = acme_base64url(a->point + 1, 32), *y = acme_base64url(a->point + 33, 32);
	json_t *j = json_pack("{s:s, s:s, s:s, s:s}", "kty", "EC", "crv", "P-256", "x", x, "y", y);

	free(x);
	free(y);
	return j;
}

/* The protected header, in base64url. */
static char *
protect(const struct acme_account *a, const struct acme_jws_head *h)
{
	json_t *j = json_pack("{s:s, s:s, s:s}", "alg", "ES256", "nonce", h->nonce, "url", h->url);
	char *text, *b64;

	(void)(h->kid != NULL ? json_object_set_new(j, "kid", json_string(h->kid)) : json_object_set_new(j, "jwk", jwk(a)));
	text = json_dumps(j, JSON_COMPACT);	/* without either, for want of memory, the server refuses it */
	b64 = text == NULL ? NULL : acme_base64url(text, strlen(text));
	json_decref(j);
	free(text);
	return b64;
}

/* ASCII(protected "." payload) is what is signed (RFC 7515 5.1). */
static char *
sign(const struct acme_account *a, const char *head, const char *payload)
{
	const size_t n = strlen(head), m = strlen(payload);
	uint8_t sig[P256_SIGNATURE];
	char *input = malloc(n + 1 + m + 1), *b64 = NULL;

	if (input == NULL)
		return NULL;
	memcpy(input, head, n);
	input[n] = '.';
	memcpy(input + n + 1, payload, m + 1);
	if (acme_account_sign(a, input, n + 1 + m, sig))
		b64 = acme_base64url(sig, sizeof(sig));
	free(input);
	return b64;
}

char *
acme_jws(const struct acme_account *a, const struct acme_jws_head *head, struct str payload)
{
	char *h = protect(a, head), *p = acme_base64url(payload.p, payload.n), *s = NULL, *text = NULL;
	json_t *j;

	if (h != NULL && p != NULL)
		s = sign(a, h, p);
	if (s != NULL) {
		j = json_pack("{s:s, s:s, s:s}", "protected", h, "payload", p, "signature", s);
		text = json_dumps(j, JSON_COMPACT);
		json_decref(j);
	}
	free(h);
	free(p);
	free(s);
	return text;
}

/* --- challenges -------------------------------------------------------------------------- */

bool
acme_answer(const struct acme_account *a, struct str token, char text[ACME_ANSWER_SIZE])
{
	char thumbprint[ACME_THUMBPRINT_SIZE];

	if (token.n < ACME_TOKEN_MIN || token.n > ACME_TOKEN_MAX || !acme_is_base64url(token))
		return false;
	acme_account_thumbprint(a, thumbprint);
	(void)snprintf(text, ACME_ANSWER_SIZE, "%.*s.%s", (int)token.n, token.p, thumbprint);	/* it fits */
	return true;
}

void
acme_txt_value(const char *answer, char text[ACME_VALUE_SIZE])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, (const uint8_t *)answer, strlen(answer));	/* always 0 */
	(void)sodium_bin2base64(text, ACME_VALUE_SIZE, hash, sizeof(hash), VARIANT);	/* returns text */
}
