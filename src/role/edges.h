/* All edges as core sees them: fed with doors and snapshots, listened to. A
 * snapshot is in force when every living edge has acknowledged it; one that dies
 * meanwhile gets the newest when it is back, and one that owes an answer for
 * too long is replaced (worker.h). From the death of an edge until its successor
 * is at work a sibling serves its sockets, so that no flow waits for it (R2). */
#ifndef ROLE_EDGES_H
#define ROLE_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "role/doors.h"
#include "role/message.h"
#include "role/stats.h"
#include "role/worker.h"	/* struct edge_info */
#include "sys/sealed.h"

struct dns_log_entry;
struct edges;
struct err;
struct io_child_set;
struct io_loop;

enum {
	/* Seconds to acknowledge a snapshot or a flush: less than a change waits (conf/txn.h), so that an edge that
	 * hangs does not undo the change. */
	EDGES_PATIENCE_S = 6,
	/* Connections to the API that one edge may hand over in a second: a sound one needs no more, one that was taken
	 * over gets no more. */
	EDGES_API_PER_S = 1024,
	EDGES_STOP_MS = 5000	/* PRC-8 */
};

struct edges_ops {
	/* A connection to the API; fd, a local stream socket, belongs to the callee. */
	void (*on_api)(void *arg, int fd, const struct message_api *m);
	/* Every living edge serves serial, or err says which one cannot. Never from within a call. */
	void (*on_applied)(void *arg, uint64_t serial, const struct err *e);
	/* What edge number edge found out for edges_ask(); n = 0: it could not. */
	void (*on_answer)(void *arg, size_t edge, uint32_t id, const uint8_t *json, size_t n);
	void (*on_flushed)(void *arg, uint32_t id, uint32_t count);
	/* What the edge that measures the time found. */
	void (*on_time)(void *arg, const struct ntp_report *r);
	/* What became of a secondary, as an edge says. */
	void (*on_secondary)(void *arg, const struct message_secondary *m);
	/* A visitor of that edge came back from the login page: edges_redeemed() answers. */
	void (*on_redeem)(void *arg, size_t edge, const struct message_redeem *m);
	void (*on_used)(void *arg, const struct message_used *m);
	/* It is gone: what it was asked it will not answer. */
	void (*on_gone)(void *arg, size_t edge);
	/* An edge went or came; for status and alerts. */
	void (*on_change)(void *arg);
};

/* n edges, at most DOORS_EDGES_MAX. */
struct edges *edges_new(struct io_loop *l, struct io_child_set *children, size_t n,
    const struct edges_ops *ops, void *arg);
void edges_free(struct edges *s);		/* kills what still runs; NULL is allowed */

int edges_start(struct edges *s, struct err *e);

/* doors tells a new edge what to serve; set before edges_start(). */
void edges_set_doors(struct edges *s, const struct doors *d);
void edges_door_open(struct edges *s, const struct door *d);
void edges_door_close(struct edges *s, uint16_t id);

struct edges_tables {
	int fd;				/* taken */
	struct sealed_list pieces;	/* beside it, taken */
	uint64_t serial, generation;
	/* They are known to be good: in force also when no edge lives to acknowledge them. Else one has to, for it may be
	 * them that kill the edges. */
	bool proven;
};

/* Make them the snapshot of every edge, now and after a restart. on_applied() follows, never from within. Edges that wait
 * to be started again are started at once: what killed them may be mended. */
void edges_snapshot(struct edges *s, const struct edges_tables *t);

/* The names of block lists (a sealed memfd, taken) for every edge, now and after a restart. */
void edges_lists(struct edges *s, int fd);

/* The tickets that are good (a sealed memfd, taken) for every edge, now and after a restart. */
void edges_tickets(struct edges *s, int fd);
void edges_redeemed(struct edges *s, size_t edge, const struct message_redeemed *m);

/* One question to a running edge, *edge being which; false when none runs. */
bool edges_ask(struct edges *s, const struct message_ask *m, size_t *edge);

/* Ask a target, likewise. */
bool edges_probe(struct edges *s, const struct message_probe *m, size_t *edge);

/* A cache flush to all; one on_flushed() with the sum. False when none runs, or another flush is under way. */
bool edges_flush(struct edges *s, const struct message_flush *m);

/* What they say of the clock, now and after a restart. */
void edges_clock(struct edges *s, const struct message_clock *m);

/* One of them measures the time: another one when that one dies. round: ask all sources now; false: nobody can. */
bool edges_round(struct edges *s, uint32_t round);

/* How they log, now and after a restart. */
void edges_log(struct edges *s, const struct message_log *m);

/* Ask all to finish what they do (at most EDGES_STOP_MS) and exit; done when none is left, never from within. */
void edges_stop(struct edges *s, void (*done)(void *arg), void *arg);

size_t edges_count(const struct edges *s);
void edges_info(const struct edges *s, size_t i, struct edge_info *out);

/* Sum of the counters of all edges since start, dead ones included. */
void edges_stats(const struct edges *s, struct edge_stats *out);

/* The log of questions: the newest of an edge, one of them (false: it is not there any more, or none that can be
 * believed), and forgetting all. */
uint64_t edges_question_newest(const struct edges *s, size_t edge);
bool edges_question(const struct edges *s, size_t edge, uint64_t seq, struct dns_log_entry *out);
void edges_questions_forget(struct edges *s);

/* Upstream states as the edges last told them; of each, what was learnt last. */
void edges_upstreams(const struct edges *s, struct message_upstreams *out);

#endif /* ROLE_EDGES_H */
