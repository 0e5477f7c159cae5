/* Reading certificates; see x509.h. */
#include "base/x509.h"

#include <string.h>

#include "base/der.h"
#include "base/rd.h"
#include "base/tlv.h"

#define OID(...) { sizeof((const uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }

struct oid { size_t n; uint8_t b[9]; };

static const struct oid oid_ec_key = OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);
static const struct oid oid_p256 = OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);
static const struct oid oid_p384 = OID(0x2b, 0x81, 0x04, 0x00, 0x22);
static const struct oid oid_rsa = OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01);

/* Signatures (RFC 4055 5, RFC 5758 3.2). */
static const struct {
	struct oid oid;
	enum x509_kind kind;
	enum x509_hash hash;
} algorithms[] = {
	{ OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02), X509_P256, X509_SHA256 },
	{ OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03), X509_P256, X509_SHA384 },
	{ OID(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04), X509_P256, X509_SHA512 },
	{ OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), X509_RSA, X509_SHA256 },
	{ OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c), X509_RSA, X509_SHA384 },
	{ OID(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d), X509_RSA, X509_SHA512 },
};

enum { ARC_KEY_ID = 14, ARC_KEY_USAGE = 15, ARC_ALT_NAMES = 17, ARC_BASIC = 19, ARC_AUTHORITY = 35, ARC_EXT_USAGE = 37 };

static bool
is(const struct rd *r, const struct oid *oid)
{
	return rd_left(r) == oid->n && memcmp(r->p, oid->b, oid->n) == 0;
}

static struct x509_bytes
rest_of(const struct rd *r)
{
	return (struct x509_bytes){ r->p, rd_left(r) };
}

bool
x509_bytes_eq(struct x509_bytes a, struct x509_bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The next value, whole: from its tag to its end. */
static bool
read_whole(struct rd *r, unsigned tag, struct x509_bytes *out, struct rd *in)
{
	const uint8_t *start = r->p;

	if (!tlv_read(r, tag, in))
		return false;
	*out = (struct x509_bytes){ start, (size_t)(r->p - start) };
	return true;
}

/* --- names, keys, signatures ---------------------------------------------------------- */

static bool
read_signature_kind(struct rd *r, struct x509_bytes *whole, struct x509 *c)
{
	struct rd seq, oid;
	size_t i;

	if (!read_whole(r, DER_SEQUENCE, whole, &seq) || !tlv_read(&seq, DER_OID, &oid))
		return false;
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (is(&oid, &algorithms[i].oid)) {
			c->signed_by = algorithms[i].kind;
			c->hash = algorithms[i].hash;
		}
	return true;
}

/* Whole bytes only. */
static bool
read_bits(struct rd *r, struct x509_bytes *out)
{
	struct rd in;

	if (!tlv_read(r, DER_BIT_STRING, &in) || rd_u8(&in) != 0 || !rd_ok(&in))
		return false;
	*out = rest_of(&in);
	return true;
}

static enum x509_kind
key_kind(struct rd *algorithm)
{
	struct rd oid, curve;

	if (!tlv_read(algorithm, DER_OID, &oid))
		return X509_OTHER;
	if (is(&oid, &oid_rsa))
		return X509_RSA;
	if (!is(&oid, &oid_ec_key) || !tlv_read(algorithm, DER_OID, &curve))
		return X509_OTHER;
	return is(&curve, &oid_p256) ? X509_P256 : is(&curve, &oid_p384) ? X509_P384 : X509_OTHER;
}

static bool
read_public_key(struct rd *r, struct x509 *c)
{
	struct rd key, algorithm;

	if (!read_whole(r, DER_SEQUENCE, &c->public_key, &key) || !tlv_read(&key, DER_SEQUENCE, &algorithm))
		return false;
	c->key_kind = key_kind(&algorithm);
	return read_bits(&key, &c->key_bits) && tlv_end(&key);
}

static bool
read_positive(struct rd *r, struct x509_bytes *out)
{
	struct rd in;

	if (!tlv_read(r, DER_INTEGER, &in) || rd_left(&in) == 0 || in.p[0] >= 0x80)
		return false;
	if (in.p[0] == 0)
		rd_skip(&in, 1);
	*out = rest_of(&in);
	return out->n > 0;
}

bool
x509_rsa_read(struct x509_bytes bits, struct x509_bytes *modulus, struct x509_bytes *exponent)
{
	struct rd r, seq;

	rd_init(&r, bits.p, bits.n);
	return tlv_read(&r, DER_SEQUENCE, &seq) && tlv_end(&r) && read_positive(&seq, modulus) &&
	    read_positive(&seq, exponent) && tlv_end(&seq);
}

/* --- extensions (RFC 5280 4.2) ----------------------------------------------------------- */

static bool
read_key_id(struct rd *value, struct x509_bytes *out)
{
	struct rd in;

	if (!tlv_read(value, DER_OCTET_STRING, &in))
		return false;
	*out = rest_of(&in);
	return tlv_end(value);
}

/* Of the ways to name the issuer's key its identifier. */
static bool
read_authority(struct rd *value, struct x509_bytes *out)
{
	struct rd seq, in;

	if (!tlv_read(value, DER_SEQUENCE, &seq))
		return false;
	if (tlv_next_is(&seq, DER_CONTEXT + 0)) {
		if (!tlv_read(&seq, DER_CONTEXT + 0, &in))
			return false;
		*out = rest_of(&in);
	}
	return tlv_end(value);
}

static bool
read_basic(struct rd *value, bool *ca)
{
	struct rd seq;

	if (!tlv_read(value, DER_SEQUENCE, &seq))
		return false;
	*ca = tlv_next_is(&seq, DER_BOOLEAN);
	return (!*ca || tlv_expect(&seq, DER_BOOLEAN, "\xff", 1)) && tlv_end(value);
}

static bool
is_name(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static bool
read_alt_name(struct rd *list, struct x509 *c)
{
	struct addr *a = &c->addrs[c->naddrs];
	struct str s;
	unsigned tag;
	struct rd in;

	if (!tlv_read_any(list, &tag, &in) || c->nnames + c->naddrs == X509_NAMES_MAX)
		return false;
	s = (struct str){ (const char *)in.p, rd_left(&in) };
	if (tag == DER_CONTEXT + 2) {
		if (!is_name(s))
			return false;
		c->names[c->nnames++] = s;
	} else if (tag == DER_CONTEXT + 7 && (s.n == 4 || s.n == 16)) {
		*a = (struct addr){ .len = (uint8_t)s.n };
		rd_copy(&in, a->b, s.n);
		c->naddrs++;
	} else {
		c->other_names++;
	}
	return true;
}

static bool
read_alt_names(struct rd *value, struct x509 *c)
{
	struct rd list;

	if (c->nnames + c->naddrs > 0 || !tlv_read(value, DER_SEQUENCE, &list) || !tlv_end(value))
		return false;
	while (!tlv_end(&list))
		if (!read_alt_name(&list, c))
			return false;
	return true;
}

/* Usages are understood by whoever asks for more than the form. */
static bool
read_known(unsigned arc, struct rd *value, bool critical, struct x509 *c)
{
	switch (arc) {
	case ARC_KEY_ID:
		return read_key_id(value, &c->key_id);
	case ARC_AUTHORITY:
		return read_authority(value, &c->authority_key_id);
	case ARC_BASIC:
		return read_basic(value, &c->ca);
	case ARC_ALT_NAMES:
		return read_alt_names(value, c);
	case ARC_KEY_USAGE:
	case ARC_EXT_USAGE:
		return true;
	default:
		c->unknown_critical |= critical;
		return true;
	}
}

static bool
read_extension(struct rd *list, struct x509 *c)
{
	struct rd ext, oid, value;
	bool critical;

	if (!tlv_read(list, DER_SEQUENCE, &ext) || !tlv_read(&ext, DER_OID, &oid))
		return false;
	critical = tlv_next_is(&ext, DER_BOOLEAN);
	if (critical && !tlv_expect(&ext, DER_BOOLEAN, "\xff", 1))
		return false;
	if (!tlv_read(&ext, DER_OCTET_STRING, &value) || !tlv_end(&ext))
		return false;
	if (rd_left(&oid) == 3 && memcmp(oid.p, "\x55\x1d", 2) == 0)
		return read_known(oid.p[2], &value, critical, c);
	c->unknown_critical |= critical;
	return true;
}

static bool
read_extensions(struct rd *tbs, struct x509 *c)
{
	struct rd tagged, list;

	if (!tlv_next_is(tbs, DER_EXPLICIT + 3))
		return true;
	if (!tlv_read(tbs, DER_EXPLICIT + 3, &tagged) || !tlv_read(&tagged, DER_SEQUENCE, &list) || !tlv_end(&tagged))
		return false;
	while (!tlv_end(&list))
		if (!read_extension(&list, c))
			return false;
	return true;
}

/* --- the whole --------------------------------------------------------------------------- */

static bool
read_version(struct rd *tbs)
{
	struct rd tagged, number;

	if (!tlv_next_is(tbs, DER_EXPLICIT + 0))
		return true;
	return tlv_read(tbs, DER_EXPLICIT + 0, &tagged) && tlv_read(&tagged, DER_INTEGER, &number) && tlv_end(&tagged);
}

static bool
read_validity(struct rd *tbs, struct x509 *c)
{
	struct rd seq;

	return tlv_read(tbs, DER_SEQUENCE, &seq) && tlv_read_time(&seq, &c->not_before) &&
	    tlv_read_time(&seq, &c->not_after) && tlv_end(&seq);
}

static bool
read_tbs(struct rd *tbs, struct x509 *c, struct x509_bytes *algorithm)
{
	struct rd in;

	if (!read_version(tbs) || !tlv_read(tbs, DER_INTEGER, &in))
		return false;
	c->serial = rest_of(&in);
	return c->serial.n > 0 && read_signature_kind(tbs, algorithm, c) &&
	    read_whole(tbs, DER_SEQUENCE, &c->issuer, &in) && read_validity(tbs, c) &&
	    read_whole(tbs, DER_SEQUENCE, &c->subject, &in) && read_public_key(tbs, c) && read_extensions(tbs, c) &&
	    tlv_end(tbs);
}

bool
x509_read(const void *p, size_t n, struct x509 *c)
{
	struct x509_bytes inner, outer;
	struct rd r, cert, tbs;

	memset(c, 0, sizeof(*c));
	rd_init(&r, p, n);
	return tlv_read(&r, DER_SEQUENCE, &cert) && tlv_end(&r) && read_whole(&cert, DER_SEQUENCE, &c->tbs, &tbs) &&
	    read_tbs(&tbs, c, &inner) && read_signature_kind(&cert, &outer, c) && x509_bytes_eq(inner, outer) &&
	    read_bits(&cert, &c->signature) && tlv_end(&cert);
}
