/* Bytes that wait; see spool.h. */
#include "http/spool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 256 };	/* most heads and bodies are short */

/* Not realloc(), which leaves the old bytes behind. */
static bool
grow(struct http_spool *s, size_t n)
{
	size_t size = s->size > 0 ? s->size : FIRST;
	uint8_t *p;

	while (size < n)
		size *= 2;
	p = malloc(size);
	if (p == NULL)
		return false;
	if (s->n > 0)
		memcpy(p, s->p + s->at, s->n);
	if (s->p != NULL)
		explicit_bzero(s->p, s->size);
	free(s->p);
	s->p = p;
	s->size = size;
	s->at = 0;
	return true;
}

bool
http_spool_put(struct http_spool *s, const void *p, size_t n)
{
	if (n == 0)
		return true;
	if (s->n + n > s->size && !grow(s, s->n + n))
		return false;
	if (s->at + s->n + n > s->size) {
		memmove(s->p, s->p + s->at, s->n);
		s->at = 0;
	}
	memcpy(s->p + s->at + s->n, p, n);
	s->n += n;
	return true;
}

void
http_spool_took(struct http_spool *s, size_t n)
{
	assert(n <= s->n);
	s->at += n;
	s->n -= n;
	if (s->n == 0)
		http_spool_clear(s);
}

void
http_spool_clear(struct http_spool *s)
{
	if (s->p != NULL)
		explicit_bzero(s->p, s->size);
	free(s->p);
	*s = (struct http_spool){ 0 };
}
