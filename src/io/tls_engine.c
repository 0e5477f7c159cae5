/* One TLS connection over BearSSL; see tls_engine.h. */
#include "io/tls_engine.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>

#include <bearssl.h>
#include <sodium.h>

#include "io/tls.h"
#include "io/tls_cache.h"
#include "io/tls_config.h"
#include "io/tls_curve.h"

enum { SEED = 32 };

/* Holds the keys of a connection. */
struct io_tls_engine {
	br_ssl_server_context sc;
	const br_ssl_server_policy_class *policy;
	const br_ssl_session_cache_class *cache;
	struct io_tls_config *config;
	const struct io_tls_site *site;		/* chosen in this handshake; NULL while resuming */
	char name[IO_TLS_NAME_MAX];
	uint8_t resumed_name[IO_TLS_CACHE_NAME];
	bool open, refused, finishing;
	unsigned char buf[BR_SSL_BUFSIZE_BIDI];
};

/* --- names ------------------------------------------------------------------------- */

static void
read_name(struct io_tls_engine *t)
{
	const char *sni = br_ssl_engine_get_server_name(&t->sc.eng);
	size_t i;

	for (i = 0; i + 1 < sizeof(t->name) && sni[i] != '\0'; i++)
		t->name[i] = (char)tolower((unsigned char)sni[i]);
	t->name[i] = '\0';
}

static void
digest_name(const char *name, uint8_t out[IO_TLS_CACHE_NAME])
{
	(void)crypto_generichash(out, IO_TLS_CACHE_NAME, (const unsigned char *)name,
	    strlen(name), NULL, 0);	/* fails only for other sizes */
}

/* --- policy: certificate, suite, signature -------------------------------------------- */

static struct io_tls_engine *
of_policy(const br_ssl_server_policy_class **p)
{
	return (struct io_tls_engine *)(void *)((char *)(uintptr_t)p - offsetof(struct io_tls_engine, policy));
}

/* Only ECDHE suites with a certificate of ours are configured, so the first
 * common one will do; without a hash in common there is none. */
static int
choose(const br_ssl_server_policy_class **p, const br_ssl_server_context *sc,
    br_ssl_server_choices *out)
{
	struct io_tls_engine *t = of_policy(p);
	uint32_t hashes = br_ssl_server_get_client_hashes(sc) >> 8;
	const br_suite_translated *suites;
	size_t n;

	read_name(t);
	t->site = io_tls_site_find(t->config, t->name);
	suites = br_ssl_server_get_client_suites(sc, &n);
	if (t->site == NULL || n == 0 || (hashes & (1u << br_sha256_ID | 1u << br_sha384_ID)) == 0)
		return 0;
	out->cipher_suite = suites[0][0];
	out->algo_id = 0xff00 + (hashes >> br_sha256_ID & 1 ? br_sha256_ID : br_sha384_ID);
	out->chain = t->site->chain;
	out->chain_len = t->site->nchain;
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
	struct io_tls_engine *t = of_policy(p);
	unsigned char hash[br_sha384_SIZE];

	if (len < 72 || hv_len > sizeof(hash))		/* the longest DER signature on P-256 */
		return 0;
	memcpy(hash, data, hv_len);
	return br_ecdsa_i31_sign_asn1(&br_ec_p256_m31,
	    algo_id == 0xff00 + br_sha384_ID ? &br_sha384_vtable : &br_sha256_vtable,
	    hash, &t->site->key, data);
}

static const br_ssl_server_policy_class policy_class = {
	sizeof(const br_ssl_server_policy_class *), choose, do_keyx, do_sign
};

/* --- resumption --------------------------------------------------------------------------- */

static struct io_tls_engine *
of_cache(const br_ssl_session_cache_class **p)
{
	return (struct io_tls_engine *)(void *)((char *)(uintptr_t)p - offsetof(struct io_tls_engine, cache));
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
	struct io_tls_engine *t = of_cache(p);
	uint8_t name[IO_TLS_CACHE_NAME];

	(void)sc;
	digest_name(t->name, name);
	io_tls_cache_put(t->config->cache, s, name, now_s());
}

static int
cache_load(const br_ssl_session_cache_class **p, br_ssl_server_context *sc,
    br_ssl_session_parameters *s)
{
	struct io_tls_engine *t = of_cache(p);

	(void)sc;
	return io_tls_cache_get(t->config->cache, s, t->resumed_name, now_s());
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
	uint32_t flags = BR_OPT_NO_RENEGOTIATION | BR_OPT_FAIL_ON_ALPN_MISMATCH;

	if (br_aes_x86ni_ctr_get_vtable() == NULL)
		flags |= BR_OPT_ENFORCE_SERVER_PREFERENCES;
	br_ssl_engine_set_all_flags(e, flags);
	br_ssl_engine_set_suites(e, suites, sizeof(suites) / sizeof(suites[0]));
	br_ssl_engine_set_default_aes_gcm(e);
	br_ssl_engine_set_default_chapol(e);
}

static void
set_up(struct io_tls_engine *t)
{
	static const char *protocols[] = { "http/1.1" };
	br_ssl_engine_context *e = &t->sc.eng;

	br_ssl_server_zero(&t->sc);
	br_ssl_engine_set_versions(e, BR_TLS12, BR_TLS12);
	set_suites(e);
	br_ssl_engine_set_ec(e, &io_tls_curves);
	br_ssl_engine_set_hash(e, br_sha256_ID, &br_sha256_vtable);
	br_ssl_engine_set_hash(e, br_sha384_ID, &br_sha384_vtable);
	br_ssl_engine_set_prf_sha256(e, &br_tls12_sha256_prf);
	br_ssl_engine_set_prf_sha384(e, &br_tls12_sha384_prf);
	br_ssl_engine_set_protocol_names(e, protocols, 1);
	t->policy = &policy_class;
	br_ssl_server_set_policy(&t->sc, &t->policy);
	t->cache = &cache_class;
	br_ssl_server_set_cache(&t->sc, &t->cache);
	br_ssl_engine_set_buffer(e, t->buf, sizeof(t->buf), 1);
}

/* BearSSL would trust the processor's generator alone, or look for a device
 * that an empty root does not have. */
static bool
seed(struct io_tls_engine *t)
{
	unsigned char random[SEED];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	br_ssl_engine_inject_entropy(&t->sc.eng, random, sizeof(random));
	sodium_memzero(random, sizeof(random));
	return br_ssl_server_reset(&t->sc) != 0;
}

/* Pages of its own: most of it is buffer that an idle connection never touches,
 * and afterwards the kernel gets back what a visitor has used, text and all. */
struct io_tls_engine *
io_tls_engine_new(const struct io_tls_config *c)
{
	struct io_tls_engine *t = mmap(NULL, sizeof(*t), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (t == MAP_FAILED)
		return NULL;
	t->config = io_tls_config_ref(c);
	set_up(t);
	if (seed(t))
		return t;
	io_tls_engine_free(t);
	return NULL;
}

void
io_tls_engine_free(struct io_tls_engine *t)
{
	if (t == NULL)
		return;
	io_tls_config_unref(t->config);
	sodium_memzero(t, offsetof(struct io_tls_engine, buf));
	(void)munmap(t, sizeof(*t));	/* fails only for other addresses */
}

/* --- turning ------------------------------------------------------------------------------------ */

/* The first moment at which plain text can flow. A resumed session did not ask
 * choose(): its name must be the one it was made for, and still be served. */
static void
notice_open(struct io_tls_engine *t)
{
	uint8_t name[IO_TLS_CACHE_NAME];

	if (t->open || t->refused ||
	    (br_ssl_engine_current_state(&t->sc.eng) & (BR_SSL_SENDAPP | BR_SSL_RECVAPP)) == 0)
		return;
	if (t->site == NULL) {
		read_name(t);
		digest_name(t->name, name);
		if (memcmp(name, t->resumed_name, sizeof(name)) != 0 ||
		    io_tls_site_find(t->config, t->name) == NULL) {
			t->refused = true;
			return;
		}
	}
	t->open = true;
}

size_t
io_tls_record_room(struct io_tls_engine *t, uint8_t **p)
{
	size_t n = 0;

	*p = t->refused ? NULL : br_ssl_engine_recvrec_buf(&t->sc.eng, &n);
	return *p == NULL ? 0 : n;
}

void
io_tls_record_came(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_recvrec_ack(&t->sc.eng, n);
	notice_open(t);
}

size_t
io_tls_record_out(struct io_tls_engine *t, const uint8_t **p)
{
	size_t n = 0;

	*p = t->refused ? NULL : br_ssl_engine_sendrec_buf(&t->sc.eng, &n);
	return *p == NULL ? 0 : n;
}

void
io_tls_record_sent(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_sendrec_ack(&t->sc.eng, n);
	notice_open(t);
}

size_t
io_tls_text_in(struct io_tls_engine *t, const uint8_t **p)
{
	size_t n = 0;

	*p = t->open ? br_ssl_engine_recvapp_buf(&t->sc.eng, &n) : NULL;
	return *p == NULL ? 0 : n;
}

void
io_tls_text_taken(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_recvapp_ack(&t->sc.eng, n);
}

size_t
io_tls_text_room(struct io_tls_engine *t, uint8_t **p)
{
	size_t n = 0;

	*p = t->open ? br_ssl_engine_sendapp_buf(&t->sc.eng, &n) : NULL;
	return *p == NULL ? 0 : n;
}

void
io_tls_text_put(struct io_tls_engine *t, size_t n)
{
	br_ssl_engine_sendapp_ack(&t->sc.eng, n);
}

void
io_tls_flush(struct io_tls_engine *t)
{
	br_ssl_engine_flush(&t->sc.eng, 0);
}

void
io_tls_finish(struct io_tls_engine *t)
{
	if (t->finishing)	/* a second close would start its dialogue anew */
		return;
	t->finishing = true;
	br_ssl_engine_close(&t->sc.eng);
}

bool
io_tls_is_open(struct io_tls_engine *t)
{
	return t->open;
}

bool
io_tls_is_over(const struct io_tls_engine *t)
{
	return t->refused || br_ssl_engine_current_state(&t->sc.eng) == BR_SSL_CLOSED;
}

int
io_tls_error(const struct io_tls_engine *t)
{
	if (t->refused)
		return -EACCES;
	return br_ssl_engine_last_error(&t->sc.eng) == BR_ERR_OK ? 0 : -EPROTO;
}

const char *
io_tls_server_name(const struct io_tls_engine *t)
{
	return t->name[0] == '\0' ? NULL : t->name;
}
