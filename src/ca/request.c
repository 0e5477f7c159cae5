/* Requests for certificates; see request.h. */
#include "ca/request.h"

#include <string.h>

#include "base/der.h"
#include "base/err.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/wr.h"
#include "ca/rsa.h"
#include "ca/scope.h"
#include "ca/x509.h"

static const uint8_t zero[] = { 0 };
static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t oid_rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
static const uint8_t oid_rsa_sha256[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b };
static const uint8_t oid_ecdsa_sha256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
static const uint8_t oid_alt_names[] = { 0x55, 0x1d, CA_EXT_ALT_NAMES };
/* extensionRequest (RFC 2985 5.4.2) */
static const uint8_t oid_wanted[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e };

/* --- reading ----------------------------------------------------------------------- */

static bool
read_dns_name(struct rd *in, struct ca_request *q)
{
	const size_t n = rd_left(in);
	const struct str name = { (const char *)rd_bytes(in, n), n };

	if (q->nnames + q->naddrs == CA_CERT_NAMES_MAX || !ca_dns_name(name))
		return rd_fail(in);
	q->names[q->nnames++] = name;
	return true;
}

static bool
read_address(struct rd *in, struct ca_request *q)
{
	const size_t n = rd_left(in);
	struct addr *a;

	if (q->nnames + q->naddrs == CA_CERT_NAMES_MAX || (n != 4 && n != 16))
		return rd_fail(in);
	a = &q->addrs[q->naddrs++];
	*a = (struct addr){ .len = (uint8_t)n };
	rd_copy(in, a->b, n);
	return true;
}

/* Other kinds of names would be silently left out of the certificate: refused. */
static bool
read_alt_names(struct rd *value, struct ca_request *q)
{
	struct rd list, in;
	unsigned tag;

	if (q->nnames + q->naddrs > 0 || !tlv_read(value, DER_SEQUENCE, &list) || !tlv_end(value))
		return false;
	while (!tlv_end(&list)) {
		if (!tlv_read_any(&list, &tag, &in))
			return false;
		if (tag != DER_CONTEXT + 2 && tag != DER_CONTEXT + 7)
			return false;
		if (!(tag == DER_CONTEXT + 2 ? read_dns_name(&in, q) : read_address(&in, q)))
			return false;
	}
	return true;
}

static bool
read_extension(struct rd *list, struct ca_request *q)
{
	struct rd ext, oid, value;

	if (!tlv_read(list, DER_SEQUENCE, &ext) || !tlv_read(&ext, DER_OID, &oid))
		return false;
	if (tlv_next_is(&ext, DER_BOOLEAN) && !tlv_expect(&ext, DER_BOOLEAN, "\xff", 1))
		return false;
	if (!tlv_read(&ext, DER_OCTET_STRING, &value) || !tlv_end(&ext))
		return false;
	if (rd_left(&oid) != sizeof(oid_alt_names) || memcmp(oid.p, oid_alt_names, sizeof(oid_alt_names)) != 0)
		return true;
	return read_alt_names(&value, q);
}

static bool
read_attribute(struct rd *list, struct ca_request *q)
{
	struct rd attribute, oid, set, extensions;

	if (!tlv_read(list, DER_SEQUENCE, &attribute) || !tlv_read(&attribute, DER_OID, &oid) ||
	    !tlv_read(&attribute, DER_SET, &set) || !tlv_end(&attribute))
		return false;
	if (rd_left(&oid) != sizeof(oid_wanted) || memcmp(oid.p, oid_wanted, sizeof(oid_wanted)) != 0)
		return true;
	if (!tlv_read(&set, DER_SEQUENCE, &extensions) || !tlv_end(&set))
		return false;
	while (!tlv_end(&extensions))
		if (!read_extension(&extensions, q))
			return false;
	return true;
}

/* What kind of key it is, by its AlgorithmIdentifier. */
static bool
read_kind(struct rd *kind, bool *rsa)
{
	struct rd oid;

	if (!tlv_read(kind, DER_OID, &oid))
		return false;
	*rsa = rd_left(&oid) == sizeof(oid_rsa) && memcmp(oid.p, oid_rsa, sizeof(oid_rsa)) == 0;
	if (*rsa)
		return tlv_expect(kind, DER_NULL, "", 0) && tlv_end(kind);
	return rd_left(&oid) == sizeof(oid_ec_key) && memcmp(oid.p, oid_ec_key, sizeof(oid_ec_key)) == 0 &&
	    tlv_expect(kind, DER_OID, oid_p256, sizeof(oid_p256)) && tlv_end(kind);
}

static bool
read_public_key(struct rd *r, struct ca_request *q, bool *rsa)
{
	struct rd key, kind, bits;
	const uint8_t *start = r->p;

	if (!tlv_read(r, DER_SEQUENCE, &key) || !tlv_read(&key, DER_SEQUENCE, &kind) || !read_kind(&kind, rsa) ||
	    !tlv_read(&key, DER_BIT_STRING, &bits) || !tlv_end(&key) || rd_u8(&bits) != 0)
		return false;
	q->key = (struct ca_public){ start, (size_t)(r->p - start), bits.p, rd_left(&bits) };
	return *rsa || (q->key.nbits == P256_POINT && q->key.bits[0] == 4);
}

/* A positive INTEGER in its shortest form, without the zero before a high bit. */
static bool
read_unsigned(struct rd *r, const uint8_t **p, size_t *n)
{
	struct rd in;

	if (!tlv_read(r, DER_INTEGER, &in) || rd_left(&in) == 0)
		return false;
	if (in.p[0] == 0 && (rd_u8(&in), rd_left(&in) == 0 || in.p[0] < 0x80))
		return rd_fail(r);
	*p = in.p;
	*n = rd_left(&in);
	return (*p)[0] < 0x80 || in.start != in.p || rd_fail(r);
}

/* RSAPublicKey (RFC 8017 A.1.1). */
static bool
read_rsa(const struct ca_public *k, struct ca_rsa *rsa)
{
	struct rd r, seq;

	rd_init(&r, k->bits, k->nbits);
	return tlv_read(&r, DER_SEQUENCE, &seq) && tlv_end(&r) && read_unsigned(&seq, &rsa->n, &rsa->nlen) &&
	    read_unsigned(&seq, &rsa->e, &rsa->elen) && tlv_end(&seq);
}

static bool
is_signed(const struct ca_public *k, bool rsa, const void *p, size_t n, const struct rd *sig)
{
	struct ca_rsa key;

	if (rsa)
		return read_rsa(k, &key) && ca_rsa_verify(&key, p, n, sig->p, rd_left(sig));
	return p256_verify(k->bits, p, n, sig->p, rd_left(sig));
}

/* CertificationRequestInfo (RFC 2986 4.1). */
static bool
read_info(struct rd *info, struct ca_request *q, bool *rsa)
{
	struct rd subject, attributes;

	if (!tlv_expect(info, DER_INTEGER, zero, 1) || !tlv_read(info, DER_SEQUENCE, &subject) ||
	    !read_public_key(info, q, rsa) || !tlv_read(info, DER_EXPLICIT + 0, &attributes) || !tlv_end(info))
		return false;
	while (!tlv_end(&attributes))
		if (!read_attribute(&attributes, q))
			return false;
	return true;
}

static bool
read_signature(struct rd *outer, bool rsa, struct rd *sig)
{
	struct rd algorithm;

	if (!tlv_read(outer, DER_SEQUENCE, &algorithm))
		return false;
	if (!(rsa ? tlv_expect(&algorithm, DER_OID, oid_rsa_sha256, sizeof(oid_rsa_sha256)) &&
	    tlv_expect(&algorithm, DER_NULL, "", 0) :
	    tlv_expect(&algorithm, DER_OID, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256))))
		return false;
	return tlv_end(&algorithm) && tlv_read(outer, DER_BIT_STRING, sig) && tlv_end(outer) && rd_u8(sig) == 0;
}

int
ca_request_read(struct rd *r, struct ca_request *q, struct err *e)
{
	struct rd outer, info, sig;
	const uint8_t *body;
	bool rsa = false;
	size_t n;

	memset(q, 0, sizeof(*q));
	if (!tlv_read(r, DER_SEQUENCE, &outer) || !tlv_end(r))
		return err_set(e, ERR_VALIDATION, "this is not a certificate request");
	body = outer.p;
	if (!tlv_read(&outer, DER_SEQUENCE, &info))
		return err_set(e, ERR_VALIDATION, "this is not a certificate request");
	n = (size_t)(outer.p - body);
	if (!read_info(&info, q, &rsa) || !read_signature(&outer, rsa, &sig))
		return err_set(e, ERR_VALIDATION, "the request must be for a P-256 or RSA key, signed with SHA-256, "
		    "and name at most %d DNS names and addresses", CA_CERT_NAMES_MAX);
	if (!is_signed(&q->key, rsa, body, n, &sig))
		return err_set(e, ERR_VALIDATION, "the request is not signed by its key, or that is not of 2048 to 4096 bits");
	return 0;
}

/* --- writing ----------------------------------------------------------------------- */

struct body {
	const struct ca_request *request;
	const uint8_t *point;		/* of a P-256 key; NULL: it is */
	const uint8_t *rsa;		/* this one */
	size_t nrsa;
};

static void
put_names(struct wr *w, const struct ca_request *q)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_ALT_NAMES, false);
	size_t list = der_begin(w, DER_SEQUENCE), i;

	for (i = 0; i < q->nnames; i++)
		der_value(w, DER_CONTEXT + 2, q->names[i].p, q->names[i].n);
	for (i = 0; i < q->naddrs; i++)
		der_value(w, DER_CONTEXT + 7, q->addrs[i].b, q->addrs[i].len);
	der_end(w, list);
	ca_ext_end(w, m);
}

static void
put_wanted(struct wr *w, const struct ca_request *q)
{
	size_t attribute = der_begin(w, DER_SEQUENCE), set, list;

	der_oid(w, oid_wanted, sizeof(oid_wanted));
	set = der_begin(w, DER_SET);
	list = der_begin(w, DER_SEQUENCE);
	put_names(w, q);
	der_end(w, list);
	der_end(w, set);
	der_end(w, attribute);
}

static void
put_info(struct wr *w, const void *arg)
{
	const struct body *b = arg;
	size_t seq = der_begin(w, DER_SEQUENCE), attributes;

	der_unsigned(w, zero, sizeof(zero));
	ca_name_write(w, "");
	if (b->point != NULL)
		ca_public_write(w, b->point);
	else
		ca_rsa_public_write(w, b->rsa, b->nrsa);
	attributes = der_begin(w, DER_EXPLICIT + 0);
	if (b->request->nnames + b->request->naddrs > 0)
		put_wanted(w, b->request);
	der_end(w, attributes);
	der_end(w, seq);
}

bool
ca_request_write(struct wr *w, const uint8_t key[P256_KEY], const struct ca_request *q)
{
	uint8_t point[P256_POINT];
	struct body b = { .request = q, .point = point };

	return p256_public(key, point) && ca_signed_write(w, key, put_info, &b);
}

bool
ca_request_write_rsa(struct wr *w, const uint8_t *key, size_t nkey, const struct ca_request *q)
{
	const struct body b = { .request = q, .rsa = key, .nrsa = nkey };
	uint8_t sig[CA_RSA_SIGNATURE];
	size_t seq = der_begin(w, DER_SEQUENCE), start = wr_len(w), kind, bits;

	put_info(w, &b);
	if (!wr_ok(w) || !ca_rsa_sign(key, nkey, w->start + start, wr_len(w) - start, sig))
		return false;
	kind = der_begin(w, DER_SEQUENCE);
	der_oid(w, oid_rsa_sha256, sizeof(oid_rsa_sha256));
	der_value(w, DER_NULL, NULL, 0);
	der_end(w, kind);
	bits = der_bits_begin(w);
	wr_bytes(w, sig, sizeof(sig));
	der_end(w, bits);
	der_end(w, seq);
	return wr_ok(w);
}
