/* The window of counters; see replay.h. */
#include "wg/replay.h"

#include <stddef.h>

static size_t
word_of(uint64_t counter)
{
	return counter / 64 % WG_REPLAY_WORDS;
}

/* Words between the highest one and that of counter hold nothing yet. */
static void
move(struct wg_replay *r, uint64_t counter)
{
	uint64_t from = r->next == 0 ? 0 : (r->next - 1) / 64, words = counter / 64 - from, i;

	if (words > WG_REPLAY_WORDS)
		words = WG_REPLAY_WORDS;
	for (i = 0; i < words; i++)
		r->bits[(counter / 64 - i) % WG_REPLAY_WORDS] = 0;
	r->next = counter + 1;
}

bool
wg_replay_take(struct wg_replay *r, uint64_t counter)
{
	const uint64_t bit = UINT64_C(1) << counter % 64;
	uint64_t *word = &r->bits[word_of(counter)];

	if (counter == UINT64_MAX || (counter < r->next && r->next - counter > WG_REPLAY_WINDOW))
		return false;
	if (counter >= r->next)
		move(r, counter);
	if ((*word & bit) != 0)
		return false;
	*word |= bit;
	return true;
}
