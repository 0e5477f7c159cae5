/* What tls.c and tls_site.c build and tls_server.c serves from; plain data of these. */
#ifndef IO_TLS_CONFIG_H
#define IO_TLS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl.h>

struct io_tls_cache;
struct io_tls_cert;

enum { IO_TLS_NAME_MAX = 256, IO_TLS_PROTOCOLS_MAX = 2, IO_TLS_SITE_ID = 16 };

/* A certificate and its key, counted: configurations share what has not changed. Holds a private key: wiped by tls_site.c
 * on every way out. */
struct io_tls_site {
	unsigned refs;
	uint8_t id[IO_TLS_SITE_ID];	/* a digest of chain and key */
	bool is_public;
	br_x509_certificate *chain;
	size_t nchain;
	uint8_t *secret;		/* the key as it was given */
	size_t nsecret;
	br_ec_private_key ec;		/* points to secret; unless there is */
	br_skey_decoder_context *rsa;
};

/* Nobody has it yet; NULL when the key does not fit or memory is out. */
struct io_tls_site *io_tls_site_new(const struct io_tls_cert *c);
void io_tls_site_unref(struct io_tls_site *s);
void io_tls_site_digest(const struct io_tls_cert *c, uint8_t id[IO_TLS_SITE_ID]);

/* For whom a certificate answers. */
struct io_tls_name {
	char *name;			/* lower case */
	const struct io_tls_site *site;
	size_t rank;			/* its place among the certificates */
};

struct io_tls_config {
	unsigned refs;
	size_t n;
	struct io_tls_site **sites;
	const struct io_tls_site *any;	/* for every other name; NULL: nobody */
	struct io_tls_name *names;	/* sorted */
	size_t nnames;
	bool has_public;		/* most have none, and every request asks for its own */
	struct io_tls_cache *cache;
	const char *protocols[IO_TLS_PROTOCOLS_MAX];	/* ALPN, best first */
	size_t nprotocols;
};

/* The site that answers for an SNI name in lower case ("" = the client sent none); NULL: nobody does. */
const struct io_tls_site *io_tls_site_find(const struct io_tls_config *c, const char *name);

#endif /* IO_TLS_CONFIG_H */
