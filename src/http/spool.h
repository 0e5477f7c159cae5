/* Bytes that wait for somebody: first in, first out, in one piece of memory
 * that grows as far as its owner lets it and goes when it is empty. */
#ifndef HTTP_SPOOL_H
#define HTTP_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_spool {
	uint8_t *p;		/* malloc'd; the first byte is p[at] */
	size_t at, n, size;
};

bool http_spool_put(struct http_spool *s, const void *p, size_t n);	/* false: out of memory, nothing put */
void http_spool_took(struct http_spool *s, size_t n);			/* at most s->n; wiped */
void http_spool_clear(struct http_spool *s);				/* wiped: passwords come in bodies */

static inline const uint8_t *
http_spool_first(const struct http_spool *s)
{
	return s->p + s->at;
}

#endif /* HTTP_SPOOL_H */
