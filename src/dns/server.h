/* The DNS server of an edge (RFC 1035, 2308, 4592, 6891, 7766, 8482, 8914).
 *
 * Life of a DNS question
 *
 *   on_udp()		server.c: a batch of datagrams from io_udp, or
 *   on_query()		one message of a TCP or TLS connection (tcp.c)
 *   dns_query_read()	query.c: header, question, EDNS; name lower-cased, hashed
 *   dns_cookie_renew()	cookie.c: does its cookie prove whose it is (RFC 9018)
 *   dns_limit_take()	limit.c: is this client asking too much (DNS-20)
 *   dns_xfr_answer()	xfr.c: only if it is signed (DNS-18)
 *   judge()		answer.c: view of the asker, refusals (DNS-2, DNS-16)
 *   dns_table_find()	table.c: a finished answer of our own zones, or a cut
 *   dns_reply_finish()	reply.c: header, question, answer, OPT; truncation
 *			-- here most questions end, in the same batch --
 *   dns_cache_get()	cache.c: a kept answer of an upstream, TTLs aged
 *   dns_forward_ask()	forward.c: equal questions joined, upstream chosen
 *   dns_upstream_send()	upstream.c: random id, port and 0x20 case, or TCP
 *   on_answer()		forward.c: matched, checked by dns_ingest() (ingest.c),
 *			kept in the cache, sent to everyone who waits
 *
 * Until the first snapshot, and while a snapshot has no DNS part (before
 * setup), there is no answer at all: UDP is silent, TCP is closed at once.
 * All calls on the loop thread. */
#ifndef DNS_SERVER_H
#define DNS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_cookie_keys;	/* dns/cookie.h */
struct dns_door;
struct dns_guests;	/* dns/guest.h */
struct dns_server;
struct dns_log;
struct dns_peers;	/* dns/guard.h */
struct dns_stats;	/* dns/stats.h */
struct dns_news;	/* dns/transfer.h */
struct err;
struct io_loop;
struct io_tls_client;
struct io_tls_config;	/* io/tls.h */
struct sealed_list;	/* sys/sealed.h */

enum {
	DNS_TCP_CONNECTIONS = 512,	/* DNS-15; of TCP and TLS together, of all edges together; each has its share */
	DNS_TCP_PER_ADDRESS = 16,	/* at each edge */
	DNS_TCP_OUTSTANDING = 100,	/* per connection */
	DNS_TCP_IDLE_MS = 10000,
	DNS_TCP_QUERY_MAX = 4096,	/* a longer query ends its connection */
	DNS_ASKS_MAX = 16,		/* dns_server_ask() at one time */
	DNS_ASK_LINES_MAX = 64,
	DNS_UPSTREAMS_MAX = 80		/* states exported at most */
};

struct dns_server_conf {
	struct io_loop *loop;
	struct dns_stats *stats;	/* outlives the server */
	struct dns_log *log;		/* likewise (log.h); NULL: questions are not logged */
	size_t log_room;
	unsigned share;			/* edges of this cell: cache, client limits and connections are divided by it; 0 = 1 */
	/* Zone of an asker, one bit of enum conf_zone, or 0 = to be dropped; *number: of the peer that it is, 0 = none.
	 * Called once per question; switches with dns_server_swap(). */
	unsigned (*zone_of)(void *arg, uint32_t ifindex,
	    const struct addr *local, const struct addr *peer, uint32_t *number);
	const struct dns_peers *peers;	/* of the VPN (guard.h); NULL: there are none */
	/* What became of a secondary; NULL: nobody wants to know. */
	void (*told)(void *arg, const struct dns_news *news);
	void *arg;
	struct io_tls_client *tls;	/* for upstreams; borrowed, outlives the server; NULL: those over TLS fail */
};

/* 0 and *out, or a negative errno. */
int dns_server_new(struct dns_server **out, const struct dns_server_conf *c);

/* Closes every door and forgets every question. NULL is allowed. */
void dns_server_free(struct dns_server *s);

/* Serve a bound UDP socket (owned on success), or a listening TCP one, plain or
 * with TLS around it (RFC 7858) (borrowed as by io_listen_new(); ifindex_enable()
 * was called on it). NULL on failure. dns_door_close() also ends its connections and
 * forgets questions that wait for an upstream; NULL is allowed. */
struct dns_door *dns_server_udp(struct dns_server *s, int fd);
struct dns_door *dns_server_tcp(struct dns_server *s, int fd);
struct dns_door *dns_server_tls(struct dns_server *s, int fd);
void dns_door_close(struct dns_door *d);

/* A UDP one whose socket somebody else reads, too: read no more of it, but answer what was read. */
void dns_door_leave(struct dns_door *d);

/* Use the DNS part of a new snapshot: in force for every question read after
 * this returns, which is soon, however much there is in it. n = 0: stop
 * answering. The bytes, and the pieces beside them (snapshot.h; NULL: none), must stay mapped until the next successful swap or
 * dns_server_free(). 0; on -EINVAL or -ENOMEM e says why and the old part stays. */
int dns_server_swap(struct dns_server *s, const void *part, size_t n, const struct sealed_list *pieces, struct err *e);

/* What TLS connections from now on show (NULL: nobody gets one) and cookies are made with (copied; NULL: cookies are
 * passed over). */
void dns_server_secure(struct dns_server *s, const struct io_tls_config *tls, const struct dns_cookie_keys *keys);

struct dns_guests *dns_server_guests(struct dns_server *s);	/* for guest.c */

/* Every edge serves these tables, and this one is to tell the secondaries. */
void dns_server_notify(struct dns_server *s);

/* Drop cached answers: all (name NULL), or those of the name in wire form and
 * everything below it. The number dropped. */
unsigned dns_server_flush(struct dns_server *s, const uint8_t *name, size_t namelen);

enum dns_source {
	DNS_SOURCE_AUTHORITATIVE, DNS_SOURCE_CACHE, DNS_SOURCE_UPSTREAM,
	DNS_SOURCE_FORWARD, DNS_SOURCE_REFUSED, DNS_SOURCE_BLOCKED
};
const char *dns_source_name(enum dns_source s);	/* "authoritative" … */

/* What a question of some asker would get. Valid during the callback. */
struct dns_asked {
	int rcode;			/* extended; -1: there is no answer (not serving, time over) */
	const char *view;		/* "vpn", "lan" …; NULL without a view */
	enum dns_source source;
	int ede;			/* RFC 8914 info code, -1 = none */
	const char *ede_text;		/* "" when it has none */
	const char *rule;		/* what blocked it: "deny", or the id of a list; "" = nothing */
	const char *const *answers;	/* one record per line as in a master file, no newline */
	size_t nanswers;
	unsigned ms;
};
typedef void dns_asked_cb(void *arg, const struct dns_asked *a);

struct dns_ask {
	unsigned zone;			/* of the asker: one bit of enum conf_zone */
	struct addr local;		/* the address asked; len 0 = any */
	struct addr peer;		/* the asker's; len 0 = nobody in particular */
	const uint8_t *name;		/* wire form, at most 255 octets */
	size_t namelen;
	uint16_t type;
};

/* Send one question (RD=1, EDNS) through the very path of the wire, as if it
 * had come from that zone to that address. done runs exactly once, never before
 * this returns, unless the server is freed first. 0; -EINVAL for a bad name or
 * zone; -ENOBUFS at DNS_ASKS_MAX. */
int dns_server_ask(struct dns_server *s, const struct dns_ask *q, dns_asked_cb *done, void *arg);

struct dns_upstream_state {
	struct addr_port at;
	uint8_t transport;	/* enum conf_transport, as configured */
	uint8_t up;		/* 0 = has failed and not answered since, or is this cell itself */
	uint8_t fallback;	/* 1 = plain DNS in place of DoT */
	uint32_t rtt_ms;	/* smoothed; 0 = not measured yet */
	uint64_t heard_ms;	/* CLOCK_MONOTONIC: when that was learnt; 0 = it was not asked yet */
};

/* Fill at most max; the count. */
/* The names of block lists (lists.h) that filters apply, in force for every question read after this returns; n = 0:
 * none. They stay mapped until the next call that succeeds, or dns_server_free(). False: they are no such thing. */
bool dns_server_lists(struct dns_server *s, const void *p, size_t n);

size_t dns_server_upstreams(const struct dns_server *s,
    struct dns_upstream_state *out, size_t max);

#endif /* DNS_SERVER_H */
