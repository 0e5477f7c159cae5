/* Access words (data.md 4.5) as numbers, and what somebody may use as a set of them. The number of "route:<name>" is the
 * route's place in proxy.routes, so it holds within one configuration and what is made of it. Pure. */
#ifndef CONF_ACCESS_H
#define CONF_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"

enum { CONF_ACCESS_MAX = CONF_ROUTES_MAX };

struct conf_access { uint64_t w[CONF_ACCESS_MAX / 64]; };

struct conf_words;

/* The words that c knows; c outlives it. NULL when out of memory. */
struct conf_words *conf_words_new(const struct conf *c);
void conf_words_free(struct conf_words *x);	/* NULL is allowed */

/* Of those among words that stand for something; the others (calendar, mail …) are nobody's here. */
void conf_words_access(const struct conf_words *x, const struct conf_texts *words, struct conf_access *out);

static inline void
conf_access_add(struct conf_access *a, unsigned number)
{
	a->w[number / 64] |= UINT64_C(1) << number % 64;
}

static inline bool
conf_access_has(const struct conf_access *a, unsigned number)
{
	return number < CONF_ACCESS_MAX && (a->w[number / 64] >> number % 64 & 1) != 0;
}

/* Have they a word in common? */
static inline bool
conf_access_meet(const struct conf_access *a, const struct conf_access *b)
{
	uint64_t both = 0;
	unsigned i;

	for (i = 0; i < CONF_ACCESS_MAX / 64; i++)
		both |= a->w[i] & b->w[i];
	return both != 0;
}

#endif /* CONF_ACCESS_H */
