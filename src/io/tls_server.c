/* The server of a TLS connection over BearSSL; see tls_server.h. */
#include "io/tls_server.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <bearssl.h>
#include <sodium.h>

#include "io/tls.h"
#include "io/tls_cache.h"
#include "io/tls_config.h"
#include "io/tls_curve.h"
#include "io/tls_side.h"

/* Holds the keys of a connection. */
struct server {
	struct io_tls_engine t;		/* first */
	br_ssl_server_context sc;
	const br_ssl_server_policy_class *policy;
	const br_ssl_session_cache_class *cache;
	struct io_tls_config *config;
	const struct io_tls_site *site;		/* chosen in this handshake; NULL while resuming */
	uint8_t resumed_name[IO_TLS_CACHE_NAME];
	unsigned char buf[BR_SSL_BUFSIZE_BIDI];
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

/* Only ECDHE suites with a certificate of ours are configured, so the first
 * common one will do; without a hash in common there is none. */
static int
choose(const br_ssl_server_policy_class **p, const br_ssl_server_context *sc,
    br_ssl_server_choices *out)
{
	struct server *v = of_policy(p);
	uint32_t hashes = br_ssl_server_get_client_hashes(sc) >> 8;
	const br_suite_translated *suites;
	size_t n;

	read_name(v);
	v->site = io_tls_site_find(v->config, v->t.name);
	suites = br_ssl_server_get_client_suites(sc, &n);
	if (v->site == NULL || n == 0 || (hashes & (1u << br_sha256_ID | 1u << br_sha384_ID)) == 0)
		return 0;
	out->cipher_suite = suites[0][0];
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
do_sign(const br_ssl_server_policy_class **p, unsigned algo_id, unsigned char *data,
    size_t hv_len, size_t len)
{
	struct server *v = of_policy(p);
	unsigned char hash[br_sha384_SIZE];

	if (len < 72 || hv_len > sizeof(hash))		/* the longest DER signature on P-256 */
		return 0;
	memcpy(hash, data, hv_len);
	return br_ecdsa_i31_sign_asn1(&br_ec_p256_m31,
	    algo_id == 0xff00 + br_sha384_ID ? &br_sha384_vtable : &br_sha256_vtable,
	    hash, &v->site->key, data);
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
	uint8_t name[IO_TLS_CACHE_NAME];

	(void)sc;
	digest_name(v->t.name, name);
	io_tls_cache_put(v->config->cache, s, name, now_s());
}

static int
cache_load(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    br_ssl_session_parameters *s)
{
	struct server *v = of_cache(p);

	(void)sc;
	return io_tls_cache_get(v->config->cache, s, v->resumed_name, now_s());
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
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
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
	br_ssl_engine_set_buffer(e, v->buf, sizeof(v->buf), 1);
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
	return memcmp(name, v->resumed_name, sizeof(name)) == 0 &&
	    io_tls_site_find(v->config, t->name) != NULL;
}

static void
server_free(struct io_tls_engine *t)
{
	struct server *v = (struct server *)t;

	io_tls_config_unref(v->config);
	io_tls_pages_free(v, sizeof(*v), offsetof(struct server, buf));
}

static const struct io_tls_side side = { opens, server_free };

struct io_tls_engine *
io_tls_server_new(const struct io_tls_config *c)
{
	struct server *v = io_tls_pages_new(sizeof(*v));

	if (v == NULL)
		return NULL;
	v->t.side = &side;
	v->config = io_tls_config_ref(c);
	set_up(v);
	if (io_tls_side_seed(&v->t) && br_ssl_server_reset(&v->sc) != 0)
		return &v->t;
	server_free(&v->t);
	return NULL;
}
