/* One certificate of a TLS server with its key, P-256 or RSA; see tls.h and tls_config.h. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io/tls.h"
#include "io/tls_config.h"

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 4096 };

/* --- keys -------------------------------------------------------------------------- */

static bool
read_rsa(struct io_tls_site *s)
{
	const br_rsa_private_key *k;

	s->rsa = calloc(1, sizeof(*s->rsa));
	if (s->rsa == NULL)
		return false;
	br_skey_decoder_init(s->rsa);
	br_skey_decoder_push(s->rsa, s->secret, s->nsecret);
	k = br_skey_decoder_get_rsa(s->rsa);
	return k != NULL && k->n_bitlen >= RSA_BITS_MIN && k->n_bitlen <= RSA_BITS_MAX;
}

static bool
copy_key(struct io_tls_site *s, const struct io_tls_cert *c)
{
	if (c->key_len < IO_TLS_SCALAR || c->key_len > IO_TLS_KEY_MAX)
		return false;
	s->secret = malloc(c->key_len);
	if (s->secret == NULL)
		return false;
	memcpy(s->secret, c->key, c->key_len);
	s->nsecret = c->key_len;
	if (s->nsecret > IO_TLS_SCALAR)
		return read_rsa(s);
	s->ec = (br_ec_private_key){ BR_EC_secp256r1, s->secret, s->nsecret };
	return true;
}

static bool
ec_fits(const br_ec_private_key *k, const br_x509_pkey *cert)
{
	unsigned char buf[BR_EC_KBUF_PUB_MAX_SIZE];
	br_ec_public_key ours;

	return cert->key_type == BR_KEYTYPE_EC && cert->key.ec.curve == BR_EC_secp256r1 &&
	    br_ec_compute_pub(&br_ec_all_m31, &ours, buf, k) != 0 &&
	    cert->key.ec.qlen == ours.qlen && memcmp(cert->key.ec.q, ours.q, ours.qlen) == 0;
}

/* What the key signs, the certificate must confirm. */
static bool
rsa_fits(const br_rsa_private_key *k, const br_x509_pkey *cert)
{
	static const unsigned char hash[br_sha256_SIZE] = { 1 };
	const size_t n = (k->n_bitlen + 7) / 8;
	unsigned char sig[RSA_BITS_MAX / 8], got[br_sha256_SIZE];

	return cert->key_type == BR_KEYTYPE_RSA &&
	    br_rsa_pkcs1_sign_get_default()(BR_HASH_OID_SHA256, hash, sizeof(hash), k, sig) == 1 &&
	    br_rsa_pkcs1_vrfy_get_default()(sig, n, BR_HASH_OID_SHA256, sizeof(got), &cert->key.rsa, got) == 1 &&
	    memcmp(hash, got, sizeof(got)) == 0;
}

/* A key of another certificate would only show at every client's handshake. */
static bool
key_fits(const struct io_tls_site *s)
{
	br_x509_decoder_context d;
	const br_x509_pkey *cert;

	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, s->chain[0].data, s->chain[0].data_len);
	cert = br_x509_decoder_get_pkey(&d);
	if (cert == NULL)
		return false;
	return s->rsa == NULL ? ec_fits(&s->ec, cert) : rsa_fits(br_skey_decoder_get_rsa(s->rsa), cert);
}

/* --- life ----------------------------------------------------------------------------- */

static bool
copy_chain(struct io_tls_site *s, const struct io_tls_cert *c)
{
	unsigned char *der;

	s->chain = calloc(c->nchain, sizeof(*s->chain));
	if (s->chain == NULL || c->nchain == 0)
		return false;
	for (; s->nchain < c->nchain; s->nchain++) {
		der = malloc(c->chain_len[s->nchain]);
		if (der == NULL)
			return false;
		memcpy(der, c->chain[s->nchain], c->chain_len[s->nchain]);
		s->chain[s->nchain].data = der;
		s->chain[s->nchain].data_len = c->chain_len[s->nchain];
	}
	return true;
}

/* Each part with its length before it, so that no two of them can be cut differently. Updates fail only for foreign states. */
void
io_tls_site_digest(const struct io_tls_cert *c, uint8_t id[IO_TLS_SITE_ID])
{
	crypto_generichash_state h;
	size_t i;

	(void)crypto_generichash_init(&h, NULL, 0, IO_TLS_SITE_ID);
	for (i = 0; i < c->nchain; i++) {
		(void)crypto_generichash_update(&h, (const uint8_t *)&c->chain_len[i], sizeof(c->chain_len[i]));
		(void)crypto_generichash_update(&h, c->chain[i], c->chain_len[i]);
	}
	(void)crypto_generichash_update(&h, c->key, c->key_len);
	(void)crypto_generichash_final(&h, id, IO_TLS_SITE_ID);
	sodium_memzero(&h, sizeof(h));
}

struct io_tls_site *
io_tls_site_new(const struct io_tls_cert *c)
{
	struct io_tls_site *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	io_tls_site_digest(c, s->id);
	if (copy_chain(s, c) && copy_key(s, c) && key_fits(s))
		return s;
	s->refs = 1;
	io_tls_site_unref(s);
	return NULL;
}

void
io_tls_site_unref(struct io_tls_site *s)
{
	size_t i;

	if (s == NULL || --s->refs > 0)
		return;
	if (s->secret != NULL)
		sodium_memzero(s->secret, s->nsecret);
	if (s->rsa != NULL)
		sodium_memzero(s->rsa, sizeof(*s->rsa));
	for (i = 0; i < s->nchain; i++)
		free(s->chain[i].data);
	free(s->chain);
	free(s->secret);
	free(s->rsa);
	free(s);
}

bool
io_tls_cert_fits(const struct io_tls_cert *c)
{
	struct io_tls_site *s = io_tls_site_new(c);
	const bool fits = s != NULL;

	if (s != NULL)
		s->refs = 1;
	io_tls_site_unref(s);
	return fits;
}
