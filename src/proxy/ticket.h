/* Tickets as an edge has them: who may pass the login wall of a host (WEB-3, WEB-5). It has only their digests: it knows one
 * when a visitor brings it, and cannot make one. Made by core (auth/visit.h), read by each edge. Pure. */
#ifndef PROXY_TICKET_H
#define PROXY_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct proxy_tickets;
struct rd;
struct wr;

enum {
	PROXY_TICKETS_MAX = 4096,
	PROXY_TICKET_BYTES_MAX = 32 + 1 + 17 + 4 * 256, /* of one that is written */
	PROXY_SECRET = 43			   /* characters of a ticket, a code, a check and its value */
};

/* Cookies of a host with a login: the ticket, and what only this browser has until then. */
#define PROXY_TICKET_COOKIE "__Host-pic_ticket"
#define PROXY_CHECK_COOKIE "__Host-pic_check"

struct proxy_ticket {
	uint8_t digest[32];
	bool admin;
	struct addr from;		 /* good from this address in zone vpn alone (AUT-11); len 0: from anywhere */
	const char *host;		 /* lower case */
	const char *user, *name, *email; /* "" = none */
	uint64_t told_ms;		 /* the edge's: when it last said that it was used */
};

/* A number of them, and each. */
void proxy_tickets_write(struct wr *w, size_t n);
void proxy_ticket_write(struct wr *w, const struct proxy_ticket *t);

/* NULL when they are none, or out of memory. */
struct proxy_tickets *proxy_tickets_read(struct rd *r);
void proxy_tickets_free(struct proxy_tickets *all); /* NULL is allowed */

/* Who brings a ticket. */
struct proxy_bearer {
	struct str host; /* that he asks for: any case, a final dot allowed */
	struct addr vpn; /* his address in zone vpn; len 0: he comes from elsewhere */
};

/* By its digest, if it is good for him. NULL: none; all may be NULL. */
struct proxy_ticket *proxy_ticket_find(const struct proxy_tickets *all, const uint8_t digest[32], const struct proxy_bearer *b);

#endif /* PROXY_TICKET_H */
