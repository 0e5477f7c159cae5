/* Connections to other servers, kept open between requests: for each server
 * the one used last is taken first, so that the others grow old and close. What
 * the other side closes leaves by itself. Bounded for each server and in all. */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct http_link;
struct http_link_times;
struct http_pool;
struct http_pooled;
struct io_loop;
struct io_tls_client;

enum { HTTP_POOL_SERVERS = 1024, HTTP_POOL_PER_SERVER = 256, HTTP_POOL_KEPT = 32 };

struct http_pool_server {
	struct addr_port at;
	struct io_tls_client *tls;	/* NULL: plain. Connections keep it alive */
	const char *name;		/* with TLS: what it must prove to be; copied */
};

/* max: connections in all, used or kept. NULL when out of memory. */
struct http_pool *http_pool_new(struct io_loop *l, size_t max);
void http_pool_free(struct http_pool *p);	/* all were given back; NULL is allowed */

/* From now on, also for connections in use; copied. */
void http_pool_times(struct http_pool *p, const struct http_link_times *t);

/* A connection that can take a request: one kept for less than fresh_ms, else a new one, which may still be connecting.
 * NULL: too many, or out of memory. */
struct http_pooled *http_pool_take(struct http_pool *p, const struct http_pool_server *s, uint32_t fresh_ms);
struct http_link *http_pooled_link(const struct http_pooled *c);

/* Kept if its link is ready, else closed. */
void http_pool_give(struct http_pool *p, struct http_pooled *c);

size_t http_pool_open(const struct http_pool *p);	/* used and kept */
size_t http_pool_kept(const struct http_pool *p);

#endif /* HTTP_POOL_H */
