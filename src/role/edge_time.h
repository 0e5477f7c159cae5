/* Time in an edge: the server always, the client where core says that this
 * edge is the one that measures. */
#ifndef ROLE_EDGE_TIME_H
#define ROLE_EDGE_TIME_H

#include "base/addr.h"

struct dns_server;
struct edge_time;
struct io_loop;
struct message_clock;
struct message_poll;
struct ntp_plan;
struct ntp_report;
struct ntp_server;
struct ntp_stats;

struct edge_time_conf {
	struct io_loop *loop;
	struct dns_server *dns;		/* resolves the sources' names; outlives the time */
	struct ntp_stats *stats;
	unsigned (*zone_of)(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer);
	void (*report)(void *arg, const struct ntp_report *r);
	void *arg;
};

struct edge_time *edge_time_new(const struct edge_time_conf *c);	/* NULL when out of memory */
void edge_time_free(struct edge_time *t);		/* NULL is allowed */

struct ntp_server *edge_time_server(struct edge_time *t);	/* for the doors */

void edge_time_swap(struct edge_time *t, const struct ntp_plan *p);
void edge_time_clock(struct edge_time *t, const struct message_clock *m);
void edge_time_poll(struct edge_time *t, const struct message_poll *m);

#endif /* ROLE_EDGE_TIME_H */
