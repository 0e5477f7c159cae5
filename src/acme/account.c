/* The key of an account; see account.h. */
#include "acme/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/der.h"
#include "base/pem.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/wr.h"

enum { DER_MAX = 256 };

static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t zero[] = { 0 }, one[] = { 1 };

/* --- the key ------------------------------------------------------------------------- */

static br_ec_private_key
private_of(const struct acme_account *a)
{
	return (br_ec_private_key){ .curve = BR_EC_secp256r1, .x = (unsigned char *)(uintptr_t)a->key, .xlen = ACME_KEY };
}

/* Is it in 1 … order - 1? In constant time: the scalar is secret. */
static bool
is_scalar(const uint8_t key[ACME_KEY])
{
	size_t n;
	const uint8_t *order = br_ec_p256_m31.order(BR_EC_secp256r1, &n);
	unsigned borrow = 0, any = 0;

	while (n-- > 0) {
		borrow = ((unsigned)key[n] - order[n] - borrow) >> 8 & 1;
		any |= key[n];
	}
	return borrow != 0 && any != 0;
}

/* The point that belongs to the scalar. */
static bool
complete(struct acme_account *a)
{
	br_ec_private_key sk = private_of(a);

	return is_scalar(a->key) && br_ec_compute_pub(&br_ec_p256_m31, NULL, a->point, &sk) == ACME_POINT;
}

bool
acme_account_new(struct acme_account *a)
{
	if (sodium_init() < 0)
		return false;
	do
		randombytes_buf(a->key, ACME_KEY);
	while (!is_scalar(a->key));
	return complete(a);
}

void
acme_account_clear(struct acme_account *a)
{
	sodium_memzero(a, sizeof(*a));
}

bool
acme_account_sign(const struct acme_account *a, const void *p, size_t n, uint8_t sig[ACME_SIGNATURE])
{
	br_ec_private_key sk = private_of(a);
	uint8_t hash[crypto_hash_sha256_BYTES];

	if (!is_scalar(a->key))
		return false;
	(void)crypto_hash_sha256(hash, p, n);	/* always 0 */
	return br_ecdsa_i31_sign_raw(&br_ec_p256_m31, &br_sha256_vtable, hash, &sk, sig) == ACME_SIGNATURE;
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
	    !tlv_read(&seq, DER_OCTET_STRING, &octets) || rd_left(&octets) != ACME_KEY)
		return false;
	rd_copy(&octets, a->key, ACME_KEY);
	return complete(a);
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

static void
put_ec(struct wr *w, const struct acme_account *a)
{
	size_t seq = der_begin(w, DER_SEQUENCE), tagged, bits;

	der_unsigned(w, one, 1);
	der_value(w, DER_OCTET_STRING, a->key, ACME_KEY);
	tagged = der_begin(w, DER_EXPLICIT + 1);
	bits = der_bits_begin(w);
	wr_bytes(w, a->point, ACME_POINT);
	der_end(w, bits);
	der_end(w, tagged);
	der_end(w, seq);
}

char *
acme_account_write(const struct acme_account *a)
{
	uint8_t der[DER_MAX];
	struct wr w;
	size_t seq, kind, octets, len = 0;
	char *pem = NULL;
	bool ok;

	wr_init(&w, der, sizeof(der));
	seq = der_begin(&w, DER_SEQUENCE);
	der_unsigned(&w, zero, 1);
	kind = der_begin(&w, DER_SEQUENCE);
	der_oid(&w, oid_ec_key, sizeof(oid_ec_key));
	der_oid(&w, oid_p256, sizeof(oid_p256));
	der_end(&w, kind);
	octets = der_begin(&w, DER_OCTET_STRING);
	put_ec(&w, a);
	der_end(&w, octets);
	der_end(&w, seq);
	ok = wr_ok(&w) && pem_add(&pem, &len, "PRIVATE KEY", der, wr_len(&w));
	sodium_memzero(der, sizeof(der));
	return ok ? pem : NULL;
}
