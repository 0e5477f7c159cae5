/* A binary heap of deadlines; see agenda.h. */
#include "wg/agenda.h"

#include <errno.h>
#include <stdlib.h>

static void
stand(struct wg_agenda *a, size_t at, struct wg_entry *e)
{
	a->heap[at] = e;
	e->place = at + 1;
}

static void
rise(struct wg_agenda *a, size_t at)
{
	struct wg_entry *e = a->heap[at];

	for (; at > 0 && a->heap[(at - 1) / 2]->at > e->at; at = (at - 1) / 2)
		stand(a, at, a->heap[(at - 1) / 2]);
	stand(a, at, e);
}

static void
sink(struct wg_agenda *a, size_t at)
{
	struct wg_entry *e = a->heap[at];
	size_t child;

	while ((child = 2 * at + 1) < a->n) {
		if (child + 1 < a->n && a->heap[child + 1]->at < a->heap[child]->at)
			child++;
		if (a->heap[child]->at >= e->at)
			break;
		stand(a, at, a->heap[child]);
		at = child;
	}
	stand(a, at, e);
}

static void
take_out(struct wg_agenda *a, struct wg_entry *e)
{
	const size_t at = e->place - 1;

	e->place = 0;
	a->n--;
	if (at == a->n)
		return;
	stand(a, at, a->heap[a->n]);
	sink(a, at);
	rise(a, a->heap[at]->place - 1);
}

static int
make_room(struct wg_agenda *a)
{
	const size_t room = a->room == 0 ? 64 : 2 * a->room;
	struct wg_entry **heap;

	if (a->n < a->room)
		return 0;
	heap = realloc(a->heap, room * sizeof(struct wg_entry *));
	if (heap == NULL)
		return -ENOMEM;
	a->heap = heap;
	a->room = room;
	return 0;
}

int
wg_agenda_set(struct wg_agenda *a, struct wg_entry *e, int64_t at)
{
	if (e->place != 0 && e->at == at)
		return 0;
	if (e->place != 0)
		take_out(a, e);
	e->at = at;
	if (at == 0)
		return 0;
	if (make_room(a) < 0)
		return -ENOMEM;
	stand(a, a->n++, e);
	rise(a, a->n - 1);
	return 0;
}

struct wg_entry *
wg_agenda_first(const struct wg_agenda *a)
{
	return a->n == 0 ? NULL : a->heap[0];
}

void
wg_agenda_free(struct wg_agenda *a)
{
	free(a->heap);
	*a = (struct wg_agenda){ 0 };
}
