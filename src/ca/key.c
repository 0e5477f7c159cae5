/* P-256 keys; see key.h. */
#include "ca/key.h"

#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/der.h"
#include "base/wr.h"

static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };

bool
ca_key_new(uint8_t key[CA_KEY])
{
	unsigned char seed[32], buf[BR_EC_KBUF_PRIV_MAX_SIZE];
	br_hmac_drbg_context drbg;
	br_ec_private_key sk;
	bool ok;

	if (sodium_init() < 0)
		return false;
	randombytes_buf(seed, sizeof(seed));
	br_hmac_drbg_init(&drbg, &br_sha256_vtable, seed, sizeof(seed));
	ok = br_ec_keygen(&drbg.vtable, &br_ec_p256_m31, &sk, buf, BR_EC_secp256r1) == CA_KEY;
	if (ok)
		memcpy(key, sk.x, CA_KEY);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(buf, sizeof(buf));
	sodium_memzero(&drbg, sizeof(drbg));
	return ok;
}

/* Is it in 1 … order - 1? In constant time: the scalar is secret. */
static bool
is_scalar(const uint8_t key[CA_KEY])
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

/* The library wants its pointers without const, but only reads. */
static br_ec_private_key
private_of(const uint8_t key[CA_KEY])
{
	return (br_ec_private_key){
		.curve = BR_EC_secp256r1, .x = (unsigned char *)(uintptr_t)key, .xlen = CA_KEY,
	};
}

bool
ca_key_public(const uint8_t key[CA_KEY], uint8_t point[CA_POINT])
{
	br_ec_private_key sk = private_of(key);

	return is_scalar(key) && br_ec_compute_pub(&br_ec_p256_m31, NULL, point, &sk) == CA_POINT;
}

size_t
ca_key_sign(const uint8_t key[CA_KEY], const void *p, size_t n, uint8_t sig[CA_SIGNATURE_MAX])
{
	br_ec_private_key sk = private_of(key);
	uint8_t hash[CA_SHA256];

	if (!is_scalar(key))
		return 0;
	ca_sha256(p, n, hash);
	return br_ecdsa_i31_sign_asn1(&br_ec_p256_m31, &br_sha256_vtable, hash, &sk, sig);
}

/* The library takes what fits into its buffers, which 4096 bits do; even moduli are none. */
static bool
is_sound(const struct ca_rsa *k)
{
	return k->nlen >= 256 && k->nlen <= 512 && k->n[0] != 0 && (k->n[k->nlen - 1] & 1) == 1 &&
	    k->elen >= 1 && k->elen <= 4 && k->e[0] != 0 && (k->e[k->elen - 1] & 1) == 1 && (k->elen > 1 || k->e[0] > 1);
}

bool
ca_rsa_verify(const struct ca_rsa *k, const void *p, size_t n, const uint8_t *sig, size_t nsig)
{
	const br_rsa_public_key pk = { (unsigned char *)(uintptr_t)k->n, k->nlen, (unsigned char *)(uintptr_t)k->e, k->elen };
	uint8_t want[CA_SHA256], got[CA_SHA256];

	if (!is_sound(k) || nsig != k->nlen)
		return false;
	ca_sha256(p, n, want);
	return br_rsa_i31_pkcs1_vrfy(sig, nsig, BR_HASH_OID_SHA256, sizeof(got), &pk, got) == 1 &&
	    memcmp(want, got, sizeof(want)) == 0;
}

/* AlgorithmIdentifier of a P-256 key (RFC 5480 2.1.1). */
void
ca_key_kind_write(struct wr *w)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_ec_key, sizeof(oid_ec_key));
	der_oid(w, oid_p256, sizeof(oid_p256));
	der_end(w, seq);
}

bool
ca_key_verify(const uint8_t point[CA_POINT], const void *p, size_t n, const uint8_t *sig, size_t nsig)
{
	const br_ec_public_key pk = { BR_EC_secp256r1, (unsigned char *)(uintptr_t)point, CA_POINT };
	uint8_t hash[CA_SHA256];

	ca_sha256(p, n, hash);
	return br_ecdsa_i31_vrfy_asn1(&br_ec_p256_m31, hash, sizeof(hash), &pk, sig, nsig) == 1;
}

void
ca_key_write(struct wr *w, const uint8_t key[CA_KEY], const uint8_t point[CA_POINT])
{
	static const uint8_t zero[] = { 0 }, one[] = { 1 };
	size_t seq = der_begin(w, DER_SEQUENCE), octets, inner, tagged, bits;

	der_unsigned(w, zero, 1);
	ca_key_kind_write(w);
	octets = der_begin(w, DER_OCTET_STRING);
	inner = der_begin(w, DER_SEQUENCE);
	der_unsigned(w, one, 1);
	der_value(w, DER_OCTET_STRING, key, CA_KEY);
	tagged = der_begin(w, DER_EXPLICIT + 1);
	bits = der_bits_begin(w);
	wr_bytes(w, point, CA_POINT);
	der_end(w, bits);
	der_end(w, tagged);
	der_end(w, inner);
	der_end(w, octets);
	der_end(w, seq);
}

void
ca_sha256(const void *p, size_t n, uint8_t out[CA_SHA256])
{
	br_sha256_context c;

	br_sha256_init(&c);
	br_sha256_update(&c, p, n);
	br_sha256_out(&c, out);
}
