/* The client side of one connection to another HTTP/1.1 server: one request
 * after the other, kept open in between. The caller writes the request's bytes itself;
 * the answer comes in pieces. All calls on the loop thread. */
#ifndef HTTP_LINK_H
#define HTTP_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/head.h"	/* enum http_method, struct http_head */

struct addr_port;
struct http_link;
struct http_trailers;
struct io_loop;
struct io_tls_client;

/* Milliseconds (WEB-9). */
struct http_link_times {
	uint32_t connect;
	uint32_t first_byte;	/* request sent to head of the answer */
	uint32_t idle;		/* without progress while a request runs */
	uint32_t keep;		/* unused, then closed: less than what the other server waits */
	uint32_t tunnel;	/* without progress after it switched protocols */
};

extern const struct http_link_times http_link_times_default;	/* 5 s, 60 s, 120 s, 60 s, 1 h */

/* Over a connected socket; fd is owned on success. times NULL = defaults, else must outlive the link. NULL on failure. */
struct http_link *http_link_new(struct io_loop *l, int fd, const struct http_link_times *times);
struct http_link *http_link_connect(struct io_loop *l, const struct addr_port *to, const struct http_link_times *times);

/* The same with TLS, to the server that must prove to be name, as far as tls checks that. */
struct http_link *http_link_connect_tls(struct io_loop *l, const struct addr_port *to, const struct http_link_times *times,
    struct io_tls_client *tls, const char *name);

/* Cut it; no callback after this. NULL is allowed. */
void http_link_free(struct http_link *k);

/* Alive and without a request: can take one. */
bool http_link_ready(const struct http_link *k);

/* It has carried an exchange before: the other server may have closed it just now. */
bool http_link_used(const struct http_link *k);

/* Be told, from the loop, when the link dies while nobody uses it. */
void http_link_watch(struct http_link *k, void (*on_dead)(void *arg), void *arg);

/* --- one exchange ----------------------------------------------------------- */

enum http_link_fault {
	HTTP_LINK_UNREACHED,	/* no connection, or its TLS failed */
	HTTP_LINK_SLOW,		/* no connection, no answer or no progress in time */
	HTTP_LINK_UNANSWERED,	/* closed before the first byte of an answer */
	HTTP_LINK_BROKEN	/* in the middle of it, or what came is none */
};

struct http_link_ops {
	/* The final answer's head (1xx are swallowed), valid until http_link_release(). */
	void (*on_head)(void *arg, const struct http_head *h);
	/* n bytes of its body. The number taken; fewer pauses until http_link_resume(). */
	size_t (*on_chunk)(void *arg, const uint8_t *p, size_t n);
	/* The answer is complete: http_link_trailers(). */
	void (*on_end)(void *arg);
	/* More can be written, after http_link_write() said 1. */
	void (*on_drained)(void *arg);
	/* Instead of all that would still come: why, as a short phrase. The link is dead. */
	void (*on_fail)(void *arg, enum http_link_fault fault, const char *why);
	/* After http_link_may_switch(), in place of on_head(): 101. From here on bytes are taken and given as they
	 * are, until on_end() or on_fail(). */
	void (*on_switch)(void *arg, const struct http_head *h);
};

/* Take the link for a request of that method. It must be ready. Callbacks come from the loop, never inside a call. */
void http_link_begin(struct http_link *k, enum http_method m, const struct http_link_ops *ops, void *arg);

/* The request asks for another protocol (RFC 9110 7.8): 101 may come. */
void http_link_may_switch(struct http_link *k);

/* What stood behind the answer's body, inside on_end(). NULL: nothing. */
const struct http_trailers *http_link_trailers(const struct http_link *k);

int http_link_write(struct http_link *k, const void *p, size_t n);	/* results as io_stream_write() */
void http_link_sent(struct http_link *k);				/* the request is complete: the wait begins */
void http_link_resume(struct http_link *k);

/* Give it back, also inside a callback. Ready again when request and answer were complete, otherwise dead. */
void http_link_release(struct http_link *k);

#endif /* HTTP_LINK_H */
