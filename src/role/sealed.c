/* Sealed private keys; see sealed.h. */
#include "role/sealed.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"

int
sealed_key_put(struct vault *v, const uint8_t key[CA_KEY], char ref[VAULT_REF_SIZE], struct err *e)
{
	char hex[2 * CA_KEY + 1];
	json_t *secret;
	int error;

	secret = json_pack("{ss}", "private_key", sodium_bin2hex(hex, sizeof(hex), key, CA_KEY));
	error = secret == NULL ? err_sys(e, -ENOMEM, "save a key") : vault_put(v, secret, ref, e);
	sodium_memzero(hex, sizeof(hex));
	json_decref(secret);
	return error;
}

bool
sealed_key_get(struct vault *v, const char *ref, uint8_t key[CA_KEY])
{
	json_t *secret = NULL;
	const char *hex;
	size_t n = 0;

	if (vault_get(v, ref, &secret, NULL) < 0)
		return false;
	hex = json_string_value(json_object_get(secret, "private_key"));
	if (hex != NULL && sodium_hex2bin(key, CA_KEY, hex, strlen(hex), NULL, &n, NULL) < 0)
		n = 0;
	json_decref(secret);
	return n == CA_KEY;
}
