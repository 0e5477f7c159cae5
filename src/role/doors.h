/* The doors of the cell: every listening TCP and UDP socket, opened and kept by
 * core. Most are lent to the edges (an edge that dies takes no socket with it);
 * those of kind DOOR_API are served by core itself, on loopback. A door that
 * cannot be opened does not stop the others; it is tried again, soon at first
 * (edges of a core that was killed may hold the port for a moment), later every
 * 10 s (PRC-10). After a change only the difference is opened and closed (CFG-4). */
#ifndef ROLE_DOORS_H
#define ROLE_DOORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"
#include "role/message.h"

struct doors;
struct doors_want;	/* role/doors_plan.h */
struct io_loop;

enum { DOORS_EDGES_MAX = 4, DOORS_RETRY_MIN_MS = 50, DOORS_RETRY_MS = 10000 };

struct door {
	uint16_t id;			/* never 0 */
	enum door_kind kind;
	struct addr_port at;
	int fds[DOORS_EDGES_MAX];	/* UDP: one socket an edge; streams: fds[0] shared; -1 = closed */
	int error;			/* negative errno of the last try, 0 = open */
	int64_t since;			/* Unix time: it is open, or it is not, since then */
	pid_t holder;			/* who holds the port, 0 = unknown */
	char holder_name[32];
};

struct doors_ops {
	/* A door opened: hand it to those who serve it. Closed: tell them to let go of it. */
	void (*on_open)(void *arg, const struct door *d);
	void (*on_close)(void *arg, const struct door *d);
	/* One of them cannot open, or can again: for status. */
	void (*on_change)(void *arg);
};

struct doors *doors_new(struct io_loop *l, size_t nedges, const struct doors_ops *ops, void *arg);
void doors_free(struct doors *s);		/* closes them, without callbacks; NULL is allowed */

/* Bring the doors to what is wanted, and try those that could not open. A door that still cannot is in
 * doors_list() with its error. */
void doors_apply(struct doors *s, const struct doors_want *w);

/* Close all of them for good, also for the edges that hold copies of the stream sockets; doors_apply() opens none any more. */
void doors_shut(struct doors *s);

/* All doors, open or not. */
const struct door *doors_list(const struct doors *s, size_t *n);

/* Our own name service, as this host reaches it; addr.len 0: it is not open. */
struct addr_port doors_resolver(const struct doors *s);

/* The descriptor of a door that edge number edge serves. */
int door_fd(const struct door *d, size_t edge);

#endif /* ROLE_DOORS_H */
