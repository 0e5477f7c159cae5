/* An edge's requests to core: each goes over a link of its own, one end of a
 * socket pair whose other end core got together with what the edge knows about the
 * client. A connection keeps its links for the next requests of that client. */
#ifndef ROLE_CALLS_H
#define ROLE_CALLS_H

#include <stddef.h>

#include "io/later.h"
#include "role/message.h"

struct calls;
struct http_req;
struct io_loop;

/* Hand one end of a socket pair to core; fd stays the caller's. 0 or -errno. */
typedef int front_api(void *arg, int fd, const struct message_api *m);

/* All links of an edge, at most max. NULL when out of memory. */
struct calls *calls_new(struct io_loop *l, size_t max, front_api *api, void *arg);
void calls_free(struct calls *all);		/* nobody has calls; NULL is allowed */

enum {
	CALLS_PER_CONNECTION = 32,	/* at a time; further requests of an HTTP/2 connection wait for their turn */
	CALLS_OTHERS = 4		/* one of so many links no single address can have; 503 beyond */
};

/* The calls of one connection; zero at first. */
struct calls_own {
	struct call *first;
	struct calls_waiting *waiting;	/* oldest first */
	size_t running;
	struct calls *all;		/* once somebody has waited */
	struct io_later turn;		/* of who waits */
};

/* Have core answer rq, of a client about whom m tells. Takes rq. */
void calls_request(struct calls *all, struct calls_own *own, struct http_req *rq, const struct message_api *m);

/* The connection goes away: requests in progress are cut, links closed. */
void calls_close(struct calls *all, struct calls_own *own);

#endif /* ROLE_CALLS_H */
