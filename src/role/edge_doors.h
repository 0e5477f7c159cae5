/* The sockets that an edge was lent, each with the server that serves it. */
#ifndef ROLE_EDGE_DOORS_H
#define ROLE_EDGE_DOORS_H

#include <stdbool.h>
#include <stdint.h>

struct dns_server;
struct edge_doors;
struct front;
struct ntp_server;
struct message_door;

enum { EDGE_DOORS_MAX = 128 };	/* DOORS_MAX, twice for the moment of a change */

/* The servers are borrowed, and outlive the doors. NULL when out of memory. */
struct edge_doors *edge_doors_new(struct dns_server *dns, struct front *front, struct ntp_server *ntp);

/* Serve fd (taken, if true is returned). False: core must not ask for this: a number twice, or too many. */
bool edge_doors_open(struct edge_doors *s, const struct message_door *m, int fd);

void edge_doors_close(struct edge_doors *s, uint16_t id);	/* unknown: nothing to do */
void edge_doors_close_all(struct edge_doors *s);
void edge_doors_free(struct edge_doors *s);			/* NULL is allowed */

#endif /* ROLE_EDGE_DOORS_H */
