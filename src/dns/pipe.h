/* One TCP connection to an upstream, plain or TLS (RFC 7858), opened when
 * needed, shared by all queries that go there by it, pipelined with answers in
 * any order (RFC 7766), padded inside TLS (RFC 8467), closed when idle. A
 * connection that breaks after it has served is opened anew and what was under
 * way is sent again; one that cannot be opened is tried a few times, and then,
 * after a while that doubles, by the next query. */
#ifndef DNS_PIPE_H
#define DNS_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_carriage;	/* dns/port.h */
struct dns_flight;
struct dns_pipe;

enum {
	DNS_PIPE_IDLE_MS = 10000,
	DNS_PIPE_TLS_IDLE_MS = 60000,	/* a handshake costs more than keeping it; servers close sooner if they like */
	DNS_PIPE_DIALS = 3,		/* attempts in a row */
	DNS_PIPE_REST_MS = 1000,	/* then, at first */
	DNS_PIPE_REST_MAX_MS = 10000,
	DNS_PIPE_STRAY_MAX = 256,	/* messages in a row that answer nothing */
	DNS_PIPE_PAD = 128
};

struct dns_pipe_conf {
	const struct dns_carriage *carriage;
	struct addr_port to;
	const char *tls_name;		/* NULL: plain; outlives the pipe */
	/* It has opened (error 0), or DNS_PIPE_DIALS attempts failed, the last for
	 * this reason, and its flights have not been told yet. May be NULL. */
	void (*state)(void *arg, int error);
	void *arg;
};

struct dns_pipe *dns_pipe_new(const struct dns_pipe_conf *c);
void dns_pipe_free(struct dns_pipe *p);	/* no flight may be left; NULL is allowed */

/* Send f->query under a new id. 0 or -errno; at once -ENOTCONN while it rests
 * after failed attempts. A flight ends with -ENOTCONN when the connection could
 * not be opened: it was never sent. */
int dns_pipe_send(struct dns_pipe *p, struct dns_flight *f);

/* Open it, without a query, if it is closed and does not rest. */
void dns_pipe_dial(struct dns_pipe *p);

/* A flight of it has waited in vain: a connection that has brought nothing for
 * as long is given up. */
void dns_pipe_missed(struct dns_pipe *p, uint64_t waited_ms);

/* Every now and then: dial again, close what is idle. True while it is open or about to be. */
bool dns_pipe_sweep(struct dns_pipe *p);

#endif /* DNS_PIPE_H */
