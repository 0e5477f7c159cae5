/* Who has something to do when: a heap of deadlines, one for each peer. */
#ifndef WG_AGENDA_H
#define WG_AGENDA_H

#include <stddef.h>
#include <stdint.h>

/* Embedded in whatever has a deadline; zeros: not on any agenda. */
struct wg_entry {
	int64_t at;
	size_t place;			/* one more than its place in the heap; 0: not there */
};

struct wg_agenda {
	struct wg_entry **heap;		/* the earliest first; borrowed entries */
	size_t n, room;
};

/* at 0: never. 0 or -ENOMEM, and then it is not on the agenda. */
int wg_agenda_set(struct wg_agenda *a, struct wg_entry *e, int64_t at);
struct wg_entry *wg_agenda_first(const struct wg_agenda *a);	/* NULL: nobody has */
void wg_agenda_free(struct wg_agenda *a);			/* not the entries */

#endif /* WG_AGENDA_H */
