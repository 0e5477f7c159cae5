/* The set of edges: what edges.c (life, what they are told), edges_doors.c (what
 * they serve) and edges_hear.c (what they say, and what they owe) share. Nobody
 * else includes this. */
#ifndef ROLE_EDGES_SET_H
#define ROLE_EDGES_SET_H

#include "io/later.h"
#include "role/edges.h"

struct io_channel_msg;
struct io_timer;

struct edge {
	struct edges *set;
	size_t index;
	struct worker *worker;
	bool down;			/* it died, and its successor is not at work yet */
	struct edge *keeper;		/* serves its sockets meanwhile; NULL: nobody */
	uint64_t acked;			/* serial */
	bool flushing;			/* has not answered the flush under way */
	unsigned owes_s;		/* for so long an acknowledgement or a flush */
	unsigned handed;		/* connections in this second */
	struct message_upstreams upstreams;
	uint64_t forgotten;		/* questions up to this one are not shown any more */
};

struct edges {
	struct io_loop *loop;
	struct edges_ops ops;
	void *arg;
	const struct doors *doors;
	struct message_log log;
	struct message_clock clock;
	struct edge *timer;		/* the one that measures the time; NULL = none */
	struct edges_tables tables;	/* fd -1 = none yet */
	uint64_t pieces;		/* handed out so far: the newest id */
	int lists_fd;			/* names of block lists, -1 = none yet */
	int tickets_fd;			/* of visitors, likewise */
	bool applied;			/* on_applied() was called for them */
	struct edge *notifier;		/* who tells the secondaries of them, NULL: nobody yet */
	struct io_later look;		/* whether they are applied */
	struct message_flushed flush;	/* being summed up */
	struct io_timer *tick, *stop_timer;
	struct io_later stopped;
	void (*stop_done)(void *arg);	/* NULL: not stopping */
	void *stop_arg;
	size_t n;
	struct edge v[DOORS_EDGES_MAX];
};

/* All doors that are open, to d, which was just born. */
void edge_send_doors(struct edge *d);

/* Some edge went or came: the sockets of those that are down go to one that is at work, and back. */
void edges_keep(struct edges *s);

/* The first that is at work; NULL: none. */
struct edge *edges_first_running(struct edges *s);

/* If nobody measures the time, the first that is at work does from now on. */
void edges_appoint(struct edges *s);

/* Has some edge not answered the flush under way? */
bool edges_is_flushing(const struct edges *s);

/* A message from d. False: it is none. */
bool edge_hear(struct edge *d, struct io_channel_msg *msg);

/* All that live serve the newest tables? Then it is said, once. */
void edges_look(struct edges *s);

/* d died: what it owes it will not pay. */
void edge_forgive(struct edge *d);

/* A second has passed: who owes for too long is killed. */
void edge_tick(struct edge *d);

#endif /* ROLE_EDGES_SET_H */
