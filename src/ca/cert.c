/* Certificates that the cell makes itself; see cert.h. Values are written back
 * to front (der.h), so each function reads from its end. */
#include "ca/cert.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "ca/der.h"

enum { SEED_SIZE = 32, SERIAL_SIZE = 16, SUBJECT_MAX = 64, NAME_MAX_ = 253, POINT_SIZE = 65 };

/* Object identifiers, content bytes. */
static const uint8_t oid_ecdsa_sha256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_alt_name[] = { 0x55, 0x1d, 0x11 };
static const uint8_t oid_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_key_usage[] = { 0x55, 0x1d, 0x0f };
static const uint8_t oid_ext_usage[] = { 0x55, 0x1d, 0x25 };
static const uint8_t oid_server_auth[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };

static void
put_algorithm(struct der *d)
{
	size_t mark = der_mark(d);

	der_value(d, DER_OID, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256));
	der_wrap(d, DER_SEQUENCE, mark);
}

static void
put_name(struct der *d, const char *common_name)
{
	size_t mark = der_mark(d);

	der_value(d, DER_UTF8, common_name, strlen(common_name));
	der_value(d, DER_OID, oid_common_name, sizeof(oid_common_name));
	der_wrap(d, DER_SEQUENCE, mark);
	der_wrap(d, DER_SET, mark);
	der_wrap(d, DER_SEQUENCE, mark);
}

static void
put_public_key(struct der *d, const uint8_t *point)
{
	size_t mark = der_mark(d), inner;

	der_bits(d, point, POINT_SIZE);
	inner = der_mark(d);
	der_value(d, DER_OID, oid_p256, sizeof(oid_p256));
	der_value(d, DER_OID, oid_ec_key, sizeof(oid_ec_key));
	der_wrap(d, DER_SEQUENCE, inner);
	der_wrap(d, DER_SEQUENCE, mark);
}

/* Close an extension whose value was written since mark. */
static void
end_extension(struct der *d, size_t mark, const uint8_t oid[3], bool critical)
{
	static const uint8_t yes = 0xff;

	der_wrap(d, DER_OCTETS, mark);
	if (critical)
		der_value(d, DER_BOOLEAN, &yes, 1);
	der_value(d, DER_OID, oid, 3);
	der_wrap(d, DER_SEQUENCE, mark);
}

static void
put_alt_names(struct der *d, const struct ca_request *rq)
{
	size_t mark = der_mark(d), i;

	for (i = rq->naddrs; i-- > 0;)
		der_value(d, DER_CONTEXT + 7, rq->addrs[i].b, rq->addrs[i].len);
	for (i = rq->nnames; i-- > 0;)
		der_value(d, DER_CONTEXT + 2, rq->names[i], strlen(rq->names[i]));
	der_wrap(d, DER_SEQUENCE, mark);
	end_extension(d, mark, oid_alt_name, false);
}

static void
put_extensions(struct der *d, const struct ca_request *rq)
{
	static const uint8_t digital_signature[] = { 7, 0x80 };	/* unused bits, then bit 0 */
	size_t mark = der_mark(d), one;

	if (rq->nnames + rq->naddrs > 0)
		put_alt_names(d, rq);
	one = der_mark(d);
	der_value(d, DER_OID, oid_server_auth, sizeof(oid_server_auth));
	der_wrap(d, DER_SEQUENCE, one);
	end_extension(d, one, oid_ext_usage, false);
	one = der_mark(d);
	der_value(d, DER_BITS, digital_signature, sizeof(digital_signature));
	end_extension(d, one, oid_key_usage, true);
	one = der_mark(d);
	der_wrap(d, DER_SEQUENCE, one);		/* empty: not a CA */
	end_extension(d, one, oid_constraints, true);
	der_wrap(d, DER_SEQUENCE, mark);
	der_wrap(d, DER_CONTEXT_MADE + 3, mark);
}

/* RFC 5280 4.1: TBSCertificate. */
static void
put_tbs(struct der *d, const struct ca_request *rq, const uint8_t *point)
{
	uint8_t serial[SERIAL_SIZE];
	size_t mark = der_mark(d), inner;

	randombytes_buf(serial, sizeof(serial));
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);	/* positive, full length */
	put_extensions(d, rq);
	put_public_key(d, point);
	put_name(d, rq->subject);
	inner = der_mark(d);
	der_time(d, rq->not_after);
	der_time(d, rq->not_before);
	der_wrap(d, DER_SEQUENCE, inner);
	put_name(d, rq->subject);
	put_algorithm(d);
	der_unsigned(d, serial, sizeof(serial));
	inner = der_mark(d);
	der_small(d, 2);	/* v3 */
	der_wrap(d, DER_CONTEXT_MADE + 0, inner);
	der_wrap(d, DER_SEQUENCE, mark);
}

/* sign: 0 and *n, or -EIO. */
static int
sign(const br_ec_private_key *key, const uint8_t *tbs, size_t len, uint8_t *sig, size_t *n)
{
	uint8_t hash[br_sha256_SIZE];
	br_sha256_context c;

	br_sha256_init(&c);
	br_sha256_update(&c, tbs, len);
	br_sha256_out(&c, hash);
	*n = br_ecdsa_i31_sign_asn1(&br_ec_p256_m31, &br_sha256_vtable, hash, key, sig);
	return *n == 0 ? -EIO : 0;
}

static int
make_key(br_ec_private_key *key, uint8_t *scalar, uint8_t *point)
{
	uint8_t seed[SEED_SIZE];
	br_hmac_drbg_context rng;
	size_t n;

	randombytes_buf(seed, sizeof(seed));
	br_hmac_drbg_init(&rng, &br_sha256_vtable, seed, sizeof(seed));
	n = br_ec_keygen(&rng.vtable, &br_ec_p256_m31, key, scalar, BR_EC_secp256r1);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(&rng, sizeof(rng));
	if (n != CA_KEY_SIZE || br_ec_compute_pub(&br_ec_p256_m31, NULL, point, key) != POINT_SIZE)
		return -EIO;
	return 0;
}

static bool
is_sound(const struct ca_request *rq)
{
	size_t i;

	if (rq->nnames > CA_NAMES_MAX || rq->naddrs > CA_ADDRS_MAX || strlen(rq->subject) > SUBJECT_MAX ||
	    rq->not_after <= rq->not_before)
		return false;
	for (i = 0; i < rq->nnames; i++)
		if (strlen(rq->names[i]) > NAME_MAX_)
			return false;
	return true;
}

static int
assemble(struct ca_cert *out, const br_ec_private_key *key, const uint8_t *tbs, size_t tbs_len)
{
	uint8_t sig[80], buf[CA_CERT_MAX];
	const uint8_t *p;
	struct der d;
	size_t n;

	if (sign(key, tbs, tbs_len, sig, &n) < 0)
		return -EIO;
	der_init(&d, buf, sizeof(buf));
	der_bits(&d, sig, n);
	put_algorithm(&d);
	der_raw(&d, tbs, tbs_len);
	der_wrap(&d, DER_SEQUENCE, 0);
	p = der_result(&d, &out->len);
	if (p == NULL)
		return -EINVAL;
	memcpy(out->der, p, out->len);
	return 0;
}

int
ca_self_signed(struct ca_cert *out, const struct ca_request *rq)
{
	uint8_t point[POINT_SIZE], buf[CA_CERT_MAX];
	br_ec_private_key key;
	const uint8_t *tbs;
	struct der d;
	size_t n;
	int error = is_sound(rq) ? make_key(&key, out->key, point) : -EINVAL;

	if (error == 0) {
		der_init(&d, buf, sizeof(buf));
		put_tbs(&d, rq, point);
		tbs = der_result(&d, &n);
		error = tbs == NULL ? -EINVAL : assemble(out, &key, tbs, n);
	}
	if (error < 0)
		sodium_memzero(out, sizeof(*out));
	return error;
}

const char *
ca_fingerprint(const uint8_t *der, size_t n, char buf[CA_FINGERPRINT_MAX])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	size_t i;

	crypto_hash_sha256(hash, der, n);
	for (i = 0; i < sizeof(hash); i++)
		(void)snprintf(buf + 3 * i, 4, "%02X:", hash[i]);	/* three characters and a NUL, overwritten */
	buf[3 * sizeof(hash) - 1] = '\0';
	return buf;
}
