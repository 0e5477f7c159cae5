/* The server of a TLS connection over BearSSL; see tls_server.h. */
#include "io/tls_server.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bearssl.h>
#include <sodium.h>

#include "io/tls.h"
#include "io/tls_cache.h"
#include "io/tls_config.h"
#include "io/tls_curve.h"
#include "io/tls_ecdsa.h"
#include "io/tls_side.h"

/* Holds the keys of a connection. */
struct server {
	struct io_tls_engine t;		/* first */
	br_ssl_server_context sc;
	const br_ssl_server_policy_class *policy;
	const br_ssl_session_cache_class *cache;
	struct io_tls_config *config;
	const struct io_tls_site *site;		/* chosen in this handshake; NULL while resuming */
	struct io_tls_cache_for resumed;
	unsigned char *buf;			/* BR_SSL_BUFSIZE_BIDI: pages of their own, which an idle one gives back */
};

/* --- names ------------------------------------------------------------------------- */

static void
read_name(struct server *v)
{
	const char *sni = br_ssl_engine_get_server_name(&v->sc.eng);
	size_t i;

	for (i = 0; i + 1 < sizeof(v->t.name) && sni[i] != '\0'; i++)
		v->t.name[i] = (char)tolower((unsigned char)sni[i]);
	v->t.name[i] = '\0';
}

static void
digest_name(const char *name, uint8_t out[IO_TLS_CACHE_NAME])
{
	(void)crypto_generichash(out, IO_TLS_CACHE_NAME, (const unsigned char *)name,
	    strlen(name), NULL, 0);	/* fails only for other sizes */
}

/* --- policy: certificate, suite, signature -------------------------------------------- */

static struct server *
of_policy(const br_ssl_server_policy_class **p)
{
	return (struct server *)(void *)((char *)(uintptr_t)p - offsetof(struct server, policy));
}

/* The first common suite that is for a key of this kind; 0: there is none. Only ECDHE suites are configured. */
static uint16_t
choose_suite(const br_ssl_server_context *sc, bool rsa)
{
	const br_suite_translated *suites;
	size_t i, n;

	suites = br_ssl_server_get_client_suites(sc, &n);
	for (i = 0; i < n; i++)
		if (suites[i][1] >> 12 == (rsa ? BR_SSLKEYX_ECDHE_RSA : BR_SSLKEYX_ECDHE_ECDSA))
			return suites[i][0];
	return 0;
}

/* Without a hash in common there is no choice either. The client names them for RSA in the low byte, for ECDSA above it. */
static int
choose(const br_ssl_server_policy_class **p, const br_ssl_server_context *sc,
    br_ssl_server_choices *out)
{
	struct server *v = of_policy(p);
	uint32_t hashes = br_ssl_server_get_client_hashes(sc);
	bool rsa;

	read_name(v);
	v->site = io_tls_site_find(v->config, v->t.name);
	if (v->site == NULL)
		return 0;
	rsa = v->site->rsa != NULL;
	hashes = rsa ? hashes & 0xff : hashes >> 8;
	out->cipher_suite = choose_suite(sc, rsa);
	if (out->cipher_suite == 0 || (hashes & (1u << br_sha256_ID | 1u << br_sha384_ID)) == 0)
		return 0;
	out->algo_id = 0xff00 + (hashes >> br_sha256_ID & 1 ? br_sha256_ID : br_sha384_ID);
	out->chain = v->site->chain;
	out->chain_len = v->site->nchain;
	return 1;
}

/* For key exchange with the certificate's key, which no suite of ours does. */
static uint32_t
do_keyx(const br_ssl_server_policy_class **p, unsigned char *data, size_t *len)
{
	(void)p;
	(void)data;
	(void)len;
	return 0;
}

static size_t
sign_rsa(const struct server *v, bool sha384, unsigned char *data, const unsigned char *hash, size_t len)
{
	const br_rsa_private_key *k = br_skey_decoder_get_rsa(v->site->rsa);
	const size_t n = (k->n_bitlen + 7) / 8;

	if (len < n || br_rsa_pkcs1_sign_get_default()(sha384 ? BR_HASH_OID_SHA384 : BR_HASH_OID_SHA256, hash,
	    sha384 ? br_sha384_SIZE : br_sha256_SIZE, k, data) != 1)
		return 0;
	return n;
}

static size_t
do_sign(const br_ssl_server_policy_class **p, unsigned algo_id, unsigned char *data,
    size_t hv_len, size_t len)
{
	struct server *v = of_policy(p);
	const bool sha384 = algo_id == 0xff00 + br_sha384_ID;
	unsigned char hash[br_sha384_SIZE];

	if (hv_len > sizeof(hash))
		return 0;
	memcpy(hash, data, hv_len);
	if (v->site->rsa != NULL)
		return sign_rsa(v, sha384, data, hash, len);
	return len < IO_TLS_ECDSA_MAX ? 0 :
	    io_tls_ecdsa_sign(sha384 ? &br_sha384_vtable : &br_sha256_vtable, hash, v->site->ec.x, data);
}

static const br_ssl_server_policy_class policy_class = {
	sizeof(const br_ssl_server_policy_class *), choose, do_keyx, do_sign
};

/* --- resumption --------------------------------------------------------------------------- */

static struct server *
of_cache(const br_ssl_session_cache_class **p)
{
	return (struct server *)(void *)((char *)(uintptr_t)p - offsetof(struct server, cache));
}

/* Seconds of a clock that does not jump when somebody sets the time. */
static uint64_t
now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);	/* fails only for unknown clocks */
	return (uint64_t)ts.tv_sec;
}

static void
cache_save(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    const br_ssl_session_parameters *s)
{
	struct server *v = of_cache(p);
	struct io_tls_cache_for f;

	(void)sc;
	digest_name(v->t.name, f.name);
	memcpy(f.site, v->site->id, sizeof(f.site));	/* a session that is resumed is not saved again */
	io_tls_cache_put(v->config->cache, s, &f, now_s());
}

static int
cache_load(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    br_ssl_session_parameters *s)
{
	struct server *v = of_cache(p);

	(void)sc;
	return io_tls_cache_get(v->config->cache, s, &v->resumed, now_s());
}

static const br_ssl_session_cache_class cache_class = {
	sizeof(const br_ssl_session_cache_class *), cache_save, cache_load
};

/* --- life ------------------------------------------------------------------------------------ */

/* With AES instructions the client's order counts: it knows its own machine.
 * Without them ChaCha20 is four times as fast here, so ours does. */
static void
set_suites(br_ssl_engine_context *e)
{
	static const uint16_t suites[] = {
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	};

	br_ssl_engine_add_flags(e, BR_OPT_FAIL_ON_ALPN_MISMATCH);
	if (!io_tls_side_has_aes(e))
		br_ssl_engine_add_flags(e, BR_OPT_ENFORCE_SERVER_PREFERENCES);
	br_ssl_engine_set_suites(e, suites, sizeof(suites) / sizeof(suites[0]));
}

static void
set_up(struct server *v)
{
	br_ssl_engine_context *e = &v->sc.eng;

	br_ssl_server_zero(&v->sc);
	io_tls_side_init(&v->t, e);
	set_suites(e);
	br_ssl_engine_set_ec(e, &io_tls_curves);
	br_ssl_engine_set_protocol_names(e, v->config->protocols, v->config->nprotocols);
	v->policy = &policy_class;
	br_ssl_server_set_policy(&v->sc, &v->policy);
	v->cache = &cache_class;
	br_ssl_server_set_cache(&v->sc, &v->cache);
	br_ssl_engine_set_buffer(e, v->buf, BR_SSL_BUFSIZE_BIDI, 1);
}

/* A resumed session did not ask choose(): its name must be the one it was made
 * for, and still be served. */
static bool
opens(struct io_tls_engine *t)
{
	struct server *v = (struct server *)t;
	uint8_t name[IO_TLS_CACHE_NAME];

	if (v->site != NULL)
		return true;
	read_name(v);
	digest_name(t->name, name);
	return memcmp(name, v->resumed.name, sizeof(name)) == 0 &&
	    io_tls_site_find(v->config, t->name) != NULL;
}

static void
server_free(struct io_tls_engine *t)
{
	struct server *v = (struct server *)t;

	io_tls_config_unref(v->config);
	io_tls_pages_free(v->buf, BR_SSL_BUFSIZE_BIDI, 0);
	sodium_memzero(v, sizeof(*v));
	free(v);
}

static const struct io_tls_side side = { opens, server_free };

struct io_tls_engine *
io_tls_server_new(const struct io_tls_config *c)
{
	struct server *v = calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->buf = io_tls_pages_new(BR_SSL_BUFSIZE_BIDI);
	if (v->buf == NULL) {
		free(v);
		return NULL;
	}
	v->t.side = &side;
	v->config = io_tls_config_ref(c);
	set_up(v);
	if (io_tls_side_seed(&v->t) && br_ssl_server_reset(&v->sc) != 0)
		return &v->t;
	server_free(&v->t);
	return NULL;
}
