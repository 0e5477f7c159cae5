/* Numbers of sessions: the low bits say the place, the others are drawn; see index.h. */
#include "wg/index.h"

#include <stdlib.h>

enum { PLACES_MIN = 256 };

struct place {
	uint32_t number;		/* 0: free */
	uint32_t next;			/* the next free one */
	void *what;
};

struct wg_index {
	struct place *places;
	uint32_t n;			/* a power of two */
	uint32_t free;			/* the first of the free ones; n: none */
};

/* More places; numbers in use keep theirs only if the mask stays, so that is the largest one from the start. */
static int
grow(struct wg_index *x)
{
	uint32_t n = x->n == 0 ? PLACES_MIN : 2 * x->n, i;
	struct place *more;

	more = n > WG_INDEX_MAX ? NULL : realloc(x->places, n * sizeof(*more));
	if (more == NULL)
		return -1;
	for (i = x->n; i < n; i++)
		more[i] = (struct place){ .next = i + 1 };
	x->places = more;
	x->free = x->n;
	x->n = n;
	return 0;
}

struct wg_index *
wg_index_new(void)
{
	struct wg_index *x = calloc(1, sizeof(*x));

	if (x != NULL && grow(x) < 0) {
		free(x);
		return NULL;
	}
	return x;
}

void
wg_index_free(struct wg_index *x)
{
	if (x != NULL)
		free(x->places);
	free(x);
}

uint32_t
wg_index_put(struct wg_index *x, void *what, uint32_t random)
{
	struct place *p;
	uint32_t at;

	if (x->free == x->n && grow(x) < 0)
		return 0;
	at = x->free;
	p = &x->places[at];
	p->number = (random & ~(uint32_t)(WG_INDEX_MAX - 1)) | at;
	if (p->number == 0)
		p->number = WG_INDEX_MAX;	/* place 0 with other bits */
	p->what = what;
	x->free = p->next;
	return p->number;
}

static struct place *
place_of(const struct wg_index *x, uint32_t number)
{
	const uint32_t at = number & (WG_INDEX_MAX - 1);

	return number != 0 && at < x->n && x->places[at].number == number ? &x->places[at] : NULL;
}

void
wg_index_move(struct wg_index *x, uint32_t number, void *what)
{
	struct place *p = place_of(x, number);

	if (p != NULL)
		p->what = what;
}

void
wg_index_del(struct wg_index *x, uint32_t number)
{
	struct place *p = place_of(x, number);

	if (p == NULL)
		return;
	*p = (struct place){ .next = x->free };
	x->free = (uint32_t)(p - x->places);
}

void *
wg_index_find(const struct wg_index *x, uint32_t number)
{
	const struct place *p = place_of(x, number);

	return p == NULL ? NULL : p->what;
}
