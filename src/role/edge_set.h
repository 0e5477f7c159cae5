/* What the files of the edge role share; for no others: edge.c (life), edge_in.c (what core says) and
 * edge_out.c (what it is told). */
#ifndef ROLE_EDGE_SET_H
#define ROLE_EDGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/guard.h"
#include "dns/server.h"
#include "role/message.h"
#include "role/stats.h"

struct edge_doors;
struct edge_time;
struct edge_trust;
struct err;
struct front;
struct gateway;
struct io_channel;
struct io_channel_msg;
struct io_loop;
struct io_timer;
struct probes;
struct snapshot;
struct wall;
struct wall_ops;
struct wr;

enum { EDGE_DRAIN_MS = 50 };	/* between two looks whether the last connection has gone */

struct edge {
	struct io_loop *loop;
	struct io_channel *channel;
	struct io_timer *tell, *drain;
	struct edge_stats *stats;
	struct edge_stats lone;		/* used until core lent its page */
	struct dns_log *log;		/* in that page; NULL = none */
	struct dns_server *dns;
	struct dns_peers peers;
	struct edge_trust *trust;
	struct front *front;
	struct gateway *gateway;
	struct probes *probes;
	struct wall *wall;
	struct edge_time *time;
	struct snapshot *snap;
	const void *lists;		/* names of block lists, mapped; NULL = none */
	size_t lists_len;
	bool draining;
	struct edge_doors *doors;
};

/* --- edge.c ---------------------------------------------------------------------------------- */

/* Everything that serves, as one of so many edges; no door is open yet. 0 or a negative errno. */
int edge_serve(struct edge *d, unsigned share);

/* --- edge_in.c: an io_channel_fn ------------------------------------------------------------- */

void edge_obey(void *arg, struct io_channel_msg *msg, int error);

/* --- edge_out.c: messages to core; arg is the edge ------------------------------------------- */

/* Core reads them or is gone; in the second case edge_obey() ends us. */
void edge_send(struct edge *d, enum message_type type, const struct wr *w);

/* The tables of that serial are in use, or (e) are not. */
void edge_send_ack(struct edge *d, uint64_t serial, const struct err *e);

int edge_send_api(void *arg, int fd, const struct message_api *m);
void edge_send_answer(void *arg, uint32_t id, const char *json);
void edge_send_news(void *arg, const struct dns_news *news);
void edge_send_time(void *arg, const struct ntp_report *r);
void edge_send_upstreams(void *arg);	/* how they do */

extern const struct wall_ops edge_wall_ops;

#endif /* ROLE_EDGE_SET_H */
