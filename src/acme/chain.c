/* Chains of certificates; see chain.h. */
#include "acme/chain.h"

#include <stdlib.h>
#include <string.h>

#include <bearssl.h>

#include "acme/job_order.h"
#include "base/der.h"
#include "base/err.h"
#include "base/pem.h"
#include "base/rd.h"
#include "base/tlv.h"

struct link {
	uint8_t *der;
	size_t n;
	struct x509 cert;
};

struct links {
	size_t n;
	struct link v[ACME_CHAIN_CERTS];
};

bool
acme_request_key(const void *der, size_t n, struct x509_bytes *key)
{
	struct rd r, outer, info, in;

	rd_init(&r, der, n);
	if (!tlv_read(&r, DER_SEQUENCE, &outer) || !tlv_end(&r) || !tlv_read(&outer, DER_SEQUENCE, &info) ||
	    !tlv_read(&info, DER_INTEGER, &in) || !tlv_read(&info, DER_SEQUENCE, &in))
		return false;
	key->p = info.p;
	if (!tlv_read(&info, DER_SEQUENCE, &in))
		return false;
	key->n = (size_t)(info.p - key->p);
	return true;
}

/* --- signatures --------------------------------------------------------------------------- */

struct digest {
	uint8_t b[64];
	size_t n;
	const uint8_t *oid;		/* for PKCS #1 v1.5 */
};

/* Of what is signed. */
static bool
digest(const struct x509 *of, struct digest *d)
{
	br_sha256_context c256;
	br_sha384_context c384;	/* also of SHA-512 */

	switch (of->hash) {
	case X509_SHA256:
		br_sha256_init(&c256);
		br_sha256_update(&c256, of->tbs.p, of->tbs.n);
		*d = (struct digest){ .n = br_sha256_SIZE, .oid = BR_HASH_OID_SHA256 };
		br_sha256_out(&c256, d->b);
		return true;
	case X509_SHA384:
		br_sha384_init(&c384);
		br_sha384_update(&c384, of->tbs.p, of->tbs.n);
		*d = (struct digest){ .n = br_sha384_SIZE, .oid = BR_HASH_OID_SHA384 };
		br_sha384_out(&c384, d->b);
		return true;
	case X509_SHA512:
		br_sha512_init(&c384);
		br_sha512_update(&c384, of->tbs.p, of->tbs.n);
		*d = (struct digest){ .n = br_sha512_SIZE, .oid = BR_HASH_OID_SHA512 };
		br_sha512_out(&c384, d->b);
		return true;
	default:
		return false;
	}
}

/* The library wants its pointers without const, but only reads. */
static unsigned char *
loose(const uint8_t *p)
{
	return (unsigned char *)(uintptr_t)p;
}

static bool
rsa_signed(const struct x509 *of, const struct x509 *by, const struct digest *d)
{
	struct x509_bytes n, e;
	br_rsa_public_key pk;
	uint8_t got[64];

	if (!x509_rsa_read(by->key_bits, &n, &e) || n.n < 256 || n.n > 512 || (n.p[n.n - 1] & 1) == 0)
		return false;
	pk = (br_rsa_public_key){ loose(n.p), n.n, loose(e.p), e.n };
	return br_rsa_i31_pkcs1_vrfy(of->signature.p, of->signature.n, d->oid, d->n, &pk, got) == 1 &&
	    memcmp(got, d->b, d->n) == 0;
}

static bool
ec_signed(const struct x509 *of, const struct x509 *by, const struct digest *d)
{
	const br_ec_public_key pk = { by->key_kind == X509_P256 ? BR_EC_secp256r1 : BR_EC_secp384r1, loose(by->key_bits.p),
	    by->key_bits.n };

	return br_ecdsa_i31_vrfy_asn1(&br_ec_prime_i31, d->b, d->n, &pk, of->signature.p, of->signature.n) == 1;
}

static bool
is_signed(const struct x509 *of, const struct x509 *by)
{
	struct digest d;

	if (!by->ca || !x509_bytes_eq(of->issuer, by->subject) || !digest(of, &d))
		return false;
	if (of->signed_by == X509_RSA)
		return by->key_kind == X509_RSA && rsa_signed(of, by, &d);
	return (by->key_kind == X509_P256 || by->key_kind == X509_P384) && ec_signed(of, by, &d);
}

/* --- reading ------------------------------------------------------------------------------- */

static void
links_free(struct links *l)
{
	while (l->n > 0)
		free(l->v[--l->n].der);
	free(l);
}

/* How many blocks of PEM there are, of whatever kind. */
static size_t
count_blocks(struct str s)
{
	static const char begin[] = "-----BEGIN ";
	const char *at;
	size_t n = 0;

	while (s.n > 0 && (at = memmem(s.p, s.n, begin, sizeof(begin) - 1)) != NULL) {
		s = (struct str){ at + 1, s.n - (size_t)(at + 1 - s.p) };
		n++;
	}
	return n;
}

static int
links_read(struct str pem, struct links *l, struct err *e)
{
	const size_t blocks = count_blocks(pem);
	struct str rest = pem;
	struct link *k;

	if (blocks > ACME_CHAIN_CERTS)
		return err_set(e, ERR_REMOTE, "the authority sends more than %d certificates", ACME_CHAIN_CERTS);
	while (l->n < blocks) {
		k = &l->v[l->n];
		k->der = pem_read(rest, "CERTIFICATE", &k->n, &rest);
		if (k->der == NULL)
			break;
		l->n++;
		if (!x509_read(k->der, k->n, &k->cert))
			return err_set(e, ERR_REMOTE, "certificate %zu of the authority cannot be read", l->n);
	}
	if (l->n == 0 || l->n < blocks)
		return err_set(e, ERR_REMOTE, "the authority sends something else than certificates");
	return 0;
}

/* --- judging ------------------------------------------------------------------------------- */

static bool
has_name(const struct x509 *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->nnames && !str_ieq(c->names[i], str_of(name)); i++)
		;
	return i < c->nnames;
}

static int
leaf_check(const struct x509 *c, const struct acme_chain_want *want, struct err *e)
{
	size_t i;

	if (!x509_bytes_eq(c->public_key, want->key))
		return err_set(e, ERR_REMOTE, "the authority sends a certificate for another key than ours");
	for (i = 0; i < want->nnames; i++)
		if (!has_name(c, want->names[i]))
			return err_set(e, ERR_REMOTE, "the authority's certificate does not name %s", want->names[i]);
	if (c->nnames != want->nnames || c->naddrs > 0 || c->other_names > 0)
		return err_set(e, ERR_REMOTE, "the authority's certificate names more than was ordered");
	if (c->ca || c->unknown_critical)
		return err_set(e, ERR_REMOTE, "the authority's certificate is not one for servers");
	if (c->not_before > want->now + ACME_CHAIN_SLACK_S)
		return err_set(e, ERR_REMOTE, "the authority's certificate is not valid yet");
	if (c->not_after <= want->now + ACME_CHAIN_SLACK_S || c->not_after <= c->not_before)
		return err_set(e, ERR_REMOTE, "the authority's certificate is over already");
	return 0;
}

static int
links_check(const struct links *l, const struct acme_chain_want *want, struct err *e)
{
	int r = leaf_check(&l->v[0].cert, want, e);
	size_t i;

	for (i = 0; r == 0 && i + 1 < l->n; i++)
		if (!is_signed(&l->v[i].cert, &l->v[i + 1].cert))
			r = err_set(e, ERR_REMOTE, "certificate %zu of the authority is not signed by the next one", i + 1);
	for (i = 1; r == 0 && i < l->n; i++)
		if (l->v[i].cert.not_after <= want->now)
			r = err_set(e, ERR_REMOTE, "certificate %zu of the authority is over already", i + 1);
	return r;
}

/* What we have read is what others will read. */
static int
links_write(const struct links *l, struct acme_chain *out, struct err *e)
{
	size_t i, n = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < l->n; i++)
		if (!pem_add(&out->pem, &n, "CERTIFICATE", l->v[i].der, l->v[i].n)) {
			acme_chain_clear(out);
			return err_set(e, ERR_INTERNAL, "out of memory");
		}
	out->not_before = l->v[0].cert.not_before;
	out->not_after = l->v[0].cert.not_after;
	if (!acme_window_id(&l->v[0].cert, out->id))
		out->id[0] = '\0';
	return 0;
}

int
acme_chain_read(struct str pem, const struct acme_chain_want *want, struct acme_chain *out, struct err *e)
{
	struct links *l = calloc(1, sizeof(*l));
	int r;

	memset(out, 0, sizeof(*out));
	if (l == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	r = pem.n > ACME_CHAIN_MAX ? err_set(e, ERR_REMOTE, "the authority's certificates are too long") : links_read(pem, l, e);
	if (r == 0)
		r = links_check(l, want, e);
	if (r == 0)
		r = links_write(l, out, e);
	links_free(l);
	return r;
}

void
acme_chain_clear(struct acme_chain *c)
{
	free(c->pem);
	memset(c, 0, sizeof(*c));
}
