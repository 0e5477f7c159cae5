/* A hash map from byte strings to pointers, seeded against collision attacks.
 * Keys are copied, values are not owned. Bounded: puts beyond max fail. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>

struct map;

struct map *map_new(size_t max);
void map_free(struct map *m);		/* values are left alone; NULL is allowed */

/* Insert or replace; *old (may be NULL) gets the replaced value or NULL.
 * 0, -ENOSPC at max, -ENOMEM. value must not be NULL. */
int map_put(struct map *m, const void *key, size_t n, void *value, void **old);
void *map_get(const struct map *m, const void *key, size_t n);
void *map_del(struct map *m, const void *key, size_t n);	/* the removed value or NULL */
size_t map_count(const struct map *m);

/* Visit in no particular order; start with *it = 0; false at the end.
 * The map must not change in between, except by deleting the visited key. */
int map_next(const struct map *m, size_t *it, const void **key, size_t *n, void **value);

#endif /* BASE_MAP_H */
