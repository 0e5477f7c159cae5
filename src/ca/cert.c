/* Making certificates; see cert.h. */
#include "ca/cert.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/str.h"
#include "base/wr.h"
#include "ca/der.h"

enum { SERIAL = 16, KEY_ID = 20, HOUR_S = 3600, DAY_S = 86400 };

static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t oid_ecdsa_sha256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
static const uint8_t oid_key_id[] = { 0x55, 0x1d, 0x0e };
static const uint8_t oid_key_usage[] = { 0x55, 0x1d, 0x0f };
static const uint8_t oid_alt_names[] = { 0x55, 0x1d, 0x11 };
static const uint8_t oid_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_ext_usage[] = { 0x55, 0x1d, 0x25 };
static const uint8_t oid_server_auth[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };

/* --- parts ---------------------------------------------------------------------- */

static void
put_algorithm(struct wr *w)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_ecdsa_sha256, sizeof(oid_ecdsa_sha256));
	der_end(w, seq);
}

static void
put_name(struct wr *w, const char *common_name)
{
	size_t rdns = der_begin(w, DER_SEQUENCE);
	size_t set = der_begin(w, DER_SET);
	size_t pair = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid_common_name, sizeof(oid_common_name));
	der_text(w, DER_UTF8, common_name);
	der_end(w, pair);
	der_end(w, set);
	der_end(w, rdns);
}

static void
put_validity(struct wr *w, const struct ca_cert_plan *p)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_time(w, p->now_s - HOUR_S);
	der_time(w, p->now_s + (int64_t)p->days * DAY_S);
	der_end(w, seq);
}

static void
put_public_key(struct wr *w, const uint8_t point[CA_POINT])
{
	size_t seq = der_begin(w, DER_SEQUENCE);
	size_t kind = der_begin(w, DER_SEQUENCE), bits;

	der_oid(w, oid_ec_key, sizeof(oid_ec_key));
	der_oid(w, oid_p256, sizeof(oid_p256));
	der_end(w, kind);
	bits = der_bits_begin(w);
	wr_bytes(w, point, CA_POINT);
	der_end(w, bits);
	der_end(w, seq);
}

/* --- extensions -------------------------------------------------------------------- */

/* One extension whose value is content, which is DER itself. */
static void
put_extension(struct wr *w, const uint8_t oid[3], bool critical, const void *content, size_t n)
{
	size_t seq = der_begin(w, DER_SEQUENCE);

	der_oid(w, oid, 3);
	if (critical)
		der_true(w);
	der_value(w, DER_OCTET_STRING, content, n);
	der_end(w, seq);
}

static void
put_alt_names(struct wr *w, const struct ca_cert_plan *p)
{
	size_t seq = der_begin(w, DER_SEQUENCE), octets, list, i;

	der_oid(w, oid_alt_names, sizeof(oid_alt_names));
	octets = der_begin(w, DER_OCTET_STRING);
	list = der_begin(w, DER_SEQUENCE);
	for (i = 0; i < p->nnames; i++)
		der_text(w, DER_CONTEXT + 2, p->names[i]);
	for (i = 0; i < p->naddrs; i++)
		der_value(w, DER_CONTEXT + 7, p->addrs[i].b, p->addrs[i].len);
	der_end(w, list);
	der_end(w, octets);
	der_end(w, seq);
}

static void
put_ext_usage(struct wr *w)
{
	uint8_t buf[2 + 2 + sizeof(oid_server_auth)];
	struct wr u;
	size_t seq;

	wr_init(&u, buf, sizeof(buf));
	seq = der_begin(&u, DER_SEQUENCE);
	der_oid(&u, oid_server_auth, sizeof(oid_server_auth));
	der_end(&u, seq);
	put_extension(w, oid_ext_usage, false, buf, wr_len(&u));
}

/* Key identifier by RFC 7093 2 (1): the first 160 bits of SHA-256. */
static void
put_key_id(struct wr *w, const uint8_t point[CA_POINT])
{
	uint8_t id[2 + CA_SHA256];

	id[0] = DER_OCTET_STRING;
	id[1] = KEY_ID;
	ca_sha256(point, CA_POINT, id + 2);
	put_extension(w, oid_key_id, false, id, 2 + KEY_ID);
}

static void
put_extensions(struct wr *w, const struct ca_cert_plan *p, const uint8_t point[CA_POINT])
{
	static const uint8_t not_ca[] = { DER_SEQUENCE, 0 };
	static const uint8_t digital_signature[] = { DER_BIT_STRING, 2, 7, 0x80 };
	size_t outer = der_begin(w, DER_EXPLICIT + 3);
	size_t list = der_begin(w, DER_SEQUENCE);

	put_extension(w, oid_constraints, true, not_ca, sizeof(not_ca));
	put_extension(w, oid_key_usage, true, digital_signature, sizeof(digital_signature));
	put_ext_usage(w);
	put_key_id(w, point);
	if (p->nnames + p->naddrs > 0)
		put_alt_names(w, p);
	der_end(w, list);
	der_end(w, outer);
}

/* --- the certificate ------------------------------------------------------------------ */

/* TBSCertificate (RFC 5280 4.1). */
static void
put_body(struct wr *w, const struct ca_cert_plan *p, const uint8_t point[CA_POINT])
{
	static const uint8_t v3[] = { 2 };
	uint8_t serial[SERIAL];
	size_t seq = der_begin(w, DER_SEQUENCE), version;

	randombytes_buf(serial, sizeof(serial));
	version = der_begin(w, DER_EXPLICIT + 0);
	der_unsigned(w, v3, sizeof(v3));
	der_end(w, version);
	der_unsigned(w, serial, sizeof(serial));
	put_algorithm(w);
	put_name(w, p->common_name);
	put_validity(w, p);
	put_name(w, p->common_name);
	put_public_key(w, point);
	put_extensions(w, p, point);
	der_end(w, seq);
}

static bool
put_certificate(struct wr *w, const struct ca_cert_plan *p, const uint8_t key[CA_KEY])
{
	uint8_t point[CA_POINT], sig[CA_SIGNATURE_MAX];
	size_t seq, body, bits, n;

	if (!ca_key_public(key, point))
		return false;
	seq = der_begin(w, DER_SEQUENCE);
	body = wr_len(w);
	put_body(w, p, point);
	if (!wr_ok(w))
		return false;
	n = ca_key_sign(key, w->start + body, wr_len(w) - body, sig);
	put_algorithm(w);
	bits = der_bits_begin(w);
	wr_bytes(w, sig, n);
	der_end(w, bits);
	der_end(w, seq);
	return n > 0 && wr_ok(w);
}

/* --- what may stand in it --------------------------------------------------------------- */

/* Letters, digits, hyphens, underscores; "*" as the whole first label (RFC 6125 6.4.3). */
static bool
is_dns_name(struct str s)
{
	struct str label;
	bool first = true;
	size_t i;

	if (s.n == 0 || s.n > 253 || s.p[s.n - 1] == '.')
		return false;
	for (; str_cut(&s, '.', &label); first = false) {
		if (first && str_eqz(label, "*") && s.n > 0)
			continue;
		if (label.n == 0 || label.n > 63)
			return false;
		for (i = 0; i < label.n; i++)
			if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", label.p[i]) == NULL)
				return false;
	}
	return true;
}

static int
check(const struct ca_cert_plan *p, struct err *e)
{
	struct str cn = str_of(p->common_name);
	size_t i;

	if (cn.n == 0 || cn.n > 64 || !str_utf8(cn) || !str_printable(cn))
		return err_set(e, ERR_VALIDATION, "a certificate needs a common name of 1 to 64 bytes");
	if (p->nnames + p->naddrs > CA_CERT_NAMES_MAX)
		return err_set(e, ERR_VALIDATION, "a certificate takes at most %d names", CA_CERT_NAMES_MAX);
	if (p->days < 1)
		return err_set(e, ERR_VALIDATION, "a certificate must be valid for a day at least");
	for (i = 0; i < p->nnames; i++)
		if (!is_dns_name(str_of(p->names[i])))
			return err_set(e, ERR_VALIDATION, "%s is not a DNS name", p->names[i]);
	for (i = 0; i < p->naddrs; i++)
		if (p->addrs[i].len != 4 && p->addrs[i].len != 16)
			return err_set(e, ERR_VALIDATION, "an empty address cannot be certified");
	return 0;
}

int
ca_cert_self_signed(const struct ca_cert_plan *p, struct ca_cert *out, struct err *e)
{
	struct wr w;
	int error = check(p, e);

	memset(out, 0, sizeof(*out));
	if (error < 0)
		return error;
	out->der = malloc(CA_CERT_DER_MAX);
	if (out->der == NULL || !ca_key_new(out->key)) {
		ca_cert_clear(out);
		return err_set(e, ERR_INTERNAL, "no memory or no randomness for a key");
	}
	wr_init(&w, out->der, CA_CERT_DER_MAX);
	if (!put_certificate(&w, p, out->key)) {
		ca_cert_clear(out);
		return err_set(e, ERR_VALIDATION, "a certificate with these names and times cannot be written");
	}
	out->n = wr_len(&w);
	return 0;
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
	uint8_t hash[CA_SHA256];
	size_t i;

	ca_sha256(der, n, hash);
	for (i = 0; i < sizeof(hash); i++)
		(void)snprintf(buf + 3 * i, CA_FINGERPRINT_TEXT - 3 * i, i + 1 < sizeof(hash) ? "%02X:" : "%02X",
		    hash[i]);	/* 3 * 32 bytes are what buf has */
	return buf;
}
