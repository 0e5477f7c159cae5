/* The 32-bit numbers by which messages name a session or a handshake of ours:
 * unpredictable, unique while in use, found by one look. */
#ifndef WG_INDEX_H
#define WG_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct wg_index;

enum { WG_INDEX_MAX = 1 << 18 };

struct wg_index *wg_index_new(void);		/* NULL when out of memory */
void wg_index_free(struct wg_index *x);		/* NULL is allowed */

/* A number for what, never 0; 0: WG_INDEX_MAX are in use, or no memory. random: fresh for each call. */
uint32_t wg_index_put(struct wg_index *x, void *what, uint32_t random);
void wg_index_move(struct wg_index *x, uint32_t number, void *what);	/* it stands for that now */
void wg_index_del(struct wg_index *x, uint32_t number);		/* 0 is allowed */
void *wg_index_find(const struct wg_index *x, uint32_t number);	/* NULL: nobody's */

#endif /* WG_INDEX_H */
