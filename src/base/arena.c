/* Chained blocks, each larger than the one before; what does not fit into a
 * block of its turn gets one of its own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ALIGN = 16,
	BLOCK_MIN = 4096,
	BLOCK_MAX = 256 << 10
};

struct block {
	struct block *next;
	size_t size, used;	/* of the bytes behind the header */
};

struct arena {
	struct block *first;	/* the one that small requests are served from */
	size_t limit;		/* SIZE_MAX = none */
	size_t handed;
	size_t next_size;
};

static size_t
round_up(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* calloc aligns to 8 on some 32-bit systems, so the start is rounded here. */
static uint8_t *
block_start(struct block *b)
{
	uint8_t *p = (uint8_t *)(b + 1);

	return p + (-(uintptr_t)p & (ALIGN - 1));
}

static struct block *
block_new(size_t size)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b) - ALIGN)
		return NULL;
	b = calloc(1, sizeof(*b) + ALIGN + size);
	if (b != NULL)
		b->size = size;
	return b;
}

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->limit = limit == 0 ? SIZE_MAX : limit;
	a->next_size = BLOCK_MIN;
	return a;
}

void
arena_free(struct arena *a)
{
	struct block *b, *next;

	if (a == NULL)
		return;
	for (b = a->first; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

/* A block with room for n: a shared one at the front, or for a large n one of
 * its own behind it, so that the room left in the front block is not lost. */
static struct block *
arena_grow(struct arena *a, size_t n)
{
	bool own = n > a->next_size / 4;
	struct block *b = block_new(own ? n : a->next_size);

	if (b == NULL)
		return NULL;
	if (own && a->first != NULL) {
		b->next = a->first->next;
		a->first->next = b;
		return b;
	}
	b->next = a->first;
	a->first = b;
	if (!own && a->next_size < BLOCK_MAX)
		a->next_size *= 2;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->first;
	uint8_t *p;

	if (n > SIZE_MAX - ALIGN)
		return NULL;
	n = n == 0 ? ALIGN : round_up(n);
	if (n > a->limit - a->handed)
		return NULL;
	if (b == NULL || b->size - b->used < n)
		b = arena_grow(a, n);
	if (b == NULL)
		return NULL;
	p = block_start(b) + b->used;
	b->used += n;
	a->handed += n;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(a, bytes);
}

char *
arena_strndup(struct arena *a, const char *p, size_t n)
{
	char *s = n == SIZE_MAX ? NULL : arena_alloc(a, n + 1);

	if (s != NULL && n > 0)
		memcpy(s, p, n);
	return s;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (s == NULL)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);	/* measured above */
	va_end(ap);
	return s;
}

size_t
arena_used(const struct arena *a)
{
	return a->handed;
}
