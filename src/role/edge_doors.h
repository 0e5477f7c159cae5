/* The sockets that an edge was lent, each with the server that serves it: its
 * own ones, and those of other edges while they are down. */
#ifndef ROLE_EDGE_DOORS_H
#define ROLE_EDGE_DOORS_H

#include <stdbool.h>
#include <stdint.h>

struct dns_server;
struct edge_doors;
struct front;
struct io_loop;
struct ntp_server;
struct message_door;

enum {
	EDGE_DOORS_MAX = 384,	/* DOORS_MAX, twice for the moment of a change, and those for datagrams of three others */
	EDGE_DOORS_LEAVE_MS = 6000	/* longer than a question waits for its answer (dns/forward.h) */
};

/* Loop and servers are borrowed, and outlive the doors. NULL when out of memory. */
struct edge_doors *edge_doors_new(struct io_loop *l, struct dns_server *dns, struct front *front,
    struct ntp_server *ntp);

/* Serve fd (taken, if true is returned). False: core must not ask for this: a number of one edge twice, or too many. */
bool edge_doors_open(struct edge_doors *s, const struct message_door *m, int fd);

/* The one of that number, whoever's, is closed for good. Unknown: nothing to do. */
void edge_doors_close(struct edge_doors *s, uint16_t id);

/* Its own edge reads it again; questions that wait for an upstream are still answered here. */
void edge_doors_return(struct edge_doors *s, const struct message_door *m);

void edge_doors_close_all(struct edge_doors *s);
void edge_doors_free(struct edge_doors *s);			/* NULL is allowed */

#endif /* ROLE_EDGE_DOORS_H */
