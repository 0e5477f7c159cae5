/* Memory that is dropped whole: one arena per request, per configuration, per
 * snapshot build. Allocations are zeroed and 16-byte aligned. Not for secrets:
 * arena_free() does not wipe. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* limit: the most bytes the arena may hand out, 0 = no limit; every allocation
 * counts as a multiple of 16. NULL when out of memory. */
struct arena *arena_new(size_t limit);

/* Drop everything. NULL is allowed. */
void arena_free(struct arena *a);

/* n zeroed bytes, or NULL past the limit or out of memory. n = 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n);

/* n objects of size bytes; NULL when the product overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* A NUL-terminated copy of n bytes at p. */
char *arena_strndup(struct arena *a, const char *p, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes handed out so far, counted as for the limit. */
size_t arena_used(const struct arena *a);

#endif /* BASE_ARENA_H */
