/* TLS 1.2 server side of a stream (BearSSL): ECDHE with AES-GCM or
 * ChaCha20-Poly1305 only (WEB-1), no renegotiation, resumption by session id.
 * This file and src/ca are the only ones that know the library. */
#ifndef IO_TLS_H
#define IO_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct io_tls_config;

enum { IO_TLS_SCALAR = 32, IO_TLS_KEY_MAX = 4096 };

/* One certificate with its key. chain: DER certificates, leaf first. key: a P-256 private scalar of 32 bytes, or an RSA private
 * key of 2048 to 4096 bits in DER (RFC 8017 A.1.2, or within RFC 5208). Copied. */
struct io_tls_cert {
	const uint8_t *const *chain;
	const size_t *chain_len;
	size_t nchain;
	const uint8_t *key;
	size_t key_len;
	/* Host names it serves, "*.x" allowed; the first certificate also answers without SNI. What two name alike the
	 * earlier one serves, and an exact name goes before "*.x". */
	const char *const *names;
	size_t nnames;
	int any_name;	/* serve every SNI with it that no name is for (provisional certificate) */
	bool is_public;	/* signed by somebody whom browsers believe without being told to */
};

/* Is it the key of the leaf, and of a kind that can be served? Names do not count. */
bool io_tls_cert_fits(const struct io_tls_cert *c);

/* NULL on failure, so when a key does not fit. Reference counted: streams keep it alive. like may be NULL: certificates
 * that it has, too, are shared with it, and not checked again. */
struct io_tls_config *io_tls_config_new(const struct io_tls_cert *certs, size_t n, const struct io_tls_config *like);

/* Before its first use: sessions that old has made with certificates of c can be resumed with c. */
void io_tls_config_resume(struct io_tls_config *c, const struct io_tls_config *old);

/* Before its first use: the protocol inside, in place of "http/1.1" (ALPN, RFC 7301), and another one for clients that
 * do not speak it (NULL: none). A client that wants only others is refused, so that nobody can be led to another
 * protocol's door. The names outlive c. */
void io_tls_config_speaks(struct io_tls_config *c, const char *name, const char *or);

/* Is what it serves to clients that ask for name (any case, a final dot allowed) public? */
bool io_tls_config_is_public(const struct io_tls_config *c, struct str name);

struct io_tls_config *io_tls_config_ref(const struct io_tls_config *c);
void io_tls_config_unref(struct io_tls_config *c);	/* wipes keys with the last; NULL is allowed */

#endif /* IO_TLS_H */
