/* Which counters of one key were seen (RFC 6479): a window of bits in whole
 * words, so that moving it clears words and shifts nothing. */
#ifndef WG_REPLAY_H
#define WG_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

enum { WG_REPLAY_BITS = 8192, WG_REPLAY_WORDS = WG_REPLAY_BITS / 64, WG_REPLAY_WINDOW = WG_REPLAY_BITS - 64 };

struct wg_replay {
	uint64_t next;			/* one more than the highest that was seen */
	uint64_t bits[WG_REPLAY_WORDS];
};

/* Was counter not seen, and is it no more than WG_REPLAY_WINDOW behind? It is seen now. Only for what was
 * authenticated. counter < 2^64 - 1. */
bool wg_replay_take(struct wg_replay *r, uint64_t counter);

#endif /* WG_REPLAY_H */
