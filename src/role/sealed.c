/* Sealed private keys; see sealed.h. */
#include "role/sealed.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"

int
sealed_key_put(struct vault *v, const uint8_t *key, size_t n, char ref[VAULT_REF_SIZE], struct err *e)
{
	char hex[2 * SEALED_KEY_MAX + 1];
	json_t *secret;
	int error;

	ref[0] = '\0';
	if (n > SEALED_KEY_MAX)
		return err_set(e, ERR_TOO_LARGE, "a private key has %d bytes at most", SEALED_KEY_MAX);
	secret = json_pack("{ss}", "private_key", sodium_bin2hex(hex, 2 * n + 1, key, n));
	error = secret == NULL ? err_sys(e, -ENOMEM, "save a key") : vault_put(v, secret, ref, e);
	sodium_memzero(hex, 2 * n);
	json_decref(secret);
	return error;
}

size_t
sealed_key_get(struct vault *v, const char *ref, uint8_t *key, size_t max)
{
	json_t *secret = NULL;
	const char *hex;
	size_t n = 0;

	if (vault_get(v, ref, &secret, NULL) < 0)
		return 0;
	hex = json_string_value(json_object_get(secret, "private_key"));
	if (hex != NULL && sodium_hex2bin(key, max, hex, strlen(hex), NULL, &n, NULL) < 0)
		n = 0;
	json_decref(secret);
	return n;
}
