/* TLS 1.2 client: the server must prove the name we meant, by a path of valid
 * certificates to one of our anchors (RFC 5280, 6125, 8310 8.1); ECDHE with an
 * AEAD cipher only; sessions resumed for an hour. Not looked at: revocation,
 * extended key usage and, unless critical, name constraints; IP addresses as
 * names are never matched. */
#ifndef IO_TLS_CLIENT_H
#define IO_TLS_CLIENT_H

#include <stdbool.h>

struct clk;
struct io_tls_anchors;
struct io_tls_client;
struct io_tls_engine;

enum { IO_TLS_SESSIONS = 32, IO_TLS_SESSION_AGE_MS = 3600 * 1000 };

/* Takes a over on success. clk tells what time it is for certificates, and
 * outlives the client. NULL on failure. */
struct io_tls_client *io_tls_client_new(struct io_tls_anchors *a, const struct clk *clk);

/* One that believes every certificate: who listens in is kept out, who stands between is not. Names may be anything
 * shorter than IO_TLS_NAME_MAX; sessions go by them. NULL on failure. */
struct io_tls_client *io_tls_client_new_unchecked(const struct clk *clk);

/* Connections keep it alive. */
struct io_tls_client *io_tls_client_ref(struct io_tls_client *c);
void io_tls_client_unref(struct io_tls_client *c);	/* wipes sessions with the last; NULL is allowed */

/* A host name of letters, digits, hyphens and at least one dot, without one at the end. */
bool io_tls_name_ok(const char *name);

/* A connection that speaks first. Keeps a reference to c. NULL when the name
 * is none, out of memory or randomness. */
struct io_tls_engine *io_tls_client_engine(struct io_tls_client *c, const char *name);

/* What is wrong with a server, for people, from io_stream_error() and its like. */
const char *io_tls_error_text(int error);

#endif /* IO_TLS_CLIENT_H */
