/* P-256 keys; see p256.h. */
#include "io/p256.h"

#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/der.h"
#include "base/wr.h"

static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };

/* Is it in 1 … order - 1? In constant time: the scalar is secret. */
static bool
is_scalar(const uint8_t key[P256_KEY])
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

bool
p256_new(uint8_t key[P256_KEY])
{
	if (sodium_init() < 0)
		return false;
	do
		randombytes_buf(key, P256_KEY);
	while (!is_scalar(key));
	return true;
}

/* The library wants its pointers without const, but only reads. */
static br_ec_private_key
private_of(const uint8_t key[P256_KEY])
{
	return (br_ec_private_key){
		.curve = BR_EC_secp256r1, .x = (unsigned char *)(uintptr_t)key, .xlen = P256_KEY,
	};
}

bool
p256_public(const uint8_t key[P256_KEY], uint8_t point[P256_POINT])
{
	br_ec_private_key sk = private_of(key);

	return is_scalar(key) && br_ec_compute_pub(&br_ec_p256_m31, NULL, point, &sk) == P256_POINT;
}

bool
p256_sign_raw(const uint8_t key[P256_KEY], const void *p, size_t n, uint8_t sig[P256_SIGNATURE])
{
	br_ec_private_key sk = private_of(key);
	uint8_t hash[crypto_hash_sha256_BYTES];

	if (!is_scalar(key))
		return false;
	(void)crypto_hash_sha256(hash, p, n);	/* always 0 */
	return br_ecdsa_i31_sign_raw(&br_ec_p256_m31, &br_sha256_vtable, hash, &sk, sig) == P256_SIGNATURE;
}

size_t
p256_sign(const uint8_t key[P256_KEY], const void *p, size_t n, uint8_t sig[P256_SIGNATURE_MAX])
{
	return p256_sign_raw(key, p, n, sig) ? br_ecdsa_raw_to_asn1(sig, P256_SIGNATURE) : 0;
}

/* AlgorithmIdentifier of a P-256 key (RFC 5480 2.1.1). */
void
p256_kind_write(struct wr *w)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_ec_key, sizeof(oid_ec_key));
	der_oid(w, oid_p256, sizeof(oid_p256));
	der_end(w, seq);
}

bool
p256_verify(const uint8_t point[P256_POINT], const void *p, size_t n, const uint8_t *sig, size_t nsig)
{
	const br_ec_public_key pk = { BR_EC_secp256r1, (unsigned char *)(uintptr_t)point, P256_POINT };
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, p, n);	/* always 0 */
	return br_ecdsa_i31_vrfy_asn1(&br_ec_p256_m31, hash, sizeof(hash), &pk, sig, nsig) == 1;
}

void
p256_write(struct wr *w, const uint8_t key[P256_KEY], const uint8_t point[P256_POINT])
{
	static const uint8_t zero[] = { 0 }, one[] = { 1 };
	size_t seq = der_begin(w, DER_SEQUENCE), octets, inner, tagged, bits;

	der_unsigned(w, zero, 1);
	p256_kind_write(w);
	octets = der_begin(w, DER_OCTET_STRING);
	inner = der_begin(w, DER_SEQUENCE);
	der_unsigned(w, one, 1);
	der_value(w, DER_OCTET_STRING, key, P256_KEY);
	tagged = der_begin(w, DER_EXPLICIT + 1);
	bits = der_bits_begin(w);
	wr_bytes(w, point, P256_POINT);
	der_end(w, bits);
	der_end(w, tagged);
	der_end(w, inner);
	der_end(w, octets);
	der_end(w, seq);
}
