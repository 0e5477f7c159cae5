/* DNS over TCP and TLS, the server's side (RFC 7766, 7858, DNS-15): framing, pipelining,
 * answers in any order, and the limits on connections. What the messages say
 * is the owner's business. */
#ifndef DNS_TCP_H
#define DNS_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "dns/answer.h"
#include "dns/resolver.h"

struct dns_stats;
struct dns_tcp;
struct io_loop;
struct io_tls_config;

/* The owner may read and write these members; the rest is tcp.c's. */
struct dns_tcp_conn {
	struct dns_asker who;
	void *door;			/* the owner's mark: dns_tcp_close_door() */
	struct dns_pendings pendings;
};

struct dns_tcp_ops {
	/* One query of n octets: answer it now or later, once, with
	 * dns_tcp_reply(). The connection outlives the call. */
	void (*on_query)(void *arg, struct dns_tcp_conn *c, const uint8_t *p, size_t n);
	/* It has read what dns_tcp_send() said it should read first. */
	void (*on_drained)(void *arg, struct dns_tcp_conn *c);
	/* c is about to go: forget it. */
	void (*on_close)(void *arg, struct dns_tcp_conn *c);
};

/* share as in dns/server.h. */
struct dns_tcp *dns_tcp_new(struct io_loop *l, const struct dns_tcp_ops *ops, void *arg,
    struct dns_stats *stats, unsigned share);
void dns_tcp_free(struct dns_tcp *t);	/* closes all; NULL is allowed */

struct dns_tcp_new_conn {
	int fd;
	const struct dns_asker *who;		/* peer and zone are set */
	const struct io_tls_config *tls;	/* NULL = plain; the handshake counts as idle time */
	void *door;
};

/* A new connection; fd is owned whatever happens. Beyond DNS_TCP_PER_ADDRESS (zone local is free of it)
 * it is refused, beyond DNS_TCP_CONNECTIONS the one idle for longest gives way. */
void dns_tcp_accept(struct dns_tcp *t, const struct dns_tcp_new_conn *n);

/* The answer to one query; n = 0: there is none. */
void dns_tcp_reply(struct dns_tcp_conn *c, const uint8_t *p, size_t n);

/* A part of an answer of many messages, before dns_tcp_reply() with the last;
 * not from within on_query. False: the client should read first, on_drained follows. */
bool dns_tcp_send(struct dns_tcp_conn *c, const uint8_t *p, size_t n);

/* Its answer cannot be finished: close it soon. */
void dns_tcp_abort(struct dns_tcp_conn *c);

/* Read nothing more from it for a moment: its client asks too much. */
void dns_tcp_slow(struct dns_tcp_conn *c);

void dns_tcp_close_door(struct dns_tcp *t, const void *door);	/* NULL: all doors */

#endif /* DNS_TCP_H */
