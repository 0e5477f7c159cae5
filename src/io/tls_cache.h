/* TLS 1.2 sessions for resumption by id (RFC 5246 7.3): a fixed table, oldest
 * out. An entry remembers the server name it was made for, because a session
 * must not carry a client over to another name (RFC 6066 3); the engine has
 * not read the name yet when it asks, so the name is compared afterwards. */
#ifndef IO_TLS_CACHE_H
#define IO_TLS_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl.h>

enum { IO_TLS_CACHE_MAX = 2000, IO_TLS_CACHE_AGE_S = 8 * 3600, IO_TLS_CACHE_NAME = 16, IO_TLS_CACHE_SITE = 16 };

struct io_tls_cache;

struct io_tls_cache *io_tls_cache_new(void);
void io_tls_cache_free(struct io_tls_cache *c);	/* wipes; NULL is allowed */

/* For whom a session was made: digests of the server name, and of the certificate with its key. */
struct io_tls_cache_for {
	uint8_t name[IO_TLS_CACHE_NAME], site[IO_TLS_CACHE_SITE];
};

/* now_s: any clock that does not jump. */
void io_tls_cache_put(struct io_tls_cache *c, const br_ssl_session_parameters *s, const struct io_tls_cache_for *f,
    uint64_t now_s);

/* Fill *s by its session_id, and *f. False when unknown or too old. */
bool io_tls_cache_get(const struct io_tls_cache *c, br_ssl_session_parameters *s, struct io_tls_cache_for *f,
    uint64_t now_s);

/* Into an empty one: the sessions of old whose certificate has() still. */
void io_tls_cache_copy(struct io_tls_cache *c, const struct io_tls_cache *old,
    bool (*has)(const void *arg, const uint8_t site[IO_TLS_CACHE_SITE]), const void *arg);

#endif /* IO_TLS_CACHE_H */
