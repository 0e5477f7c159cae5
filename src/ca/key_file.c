/* Key files; see key_file.h. */
#include "ca/key_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/err.h"
#include "base/pem.h"
#include "io/p256.h"

static int
bad(struct err *e, const char *why)
{
	return err_field(e, ERR_VALIDATION, "key", "%s", why);
}

/* The scalar may be written without its leading zeros. */
static bool
take_scalar(const br_ec_private_key *k, uint8_t out[P256_KEY])
{
	uint8_t point[P256_POINT];

	if (k->curve != BR_EC_secp256r1 || k->xlen > P256_KEY)
		return false;
	memset(out, 0, P256_KEY);
	memcpy(out + P256_KEY - k->xlen, k->x, k->xlen);
	return p256_public(out, point);
}

static int
take_der(const uint8_t *der, size_t len, uint8_t out[CA_KEY_FILE_MAX], size_t *n, struct err *e)
{
	br_skey_decoder_context d;
	int error = 0;

	br_skey_decoder_init(&d);
	br_skey_decoder_push(&d, der, len);
	if (br_skey_decoder_get_ec(&d) != NULL) {
		*n = P256_KEY;
		if (!take_scalar(br_skey_decoder_get_ec(&d), out))
			error = bad(e, "is a key of another curve than P-256");
	} else if (br_skey_decoder_get_rsa(&d) != NULL && len <= CA_KEY_FILE_MAX) {
		*n = len;
		memcpy(out, der, len);
	} else {
		error = bad(e, "is neither a P-256 nor an RSA key");
	}
	sodium_memzero(&d, sizeof(d));
	return error;
}

int
ca_key_file_read(struct str pem, uint8_t out[CA_KEY_FILE_MAX], size_t *n, struct err *e)
{
	static const char *const labels[] = { "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY" };
	uint8_t *der = NULL;
	size_t i, len = 0;
	int error;

	*n = 0;
	if (pem.n > 0 && (memmem(pem.p, pem.n, "ENCRYPTED", 9) != NULL))
		return bad(e, "is protected by a passphrase: take that off first (openssl pkey)");
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]) && der == NULL; i++)
		der = pem_read(pem, labels[i], &len, NULL);
	if (der == NULL)
		return bad(e, "is not a private key in PEM");
	error = take_der(der, len, out, n, e);
	sodium_memzero(der, len);
	free(der);
	return error;
}
