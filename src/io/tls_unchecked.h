/* The key of a server whose certificate nobody checks; for tls_client.c. */
#ifndef IO_TLS_UNCHECKED_H
#define IO_TLS_UNCHECKED_H

#include <stdbool.h>

#include <bearssl.h>

struct io_tls_unchecked {
	const br_x509_class *vtable;	/* first: BearSSL calls through it */
	br_x509_decoder_context leaf;
	bool first, seen;		/* this certificate is the leaf; it has come */
};

/* For br_ssl_engine_set_x509(). */
const br_x509_class **io_tls_unchecked_init(struct io_tls_unchecked *u);

#endif /* IO_TLS_UNCHECKED_H */
