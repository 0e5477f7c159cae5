/* Making certificates; see cert.h. */
#include "ca/cert.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/der.h"
#include "base/err.h"
#include "base/str.h"
#include "base/wr.h"
#include "ca/scope.h"
#include "ca/x509.h"

enum { PUBLIC_MAX = 128 };	/* of a P-256 key: 91 */

static const uint8_t oid_server_auth[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };

/* What one certificate says. */
struct body {
	const struct ca_cert_plan *plan;
	const struct ca_public *subject;
	const char *issuer;
	const uint8_t *issuer_point;	/* NULL: the subject's own */
	const uint8_t *serial;
};

/* --- extensions -------------------------------------------------------------------- */

/* pathLenConstraint: below a root one intermediate, below that only servers. */
static void
put_basic(struct wr *w, enum ca_kind kind)
{
	const uint8_t depth[] = { kind == CA_ROOT };
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_BASIC, true);
	size_t seq = der_begin(w, DER_SEQUENCE);

	if (kind != CA_SERVER) {
		der_true(w);
		der_unsigned(w, depth, 1);
	}
	der_end(w, seq);
	ca_ext_end(w, m);
}

/* Bits of KeyUsage: digitalSignature; keyCertSign and cRLSign; keyCertSign. */
static void
put_key_usage(struct wr *w, enum ca_kind kind)
{
	static const uint8_t usage[][4] = {
		[CA_SERVER] = { DER_BIT_STRING, 2, 7, 0x80 },
		[CA_INTERMEDIATE] = { DER_BIT_STRING, 2, 1, 0x06 },
		[CA_ROOT] = { DER_BIT_STRING, 2, 2, 0x04 },
	};
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_KEY_USAGE, true);

	wr_bytes(w, usage[kind], sizeof(usage[kind]));
	ca_ext_end(w, m);
}

/* Also in the intermediate: then its key is good for servers only. */
static void
put_ext_usage(struct wr *w)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_EXT_USAGE, false);
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_server_auth, sizeof(oid_server_auth));
	der_end(w, seq);
	ca_ext_end(w, m);
}

static void
put_key_id(struct wr *w, const struct ca_public *k)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_KEY_ID, false);
	uint8_t id[CA_KEY_ID];

	ca_key_id(k->bits, k->nbits, id);
	der_value(w, DER_OCTET_STRING, id, sizeof(id));
	ca_ext_end(w, m);
}

/* RFC 5280 4.1.2.6: critical where the subject is empty. */
static void
put_alt_names(struct wr *w, const struct ca_cert_plan *p)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_ALT_NAMES, p->common_name[0] == '\0');
	size_t list = der_begin(w, DER_SEQUENCE), i;

	for (i = 0; i < p->nnames; i++)
		der_text(w, DER_CONTEXT + 2, p->names[i]);
	for (i = 0; i < p->naddrs; i++)
		der_value(w, DER_CONTEXT + 7, p->addrs[i].b, p->addrs[i].len);
	der_end(w, list);
	ca_ext_end(w, m);
}

static void
put_scope(struct wr *w, const struct ca_scope *scope)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_SCOPE, true);

	ca_scope_write(w, scope);
	ca_ext_end(w, m);
}

/* One DistributionPoint with one fullName. */
static void
put_crl_url(struct wr *w, const char *url)
{
	struct ca_ext_mark m = ca_ext_begin(w, CA_EXT_CRL_AT, false);
	size_t list = der_begin(w, DER_SEQUENCE), point = der_begin(w, DER_SEQUENCE);
	size_t name = der_begin(w, DER_EXPLICIT + 0), full = der_begin(w, DER_EXPLICIT + 0);

	der_text(w, DER_CONTEXT + 6, url);
	der_end(w, full);
	der_end(w, name);
	der_end(w, point);
	der_end(w, list);
	ca_ext_end(w, m);
}

static void
put_extensions(struct wr *w, const struct body *b)
{
	const struct ca_cert_plan *p = b->plan;
	size_t outer = der_begin(w, DER_EXPLICIT + 3), list = der_begin(w, DER_SEQUENCE);

	put_basic(w, p->kind);
	put_key_usage(w, p->kind);
	if (p->kind != CA_ROOT)
		put_ext_usage(w);
	put_key_id(w, b->subject);
	if (b->issuer_point != NULL)
		ca_authority_write(w, b->issuer_point);
	if (p->nnames + p->naddrs > 0)
		put_alt_names(w, p);
	if (p->scope != NULL)
		put_scope(w, p->scope);
	if (p->crl_url != NULL)
		put_crl_url(w, p->crl_url);
	der_end(w, list);
	der_end(w, outer);
}

/* --- the certificate ------------------------------------------------------------------ */

static void
put_validity(struct wr *w, const struct ca_cert_plan *p)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_time(w, p->from_s);
	der_time(w, p->until_s);
	der_end(w, seq);
}

/* TBSCertificate (RFC 5280 4.1). */
static void
put_body(struct wr *w, const void *arg)
{
	static const uint8_t v3[] = { 2 };
	const struct body *b = arg;
	size_t seq = der_begin(w, DER_SEQUENCE), version = der_begin(w, DER_EXPLICIT + 0);

	der_unsigned(w, v3, sizeof(v3));
	der_end(w, version);
	der_unsigned(w, b->serial, CA_SERIAL);
	ca_algorithm_write(w);
	ca_name_write(w, b->issuer);
	put_validity(w, b->plan);
	ca_name_write(w, b->plan->common_name);
	wr_bytes(w, b->subject->der, b->subject->n);
	put_extensions(w, b);
	der_end(w, seq);
}

/* --- what may stand in it --------------------------------------------------------------- */

static int
check_names(const struct ca_cert_plan *p, struct err *e)
{
	size_t i;

	if (p->nnames + p->naddrs > CA_CERT_NAMES_MAX)
		return err_set(e, ERR_VALIDATION, "a certificate takes at most %d names", CA_CERT_NAMES_MAX);
	for (i = 0; i < p->nnames; i++)
		if (!ca_dns_name(str_of(p->names[i])))
			return err_set(e, ERR_VALIDATION, "%s is not a DNS name", p->names[i]);
	for (i = 0; i < p->naddrs; i++)
		if (p->addrs[i].len != 4 && p->addrs[i].len != 16)
			return err_set(e, ERR_VALIDATION, "an empty address cannot be certified");
	return 0;
}

static int
check(const struct ca_cert_plan *p, struct err *e)
{
	struct str cn = str_of(p->common_name);
	bool named = p->nnames + p->naddrs > 0;

	if (cn.n > CA_COMMON_NAME_MAX || (cn.n == 0 && !named) || (cn.n > 0 && !str_utf8(cn)) || !str_printable(cn))
		return err_set(e, ERR_VALIDATION, "a certificate needs a common name of 1 to 64 bytes");
	if (p->until_s <= p->from_s)
		return err_set(e, ERR_VALIDATION, "a certificate must be valid for some time");
	return check_names(p, e);
}

/* --- making ------------------------------------------------------------------------------ */

/* Always of the same length, positive, and not to be guessed. */
static void
draw_serial(uint8_t serial[CA_SERIAL])
{
	randombytes_buf(serial, CA_SERIAL);
	serial[0] = (uint8_t)((serial[0] & 0x3f) | 0x40);
}

/* b lacks its serial. key signs. */
static int
write_certificate(struct body *b, const uint8_t key[P256_KEY], struct ca_cert *out, struct err *e)
{
	struct wr w;

	memset(out, 0, sizeof(*out));
	out->der = malloc(CA_CERT_DER_MAX);
	if (out->der == NULL)
		return err_sys(e, -ENOMEM, "make a certificate");
	draw_serial(out->serial);
	b->serial = out->serial;
	wr_init(&w, out->der, CA_CERT_DER_MAX);
	if (!ca_signed_write(&w, key, put_body, b)) {
		ca_cert_clear(out);
		return err_set(e, ERR_VALIDATION, "a certificate with these names and times cannot be written");
	}
	out->n = wr_len(&w);
	return 0;
}

int
ca_cert_for_public(const struct ca_cert_plan *p, const struct ca_issuer *by, const struct ca_public *k,
    struct ca_cert *out, struct err *e)
{
	struct body b = { .plan = p, .subject = k, .issuer = by->common_name };
	uint8_t issuer_point[P256_POINT];
	int error = check(p, e);

	memset(out, 0, sizeof(*out));
	if (error < 0)
		return error;
	if (!p256_public(by->key, issuer_point))
		return err_set(e, ERR_INTERNAL, "the key of the authority is none");
	b.issuer_point = issuer_point;
	return write_certificate(&b, by->key, out, e);
}

static int
self_signed(const struct ca_cert_plan *p, const uint8_t key[P256_KEY], const struct ca_public *k,
    struct ca_cert *out, struct err *e)
{
	struct body b = { .plan = p, .subject = k, .issuer = p->common_name };
	int error = check(p, e);

	return error < 0 ? error : write_certificate(&b, key, out, e);
}

int
ca_cert_for_key(const struct ca_cert_plan *p, const struct ca_issuer *by, const uint8_t key[P256_KEY],
    struct ca_cert *out, struct err *e)
{
	uint8_t point[P256_POINT], der[PUBLIC_MAX];
	struct ca_public k = { der, 0, point, sizeof(point) };
	struct wr w;
	int error;

	memset(out, 0, sizeof(*out));
	if (!p256_public(key, point))
		return err_set(e, ERR_INTERNAL, "the key of a certificate is none");
	wr_init(&w, der, sizeof(der));
	ca_public_write(&w, point);
	k.n = wr_len(&w);
	error = by == NULL ? self_signed(p, key, &k, out, e) : ca_cert_for_public(p, by, &k, out, e);
	if (error == 0)
		memcpy(out->key, key, P256_KEY);
	return error;
}

int
ca_cert_make(const struct ca_cert_plan *p, const struct ca_issuer *by, struct ca_cert *out, struct err *e)
{
	uint8_t key[P256_KEY];
	int error;

	memset(out, 0, sizeof(*out));
	if (!p256_new(key))
		return err_set(e, ERR_INTERNAL, "no randomness for a key");
	error = ca_cert_for_key(p, by, key, out, e);
	sodium_memzero(key, sizeof(key));
	return error;
}

void
ca_cert_clear(struct ca_cert *c)
{
	free(c->der);
	sodium_memzero(c, sizeof(*c));
}

const char *
ca_fingerprint(const uint8_t *der, size_t n, char buf[CA_FINGERPRINT_TEXT])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	size_t i;

	(void)crypto_hash_sha256(hash, der, n);	/* always 0 */
	for (i = 0; i < sizeof(hash); i++)
		(void)snprintf(buf + 3 * i, CA_FINGERPRINT_TEXT - 3 * i, i + 1 < sizeof(hash) ? "%02X:" : "%02X",
		    hash[i]);	/* 3 * 32 bytes are what buf has */
	return buf;
}
