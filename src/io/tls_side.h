/* What tls_engine.c turns without knowing which side it is: the head of a
 * connection as server (tls_server.c) or client (tls_client.c). */
#ifndef IO_TLS_SIDE_H
#define IO_TLS_SIDE_H

#include <stdbool.h>
#include <stddef.h>

#include <bearssl.h>

#include "io/tls_config.h"

struct io_tls_side;

/* The first member of a side's own structure, which holds the keys. */
struct io_tls_engine {
	br_ssl_engine_context *e;	/* within that structure */
	const struct io_tls_side *side;
	char name[IO_TLS_NAME_MAX];	/* of the server, lower case; "" = none */
	bool open, refused, finishing;
};

struct io_tls_side {
	/* The handshake is done and text could flow: may it? Asked once. */
	bool (*opens)(struct io_tls_engine *t);
	void (*free)(struct io_tls_engine *t);
};

/* Pages of their own for a connection: most of it is buffer that an idle one
 * never touches, and afterwards the kernel gets back what a visitor has used,
 * text and all. Zeroed; NULL when out of memory. */
void *io_tls_pages_new(size_t n);
void io_tls_pages_free(void *p, size_t n, size_t secret);	/* wipes the first secret bytes */

/* TLS 1.2, the AEAD suites' parts, no renegotiation; both sides. */
void io_tls_side_init(struct io_tls_engine *t, br_ssl_engine_context *e);

/* Whether the processor has AES instructions. After io_tls_side_init(). */
bool io_tls_side_has_aes(const br_ssl_engine_context *e);

/* Chance from the kernel, before each reset. False when there is none. */
bool io_tls_side_seed(struct io_tls_engine *t);

#endif /* IO_TLS_SIDE_H */
