/* TLS 1.2 server side of a stream (BearSSL): ECDHE with AES-GCM or
 * ChaCha20-Poly1305 only (WEB-1), no renegotiation, resumption by session id.
 * This file and src/ca are the only ones that know the library. */
#ifndef IO_TLS_H
#define IO_TLS_H

#include <stddef.h>
#include <stdint.h>

struct io_tls_config;

/* One certificate with its key. chain: DER certificates, leaf first. key: P-256 private scalar, 32 bytes. Copied. */
struct io_tls_cert {
	const uint8_t *const *chain;
	const size_t *chain_len;
	size_t nchain;
	const uint8_t *key;
	/* Host names it serves, lower case, "*.x" allowed; the first certificate also answers without SNI. */
	const char *const *names;
	size_t nnames;
	int any_name;	/* serve every SNI with it (provisional certificate) */
};

/* NULL on failure. Reference counted: streams keep it alive. */
struct io_tls_config *io_tls_config_new(const struct io_tls_cert *certs, size_t n);

/* Before its first use: the protocol inside, in place of "http/1.1" (ALPN, RFC 7301), and another one for clients that
 * do not speak it (NULL: none). A client that wants only others is refused, so that nobody can be led to another
 * protocol's door. The names outlive c. */
void io_tls_config_speaks(struct io_tls_config *c, const char *name, const char *or);

struct io_tls_config *io_tls_config_ref(const struct io_tls_config *c);
void io_tls_config_unref(struct io_tls_config *c);	/* wipes keys with the last; NULL is allowed */

#endif /* IO_TLS_H */
