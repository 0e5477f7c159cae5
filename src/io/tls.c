/* Certificates and keys of a TLS server; see tls.h. The handshake itself is
 * tls_engine.c. */
#include "io/tls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io/tls_cache.h"
#include "io/tls_config.h"

/* --- one site -------------------------------------------------------------------- */

static void
site_free(struct io_tls_site *s)
{
	size_t i;

	sodium_memzero(s->scalar, sizeof(s->scalar));
	for (i = 0; i < s->nchain; i++)
		free(s->chain[i].data);
	for (i = 0; i < s->nnames; i++)
		free(s->names[i]);
	free(s->chain);
	free(s->names);
}

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

static char *
lower(const char *name)
{
	char *s = strdup(name);
	size_t i;

	for (i = 0; s != NULL && s[i] != '\0'; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
	return s;
}

static bool
copy_names(struct io_tls_site *s, const struct io_tls_cert *c)
{
	s->names = calloc(c->nnames + 1, sizeof(*s->names));
	if (s->names == NULL)
		return false;
	for (; s->nnames < c->nnames; s->nnames++) {
		s->names[s->nnames] = lower(c->names[s->nnames]);
		if (s->names[s->nnames] == NULL)
			return false;
	}
	return true;
}

/* A key of another certificate would only show at every client's handshake. */
static bool
key_fits(const struct io_tls_site *s)
{
	unsigned char buf[BR_EC_KBUF_PUB_MAX_SIZE];
	br_x509_decoder_context d;
	const br_x509_pkey *cert;
	br_ec_public_key ours;

	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, s->chain[0].data, s->chain[0].data_len);
	cert = br_x509_decoder_get_pkey(&d);
	if (cert == NULL || cert->key_type != BR_KEYTYPE_EC ||
	    br_ec_compute_pub(&br_ec_all_m31, &ours, buf, &s->key) == 0)
		return false;
	return cert->key.ec.curve == BR_EC_secp256r1 && cert->key.ec.qlen == ours.qlen &&
	    memcmp(cert->key.ec.q, ours.q, ours.qlen) == 0;
}

static bool
site_init(struct io_tls_site *s, const struct io_tls_cert *c)
{
	memcpy(s->scalar, c->key, sizeof(s->scalar));
	s->key.curve = BR_EC_secp256r1;
	s->key.x = s->scalar;
	s->key.xlen = sizeof(s->scalar);
	s->any_name = c->any_name != 0;
	return copy_chain(s, c) && copy_names(s, c) && key_fits(s);
}

/* --- the configuration ---------------------------------------------------------------- */

struct io_tls_config *
io_tls_config_new(const struct io_tls_cert *certs, size_t n)
{
	struct io_tls_config *c;

	if (n == 0 || sodium_init() < 0)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->refs = 1;
	io_tls_config_speaks(c, "http/1.1", NULL);
	c->sites = calloc(n, sizeof(*c->sites));
	c->cache = io_tls_cache_new();
	if (c->sites == NULL || c->cache == NULL) {
		io_tls_config_unref(c);
		return NULL;
	}
	for (c->n = 0; c->n < n; c->n++)
		if (!site_init(&c->sites[c->n], &certs[c->n])) {
			c->n++;		/* its half is freed, too */
			io_tls_config_unref(c);
			return NULL;
		}
	return c;
}

void
io_tls_config_speaks(struct io_tls_config *c, const char *name, const char *or)
{
	c->protocols[0] = name;
	c->protocols[1] = or;
	c->nprotocols = or == NULL ? 1 : 2;
}

/* Counting users does not change what the configuration says. */
struct io_tls_config *
io_tls_config_ref(const struct io_tls_config *c)
{
	struct io_tls_config *m = (struct io_tls_config *)(uintptr_t)c;

	m->refs++;
	return m;
}

void
io_tls_config_unref(struct io_tls_config *c)
{
	size_t i;

	if (c == NULL || --c->refs > 0)
		return;
	for (i = 0; i < c->n; i++)
		site_free(&c->sites[i]);
	io_tls_cache_free(c->cache);
	free(c->sites);
	free(c);
}

/* "*.x" stands for exactly one label (RFC 6125 6.4.3). */
static bool
name_matches(const char *pattern, const char *name)
{
	const char *rest;

	if (strncmp(pattern, "*.", 2) != 0)
		return strcmp(pattern, name) == 0;
	rest = strchr(name, '.');
	return rest != NULL && rest != name && strcmp(pattern + 1, rest) == 0;
}

const struct io_tls_site *
io_tls_site_find(const struct io_tls_config *c, const char *name)
{
	size_t i, k;

	if (name[0] == '\0')
		return &c->sites[0];
	for (i = 0; i < c->n; i++)
		for (k = 0; k < c->sites[i].nnames; k++)
			if (name_matches(c->sites[i].names[k], name))
				return &c->sites[i];
	for (i = 0; i < c->n; i++)
		if (c->sites[i].any_name)
			return &c->sites[i];
	return NULL;
}
