/* The doors of the cell: every listening socket, opened and kept by core and
 * lent to the edges (an edge that dies takes no socket with it). A door that
 * cannot be opened does not stop the others; it is tried again every 10 s
 * (PRC-10). After a change only the difference is opened and closed (CFG-4). */
#ifndef ROLE_DOORS_H
#define ROLE_DOORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/addr.h"
#include "role/message.h"

struct conf;
struct doors;
struct err;
struct io_loop;

enum { DOORS_MAX = 4 * (16 + 1), DOORS_EDGES_MAX = 4, DOORS_RETRY_MS = 10000 };

struct door {
	uint16_t id;
	enum door_kind kind;
	struct addr_port at;
	int fds[DOORS_EDGES_MAX];	/* UDP: one socket an edge; streams: fds[0] shared; -1 = closed */
	int error;			/* negative errno of the last try, 0 = open */
	pid_t holder;			/* who holds the port, 0 = unknown */
	char holder_name[32];
};

struct doors_ops {
	/* A door opened: hand it to the edges. Closed: tell them to let go of it. */
	void (*on_open)(void *arg, const struct door *d);
	void (*on_close)(void *arg, uint16_t id);
};

struct doors *doors_new(struct io_loop *l, size_t nedges, const struct doors_ops *ops, void *arg);
void doors_free(struct doors *s);

/* Bring the doors to what the configuration wants. user_mode maps the standard ports to those above
 * 1024 (PRC-9). A door that cannot open is in doors_list() with its error. */
void doors_apply(struct doors *s, const struct conf *c, bool user_mode);

/* All doors, open or not. */
const struct door *doors_list(const struct doors *s, size_t *n);

/* Is every wanted door open? */
bool doors_ok(const struct doors *s);

/* The descriptor of a door that edge number edge serves. */
int door_fd(const struct door *d, size_t edge);

const char *door_kind_name(enum door_kind k);	/* "dns/udp" */

/* The port that a configured one stands for in this mode. */
uint16_t doors_port(uint16_t configured, bool user_mode);

#endif /* ROLE_DOORS_H */
