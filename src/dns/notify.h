/* NOTIFY, the sender's side (DNS-18; RFC 1996, 8945): each secondary is told of
 * each zone's serial until it says that it knows, at most DNS_NOTIFY_TRIES
 * times; after that it asks by itself, when its refresh time is over. Signed,
 * over UDP, from a socket and port for each secondary.
 *
 * One edge of a cell does this, and only once all of them serve the new tables:
 * a secondary that is told too early may ask a sibling, hear the old serial, and
 * be content. When another edge takes over, everybody is told once more. */
#ifndef DNS_NOTIFY_H
#define DNS_NOTIFY_H

#include "dns/transfer.h"

struct clk;
struct dns_notify;
struct io_loop;

enum { DNS_NOTIFY_TRIES = 3, DNS_NOTIFY_WAIT_MS = 3000 /* the first; each further one three times as long */ };

struct dns_notify_conf {
	struct io_loop *loop;
	const struct clk *clk;
	dns_told *told;
	void *arg;
};

/* NULL when out of memory. */
struct dns_notify *dns_notify_new(const struct dns_notify_conf *c);
void dns_notify_free(struct dns_notify *x);	/* NULL is allowed */

/* All edges serve what was swapped in: tell it. */
void dns_notify_go(struct dns_notify *x);

/* From now on, silent until dns_notify_go(); t (copied) points into memory that stays until the next swap has
 * returned. What was said and acknowledged is not said again, unless the
 * secondaries changed. NULL: nobody is told anything. */
void dns_notify_swap(struct dns_notify *x, const struct dns_transfers *t);

#endif /* DNS_NOTIFY_H */
