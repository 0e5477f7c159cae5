/* Common parts of what a CA writes; see x509.h. */
#include "ca/x509.h"

#include <string.h>

#include <sodium.h>

#include "base/der.h"
#include "base/wr.h"

static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_ecdsa_sha256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };

struct ca_ext_mark
ca_ext_begin(struct wr *w, enum ca_ext which, bool critical)
{
	const uint8_t oid[] = { 0x55, 0x1d, (uint8_t)which };
	struct ca_ext_mark m = { .outer = der_begin(w, DER_SEQUENCE) };

	der_oid(w, oid, sizeof(oid));
	if (critical)
		der_true(w);
	m.value = der_begin(w, DER_OCTET_STRING);
	return m;
}

void
ca_ext_end(struct wr *w, struct ca_ext_mark m)
{
	der_end(w, m.value);
	der_end(w, m.outer);
}

void
ca_algorithm_write(struct wr *w)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256));
	der_end(w, seq);
}

static void
common_name_write(struct wr *w, const char *common_name)
{
	size_t set = der_begin(w, DER_SET);
	size_t pair = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_common_name, sizeof(oid_common_name));
	der_text(w, DER_UTF8, common_name);
	der_end(w, pair);
	der_end(w, set);
}

void
ca_name_write(struct wr *w, const char *common_name)
{
	size_t rdns = der_begin(w, DER_SEQUENCE);

	if (common_name[0] != '\0')
		common_name_write(w, common_name);
	der_end(w, rdns);
}

void
ca_public_write(struct wr *w, const uint8_t point[P256_POINT])
{
	size_t seq = der_begin(w, DER_SEQUENCE), bits;

	p256_kind_write(w);
	bits = der_bits_begin(w);
	wr_bytes(w, point, P256_POINT);
	der_end(w, bits);
	der_end(w, seq);
}

void
ca_key_id(const uint8_t *bits, size_t n, uint8_t id[CA_KEY_ID])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, bits, n);	/* always 0 */
	memcpy(id, hash, CA_KEY_ID);
}

void
ca_authority_write(struct wr *w, const uint8_t point[P256_POINT])
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_AUTHORITY, false);
	size_t seq = der_begin(w, DER_SEQUENCE);
	uint8_t id[CA_KEY_ID];

	ca_key_id(point, P256_POINT, id);
	der_value(w, DER_CONTEXT + 0, id, sizeof(id));
	der_end(w, seq);
	ca_ext_end(w, m);
}

bool
ca_signed_write(struct wr *w, const uint8_t key[P256_KEY], void (*body)(struct wr *w, const void *arg), const void *arg)
{
	uint8_t sig[P256_SIGNATURE_MAX];
	size_t seq = der_begin(w, DER_SEQUENCE), start = wr_len(w), bits, n;

	body(w, arg);
	if (!wr_ok(w))
		return false;
	n = p256_sign(key, w->start + start, wr_len(w) - start, sig);
	ca_algorithm_write(w);
	bits = der_bits_begin(w);
	wr_bytes(w, sig, n);
	der_end(w, bits);
	der_end(w, seq);
	return n > 0 && wr_ok(w);
}
