/* The client of a TLS connection over BearSSL; see tls_client.h. */
#include "io/tls_client.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>
#include <sodium.h>

#include "base/addr.h"
#include "io/tls_anchors.h"
#include "io/tls_curve.h"
#include "io/tls_engine.h"
#include "io/tls_side.h"
#include "io/tls_trust.h"
#include "io/tls_unchecked.h"
#include "sys/clk.h"

enum {
	DAY_S = 86400,
	EPOCH_DAYS = 719528,	/* from the year 0 to 1970, as BearSSL counts */
	RSA_MIN = 256		/* octets of a modulus */
};

/* Holds the secret of a session. */
struct session {
	char name[IO_TLS_NAME_MAX];	/* "": free */
	uint64_t born_ms;
	br_ssl_session_parameters p;
};

struct io_tls_client {
	unsigned refs;
	struct io_tls_anchors *anchors;	/* NULL: every certificate is believed */
	const struct clk *clk;
	struct session sessions[IO_TLS_SESSIONS];
};

/* Holds the keys of a connection. */
struct connection {
	struct io_tls_engine t;		/* first */
	br_ssl_client_context cc;
	union {
		br_x509_minimal_context xc;
		struct io_tls_unchecked un;
	};
	struct io_tls_client *client;
	unsigned char buf[BR_SSL_BUFSIZE_BIDI];
};

/* --- sessions ----------------------------------------------------------------------- */

struct io_tls_client *
io_tls_client_new_unchecked(const struct clk *clk)
{
	struct io_tls_client *c = sodium_init() < 0 ? NULL : calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->refs = 1;
	c->clk = clk;
	return c;
}

struct io_tls_client *
io_tls_client_new(struct io_tls_anchors *a, const struct clk *clk)
{
	struct io_tls_client *c = a == NULL ? NULL : io_tls_client_new_unchecked(clk);

	if (c != NULL)
		c->anchors = a;
	return c;
}

struct io_tls_client *
io_tls_client_ref(struct io_tls_client *c)
{
	c->refs++;
	return c;
}

void
io_tls_client_unref(struct io_tls_client *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	sodium_memzero(c->sessions, sizeof(c->sessions));
	io_tls_anchors_free(c->anchors);
	free(c);
}

static struct session *
session_find(struct io_tls_client *c, const char *name)
{
	size_t i;

	for (i = 0; i < IO_TLS_SESSIONS; i++)
		if (strcmp(c->sessions[i].name, name) == 0)
			return &c->sessions[i];
	return NULL;
}

/* A free place, or the oldest. */
static struct session *
session_place(struct io_tls_client *c)
{
	struct session *s = &c->sessions[0];
	size_t i;

	for (i = 0; i < IO_TLS_SESSIONS && s->name[0] != '\0'; i++)
		if (c->sessions[i].name[0] == '\0' || c->sessions[i].born_ms < s->born_ms)
			s = &c->sessions[i];
	return s;
}

/* A resumed session keeps the age of its certificate check. */
static void
session_save(struct io_tls_client *c, const char *name, const br_ssl_session_parameters *p)
{
	struct session *s = session_find(c, name);
	bool same = s != NULL && s->p.session_id_len == p->session_id_len &&
	    memcmp(s->p.session_id, p->session_id, p->session_id_len) == 0;

	if (p->session_id_len == 0 || same)
		return;
	if (s == NULL)
		s = session_place(c);
	memcpy(s->name, name, strlen(name) + 1);
	s->born_ms = c->clk->mono_ms(c->clk);
	s->p = *p;
}

static bool
session_load(struct connection *n)
{
	const struct session *s = session_find(n->client, n->t.name);
	struct io_tls_client *c = n->client;

	if (s == NULL || c->clk->mono_ms(c->clk) - s->born_ms >= IO_TLS_SESSION_AGE_MS)
		return false;
	br_ssl_engine_set_session_parameters(&n->cc.eng, &s->p);
	return true;
}

static void
session_drop(struct io_tls_client *c, const char *name)
{
	struct session *s = session_find(c, name);

	if (s != NULL)
		sodium_memzero(s, sizeof(*s));
}

/* --- one connection --------------------------------------------------------------------- */

static bool
opens(struct io_tls_engine *t)
{
	struct connection *n = (struct connection *)t;
	br_ssl_session_parameters p;

	br_ssl_engine_get_session_parameters(&n->cc.eng, &p);
	session_save(n->client, t->name, &p);
	sodium_memzero(&p, sizeof(p));
	return true;
}

/* What did not come to be open may have stumbled over the session it offered. */
static void
connection_free(struct io_tls_engine *t)
{
	struct connection *n = (struct connection *)t;

	if (!t->open)
		session_drop(n->client, t->name);
	io_tls_client_unref(n->client);
	io_tls_pages_free(n, sizeof(*n), offsetof(struct connection, buf));
}

static const struct io_tls_side side = { opens, connection_free };

/* ChaCha20 first where there are no AES instructions. */
static void
set_suites(br_ssl_engine_context *e)
{
	static const uint16_t suites[] = {
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	};

	br_ssl_engine_set_suites(e, suites + (io_tls_side_has_aes(e) ? 2 : 0), 6);
}

/* Paths use P-384, RSA of any usual size and SHA-512, too. */
static void
set_validation(struct connection *n)
{
	br_ssl_engine_context *e = &n->cc.eng;
	int64_t now = n->client->clk->wall_s(n->client->clk);

	if (n->client->anchors == NULL) {
		br_ssl_engine_set_x509(e, io_tls_unchecked_init(&n->un));
		return;
	}
	br_x509_minimal_init(&n->xc, &br_sha256_vtable, n->client->anchors->v, n->client->anchors->n);
	br_x509_minimal_set_hash(&n->xc, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_hash(&n->xc, br_sha384_ID, &br_sha384_vtable);
	br_x509_minimal_set_hash(&n->xc, br_sha512_ID, &br_sha512_vtable);
	br_x509_minimal_set_rsa(&n->xc, br_ssl_engine_get_rsavrfy(e));
	br_x509_minimal_set_ecdsa(&n->xc, &br_ec_all_m31, &br_ecdsa_i31_vrfy_asn1);
	br_x509_minimal_set_minrsa(&n->xc, RSA_MIN);
	if (now < 0)
		now = 0;
	br_x509_minimal_set_time(&n->xc, (uint32_t)(now / DAY_S) + EPOCH_DAYS, (uint32_t)(now % DAY_S));
	br_ssl_engine_set_x509(e, &n->xc.vtable);
}

static void
set_up(struct connection *n)
{
	br_ssl_engine_context *e = &n->cc.eng;

	br_ssl_client_zero(&n->cc);
	io_tls_side_init(&n->t, e);
	set_suites(e);
	br_ssl_engine_set_ec(e, &io_tls_client_curves);
	br_ssl_engine_set_hash(e, br_sha512_ID, &br_sha512_vtable);
	br_ssl_engine_set_default_rsavrfy(e);
	br_ssl_engine_set_ecdsa(e, &br_ecdsa_i31_vrfy_asn1);
	set_validation(n);
	br_ssl_engine_set_buffer(e, n->buf, sizeof(n->buf), 1);
}

bool
io_tls_name_ok(const char *name)
{
	size_t i;
	bool dot = false;

	for (i = 0; name[i] != '\0'; i++) {
		if (name[i] == '.' && (i == 0 || name[i - 1] == '.'))
			return false;
		if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '.')
			return false;
		dot |= name[i] == '.';
	}
	return dot && name[i - 1] != '.' && i <= 253;
}

/* Literal addresses are not sent (RFC 6066 3). */
static const char *
sent_name(const struct connection *n)
{
	struct addr a;

	return io_tls_name_ok(n->t.name) && !addr_read(str_of(n->t.name), &a) ? n->t.name : NULL;
}

struct io_tls_engine *
io_tls_client_engine(struct io_tls_client *c, const char *name)
{
	const bool ok = c->anchors != NULL ? io_tls_name_ok(name) : name[0] != '\0' && strlen(name) < IO_TLS_NAME_MAX;
	struct connection *n;
	size_t i;

	if (!ok || (n = io_tls_pages_new(sizeof(*n))) == NULL)
		return NULL;
	for (i = 0; name[i] != '\0'; i++)
		n->t.name[i] = (char)tolower((unsigned char)name[i]);
	n->t.side = &side;
	n->client = io_tls_client_ref(c);
	set_up(n);
	if (io_tls_side_seed(&n->t) && br_ssl_client_reset(&n->cc, sent_name(n), session_load(n)) != 0)
		return &n->t;
	connection_free(&n->t);
	return NULL;
}

const char *
io_tls_error_text(int error)
{
	switch (error) {
	case -EKEYEXPIRED:
		return "its certificate is not valid at this time";
	case -EKEYREJECTED:
		return "its certificate is for another name";
	case -ENOKEY:
		return "its certificate leads to no trusted authority";
	case -EPROTO:
		return "it does not speak TLS 1.2 as it should";
	default:
		return strerror(-error);
	}
}
