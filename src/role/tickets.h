/* Tickets for the login wall on the side of core: codes are redeemed for edges, and every edge is told which tickets are good
 * (auth/visit.h, proxy/ticket.h). */
#ifndef ROLE_TICKETS_H
#define ROLE_TICKETS_H

#include <stddef.h>

struct core;
struct message_redeem;
struct message_used;

/* An edge brings a code; it is answered. */
void tickets_redeem(struct core *c, size_t edge, const struct message_redeem *m);
void tickets_used(struct core *c, const struct message_used *m);

/* Sessions have changed: those without one end, at every edge. */
void tickets_follow(struct core *c);

/* Users have changed: what is told of them does, too. */
void tickets_tell(struct core *c);

#endif /* ROLE_TICKETS_H */
