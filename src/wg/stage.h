/* Packets that wait until there are keys to send them with. Few for each peer and
 * bounded in all: who waits longer than a handshake takes sends again anyway. */
#ifndef WG_STAGE_H
#define WG_STAGE_H

#include <stddef.h>
#include <stdint.h>

struct wg_peer;
struct wg_stage;

enum { WG_STAGE_PEER = 64, WG_STAGE_BYTES = 8 << 20 };	/* packets of one peer; octets of all */

struct wg_stage *wg_stage_new(void);		/* NULL when out of memory */
void wg_stage_free(struct wg_stage *s);		/* NULL is allowed */

/* Keep a copy of n octets. The peer's oldest goes when there are too many;
 * when there is too much in all, or no memory, the packet is dropped. */
void wg_stage_put(struct wg_stage *s, const struct wg_peer *p, const uint8_t *packet, size_t n);

/* Give each of the peer's to f, oldest first, and forget them. f may not call back. */
void wg_stage_take(struct wg_stage *s, const struct wg_peer *p, void (*f)(void *arg, uint8_t *packet, size_t n), void *arg);

void wg_stage_drop(struct wg_stage *s, const struct wg_peer *p);

size_t wg_stage_bytes(const struct wg_stage *s);

#endif /* WG_STAGE_H */
