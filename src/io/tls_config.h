/* What tls.c builds and tls_engine.c serves from; plain data of these two. */
#ifndef IO_TLS_CONFIG_H
#define IO_TLS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl.h>

struct io_tls_cache;

enum { IO_TLS_KEY = 32, IO_TLS_NAME_MAX = 256, IO_TLS_PROTOCOLS_MAX = 2 };

/* Holds a private key: wiped by tls.c on every way out. */
struct io_tls_site {
	br_x509_certificate *chain;
	size_t nchain;
	uint8_t scalar[IO_TLS_KEY];
	br_ec_private_key key;		/* points to scalar */
	char **names;			/* lower case */
	size_t nnames;
	bool any_name;
};

struct io_tls_config {
	unsigned refs;
	size_t n;
	struct io_tls_site *sites;
	struct io_tls_cache *cache;
	const char *protocols[IO_TLS_PROTOCOLS_MAX];	/* ALPN, best first */
	size_t nprotocols;
};

/* The site that answers for an SNI name ("" = the client sent none); NULL: nobody does. */
const struct io_tls_site *io_tls_site_find(const struct io_tls_config *c, const char *name);

#endif /* IO_TLS_CONFIG_H */
