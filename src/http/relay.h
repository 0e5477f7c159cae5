/* One client request answered by another HTTP/1.1 server: the head written
 * anew, both bodies streamed with back-pressure, hop-by-hop headers removed (RFC
 * 9110 7.6.1), and every header that claims who the client is (Forwarded, X-Forwarded-*,
 * X-Real-IP, Remote-*) removed before the caller's own are added (WEB-5). Used
 * for edge → core and for the reverse proxy. Of upgrades only WebSocket is passed on, and only where asked for. */
#ifndef HTTP_RELAY_H
#define HTTP_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/link.h"	/* struct http_link */

struct http_header;
struct http_relay;
struct http_req;

enum { HTTP_RELAY_ADD_MAX = 32 };	/* of each kind */

/* It and what it points to must live until done. */
struct http_relay_conf {
	struct str host;			/* replaces Host; empty: the client's */
	const struct http_header *add;		/* to the request, after the removals */
	size_t nadd;
	const struct http_header *set;		/* the same, replacing those of the same name; value.p NULL: only removing */
	size_t nset;
	const struct http_header *add_answer;	/* to the answer, likewise */
	size_t nadd_answer;
	const char *const *hide;		/* cookies that pass in neither direction (http/cookie.h), and none reaches
						 * above the host asked for; NULL: all pass */
	uint64_t body_max;			/* of the request: 413 beyond; 0 = no limit */
	bool websocket;				/* pass a request for WebSocket on as one (RFC 6455) */
	struct str ws_key, ws_accept;		/* Sec-WebSocket-Key for one of HTTP/2, which has none, and its answer */
	/* Both may be NULL; arg is that of done. */
	/* Answer rq in place of our problem document; detail is a phrase for people: why. rq is gone. */
	void (*refuse)(void *arg, struct http_req *rq, int status, const char *detail);
	/* A kept link was closed by the other server just when an idempotent request without body went out on it (RFC 9110
	 * 9.2.2): a link to send it on once more, NULL for none. The old one is dead. */
	struct http_link *(*again)(void *arg);
};

/* It is over, also for the client: answered with status, or with a problem of 502 or 504 when the other server failed
 * (why says how, NULL otherwise), or cut in the middle of its answer (why), or the client went away (status
 * 0). The link is ready again or dead: http_link_ready(). */
typedef void http_relay_done(void *arg, int status, const char *why);

/* rq: of which nothing but http_req_wait() was asked. It belongs to the relay from now on. k must be ready and
 * must outlive the relay. done comes exactly once, from the loop, never before this returns.
 * NULL: a problem was answered already (503 out of memory, 400 without Host, 413), done does not come. */
struct http_relay *http_relay_start(struct http_req *rq, struct http_link *k,
    const struct http_relay_conf *conf, http_relay_done *done, void *arg);

/* The owner goes away: cuts the client's connection and the link; done does not come. */
void http_relay_cancel(struct http_relay *r);

#endif /* HTTP_RELAY_H */
