/* One client request answered by another HTTP/1.1 server: the head written anew, both bodies streamed with
 * back-pressure, hop-by-hop headers removed (RFC 9110 7.6.1), and every header that claims who the
 * client is (Forwarded, X-Forwarded-*, X-Real-IP, Remote-*) removed before the caller's own are added (WEB-5).
 * Used for edge → core now and for the reverse proxy later. Upgrade is not passed on.
 *
 * A link is a connection to the other server that serves one request after the other. */
#ifndef HTTP_RELAY_H
#define HTTP_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct addr_port;
struct http_header;
struct http_req;
struct io_loop;

/* --- the link -------------------------------------------------------------- */

struct http_link;

/* Milliseconds (WEB-9); http_link_times_default: 5 s, 60 s, 120 s, 60 s. */
struct http_link_times {
	uint32_t connect;
	uint32_t first_byte;	/* request sent to head of the answer */
	uint32_t idle;		/* without progress while a request runs. Event streams send comments more often */
	uint32_t keep;		/* unused, then closed: must be less than what the other server waits */
};

extern const struct http_link_times http_link_times_default;

/* Over a connected socket; fd is owned on success. times NULL = defaults, else must outlive the link. NULL on failure. */
struct http_link *http_link_new(struct io_loop *l, int fd, const struct http_link_times *times);
struct http_link *http_link_connect(struct io_loop *l, const struct addr_port *to, const struct http_link_times *times);

/* Cut it. A relay that uses it must be cancelled or done. NULL is allowed. */
void http_link_free(struct http_link *k);

/* Idle and alive: can take a request. */
bool http_link_ready(const struct http_link *k);

/* --- the relay -------------------------------------------------------------- */

struct http_relay;

struct http_relay_conf {
	struct str host;			/* replaces Host; empty: the client's */
	const struct http_header *add;		/* to the request, after the removals */
	size_t nadd;
	const struct http_header *add_answer;	/* to the answer, replacing those of the same name */
	size_t nadd_answer;
	uint64_t body_max;			/* 413 beyond; 0 = no limit */
};

/* It is over, also for the client: answered (status), failed with a 502 or 503 problem (status; why says what
 * the upstream did), or the client went away (status 0). The link may be ready for another or not. */
typedef void http_relay_done(void *arg, int status, const char *why);

/* rq: in on_request(), nothing asked of it yet. Takes it over. conf is copied by value into the request head
 * before this returns. done comes exactly once, never before this returns.
 * NULL: out of memory, 503 was answered, done does not come. link must be ready. */
struct http_relay *http_relay_start(struct http_req *rq, struct http_link *k,
    const struct http_relay_conf *conf, http_relay_done *done, void *arg);

/* The owner goes away: cuts client's answer and link; done does not come. */
void http_relay_cancel(struct http_relay *r);

#endif /* HTTP_RELAY_H */
