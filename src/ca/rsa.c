/* RSA keys; see rsa.h. */
#include "ca/rsa.h"

#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/der.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/wr.h"

enum { BITS = 2048, EXPONENT = 65537 };

static const uint8_t oid_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };

/* Holds a private key. */
struct made {
	unsigned char priv[BR_RSA_KBUF_PRIV_SIZE(BITS)], pub[BR_RSA_KBUF_PUB_SIZE(BITS)], d[BITS / 8];
	br_rsa_private_key sk;
	br_rsa_public_key pk;
};

static bool
make(struct made *m)
{
	unsigned char seed[32];
	br_hmac_drbg_context drbg;
	bool ok;

	randombytes_buf(seed, sizeof(seed));
	br_hmac_drbg_init(&drbg, &br_sha256_vtable, seed, sizeof(seed));
	ok = br_rsa_keygen_get_default()(&drbg.vtable, &m->sk, m->priv, &m->pk, m->pub, BITS, EXPONENT) == 1;
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(&drbg, sizeof(drbg));
	return ok;
}

size_t
ca_rsa_new(uint8_t der[CA_RSA_DER_MAX])
{
	struct made m;
	size_t d, n = 0;

	if (sodium_init() < 0)
		return 0;
	if (make(&m)) {
		d = br_rsa_compute_privexp_get_default()(m.d, &m.sk, EXPONENT);
		if (d > 0 && br_encode_rsa_raw_der(NULL, &m.sk, &m.pk, m.d, d) <= CA_RSA_DER_MAX)
			n = br_encode_rsa_raw_der(der, &m.sk, &m.pk, m.d, d);
	}
	sodium_memzero(&m, sizeof(m));
	return n;
}

/* Modulus and exponent stand first in it, after the version; DER_INTEGERs as they are. */
void
ca_rsa_public_write(struct wr *w, const uint8_t *key, size_t nkey)
{
	struct rd r, seq, version, n, e;
	size_t info, kind, bits, inner;

	rd_init(&r, key, nkey);
	if (!tlv_read(&r, DER_SEQUENCE, &seq) || !tlv_read(&seq, DER_INTEGER, &version) || !tlv_read(&seq, DER_INTEGER, &n) ||
	    !tlv_read(&seq, DER_INTEGER, &e)) {
		(void)wr_fail(w);	/* sticky: the caller sees it */
		return;
	}
	info = der_begin(w, DER_SEQUENCE);
	kind = der_begin(w, DER_SEQUENCE);
	der_oid(w, oid_rsa, sizeof(oid_rsa));
	der_value(w, DER_NULL, NULL, 0);
	der_end(w, kind);
	bits = der_bits_begin(w);
	inner = der_begin(w, DER_SEQUENCE);
	der_value(w, DER_INTEGER, n.p, rd_left(&n));
	der_value(w, DER_INTEGER, e.p, rd_left(&e));
	der_end(w, inner);
	der_end(w, bits);
	der_end(w, info);
}

bool
ca_rsa_sign(const uint8_t *key, size_t nkey, const void *p, size_t n, uint8_t sig[CA_RSA_SIGNATURE])
{
	br_skey_decoder_context d;
	const br_rsa_private_key *k;
	uint8_t hash[crypto_hash_sha256_BYTES];
	bool ok;

	br_skey_decoder_init(&d);
	br_skey_decoder_push(&d, key, nkey);
	k = br_skey_decoder_get_rsa(&d);
	(void)crypto_hash_sha256(hash, p, n);	/* always 0 */
	ok = k != NULL && k->n_bitlen == BITS &&
	    br_rsa_pkcs1_sign_get_default()(BR_HASH_OID_SHA256, hash, sizeof(hash), k, sig) == 1;
	sodium_memzero(&d, sizeof(d));
	return ok;
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
	uint8_t want[crypto_hash_sha256_BYTES], got[crypto_hash_sha256_BYTES];

	if (!is_sound(k) || nsig != k->nlen)
		return false;
	(void)crypto_hash_sha256(want, p, n);	/* always 0 */
	return br_rsa_i31_pkcs1_vrfy(sig, nsig, BR_HASH_OID_SHA256, sizeof(got), &pk, got) == 1 &&
	    memcmp(want, got, sizeof(want)) == 0;
}
