/* The edges as core sees them: started, fed, listened to, and replaced when
 * they die (PRC-6). A snapshot is in force when every live edge has
 * acknowledged it; one that dies meanwhile gets the newest when it is back. */
#ifndef ROLE_EDGES_H
#define ROLE_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "role/doors.h"
#include "role/message.h"
#include "role/stats.h"

struct edges;
struct err;
struct io_child_set;
struct io_loop;

struct edges_ops {
	/* A connection to the API; fd belongs to the callee. */
	void (*on_api)(void *arg, int fd, const struct message_api *m);
	/* Every live edge serves serial, or err says which one cannot. */
	void (*on_applied)(void *arg, uint64_t serial, const struct err *e);
	/* What an edge found out for edges_ask(); n = 0: it could not. */
	void (*on_answer)(void *arg, uint32_t id, const uint8_t *json, size_t n);
	void (*on_flushed)(void *arg, uint32_t id, uint32_t count);
	/* An edge went or came; for status and alerts. */
	void (*on_change)(void *arg);
};

enum edge_state { EDGE_STARTING, EDGE_RUNNING, EDGE_WAITING, EDGE_FAILED };

struct edge_info {
	enum edge_state state;
	pid_t pid;
	unsigned restarts;
	int64_t since;		/* Unix time of the last change of state */
};

/* n edges, at most DOORS_EDGES_MAX. */
struct edges *edges_new(struct io_loop *l, struct io_child_set *children, size_t n,
    const struct edges_ops *ops, void *arg);
void edges_free(struct edges *s);		/* kills what still runs */

int edges_start(struct edges *s, struct err *e);

/* doors tells a new edge what to serve; set before edges_start(). */
void edges_set_doors(struct edges *s, const struct doors *d);
void edges_door_open(struct edges *s, const struct door *d);
void edges_door_close(struct edges *s, uint16_t id);

/* Make fd (taken) the snapshot of every edge, now and after a restart. on_applied() follows. */
void edges_snapshot(struct edges *s, int fd, uint64_t serial, uint64_t generation);

/* One question, or a cache flush, to a running edge (flush: to all; one on_flushed() with the sum).
 * false when no edge runs. */
bool edges_ask(struct edges *s, const struct message_ask *m);
bool edges_flush(struct edges *s, const struct message_flush *m);

void edges_log_level(struct edges *s, unsigned level);

/* Ask all to finish what they do (at most 5 s) and exit; done when none is left. */
void edges_stop(struct edges *s, void (*done)(void *arg), void *arg);

size_t edges_count(const struct edges *s);
void edges_info(const struct edges *s, size_t i, struct edge_info *out);

/* Sum of the counters of all edges since start, dead ones included. */
void edges_stats(const struct edges *s, struct edge_stats *out);

/* Upstream states as the edges last told them; the worst of each counts. */
void edges_upstreams(const struct edges *s, struct message_upstreams *out);

#endif /* ROLE_EDGES_H */
