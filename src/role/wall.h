/* The login wall of an edge (WEB-3, WEB-4): knows visitors by the tickets that core has told it, sends others to the login
 * page, and takes them in when they come back. The whole way: auth/visit.h. */
#ifndef ROLE_WALL_H
#define ROLE_WALL_H

#include <stdbool.h>
#include <stdint.h>

#include "proxy/ticket.h"

struct http_head;
struct http_req;
struct io_loop;
struct message_redeem;
struct message_redeemed;
struct proxy_route;
struct wall;

enum {
	WALL_WAITING = 64, /* who come back at a time; more get 503 */
	WALL_PATIENCE_MS = 5000,
	WALL_TELL_MS = 60000 /* that a ticket is in use is told so often */
};

struct wall_ops {
	/* To core; false: it does not reach it. */
	bool (*redeem)(void *arg, const struct message_redeem *m);
	void (*used)(void *arg, const uint8_t digest[32]);
};

/* NULL when out of memory. */
struct wall *wall_new(struct io_loop *l, const struct wall_ops *ops, void *arg);
void wall_free(struct wall *w); /* nobody waits any more; NULL is allowed */

/* All tickets that are good from now on; taken. */
void wall_use(struct wall *w, struct proxy_tickets *t);
const struct proxy_tickets *wall_tickets(const struct wall *w); /* NULL: none yet */

/* The cookies that are the wall's or the cell's own, ended by NULL: no target sees or sets them. */
extern const char *const wall_cookies[];

/* Whose request this is, on a connection with TLS; NULL: nobody's. It counts as a use of the ticket. */
const struct proxy_ticket *wall_look(struct wall *w, const struct http_head *h, const struct proxy_bearer *b);

/* Where the visitor asked to go, and where he is. */
struct wall_place {
	struct proxy_bearer who; /* host without port */
	uint16_t https_port;
	bool stranger;
};

/* Not without login: a browser that navigates goes to the login page, all else is 401. Takes rq. */
void wall_ask(struct http_req *rq, const struct proxy_route *route, const struct wall_place *p);

/* Back from the login page. Takes rq. */
void wall_enter(struct wall *w, struct http_req *rq, const struct wall_place *p);

/* What core says to redeem(). */
void wall_redeemed(struct wall *w, const struct message_redeemed *m);

#endif /* ROLE_WALL_H */
