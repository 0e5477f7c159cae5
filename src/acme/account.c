/* The key of an account; see account.h. */
#include "acme/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/wr.h"

static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t zero[] = { 0 }, one[] = { 1 };

/* --- the key ------------------------------------------------------------------------- */

bool
acme_account_new(struct acme_account *a)
{
	return p256_new(a->key) && p256_public(a->key, a->point);
}

void
acme_account_clear(struct acme_account *a)
{
	sodium_memzero(a, sizeof(*a));
}

bool
acme_account_sign(const struct acme_account *a, const void *p, size_t n, uint8_t sig[P256_SIGNATURE])
{
	return p256_sign_raw(a->key, p, n, sig);
}

/* The members in the order of their names, without spaces (RFC 7638 3). */
void
acme_account_thumbprint(const struct acme_account *a, char text[ACME_THUMBPRINT_SIZE])
{
	char x[ACME_THUMBPRINT_SIZE], y[ACME_THUMBPRINT_SIZE], jwk[192];
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)sodium_bin2base64(x, sizeof(x), a->point + 1, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	(void)sodium_bin2base64(y, sizeof(y), a->point + 33, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	(void)snprintf(jwk, sizeof(jwk), "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x, y);	/* it fits */
	(void)crypto_hash_sha256(hash, (const uint8_t *)jwk, strlen(jwk));	/* always 0 */
	(void)sodium_bin2base64(text, ACME_THUMBPRINT_SIZE, hash, sizeof(hash), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* --- as PEM ---------------------------------------------------------------------------- */

/* ECPrivateKey (RFC 5915 3); what follows the scalar is not needed. */
static bool
read_ec(struct rd *r, struct acme_account *a)
{
	struct rd seq, octets;

	if (!tlv_read(r, DER_SEQUENCE, &seq) || !tlv_end(r) || !tlv_expect(&seq, DER_INTEGER, one, 1) ||
	    !tlv_read(&seq, DER_OCTET_STRING, &octets) || rd_left(&octets) != P256_KEY)
		return false;
	rd_copy(&octets, a->key, P256_KEY);
	return p256_public(a->key, a->point);
}

/* PrivateKeyInfo (RFC 5208 5) around it. */
static bool
read_pkcs8(struct rd *r, struct acme_account *a)
{
	struct rd seq, kind, octets;

	return tlv_read(r, DER_SEQUENCE, &seq) && tlv_end(r) && tlv_expect(&seq, DER_INTEGER, zero, 1) &&
	    tlv_read(&seq, DER_SEQUENCE, &kind) && tlv_expect(&kind, DER_OID, oid_ec_key, sizeof(oid_ec_key)) &&
	    tlv_expect(&kind, DER_OID, oid_p256, sizeof(oid_p256)) && tlv_read(&seq, DER_OCTET_STRING, &octets) &&
	    read_ec(&octets, a);
}

bool
acme_account_read(struct str pem, struct acme_account *a)
{
	bool wrapped = true, ok;
	size_t n = 0;
	uint8_t *der = pem_read(pem, "PRIVATE KEY", &n, NULL);
	struct rd r;

	memset(a, 0, sizeof(*a));
	if (der == NULL) {
		der = pem_read(pem, "EC PRIVATE KEY", &n, NULL);
		wrapped = false;
	}
	if (der == NULL)
		return false;
	rd_init(&r, der, n);
	ok = wrapped ? read_pkcs8(&r, a) : read_ec(&r, a);
	sodium_memzero(der, n);
	free(der);
	if (!ok)
		acme_account_clear(a);
	return ok;
}

char *
acme_account_write(const struct acme_account *a)
{
	uint8_t der[P256_DER_MAX];
	struct wr w;
	size_t len = 0;
	char *pem = NULL;
	bool ok;

	wr_init(&w, der, sizeof(der));
	p256_write(&w, a->key, a->point);
	ok = wr_ok(&w) && pem_add(&pem, &len, "PRIVATE KEY", der, wr_len(&w));
	sodium_memzero(der, sizeof(der));
	return ok ? pem : NULL;
}
