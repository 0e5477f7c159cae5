/* What the owner of a server's connection does with a request: look at its
 * head, have the body collected or passed on, or put the answer off. How requests
 * come and end: "Life of an HTTP request" in server.h. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/head.h"	/* struct http_head, struct http_header, enum http_method */

struct http_req;
struct http_trailers;

enum { HTTP_BODY_MAX = 64 << 20 };	/* the most that http_req_read() may be asked for */

struct http_handler {
	/* http_req_read: the whole body (may be empty), valid until the request ends. */
	void (*on_body)(void *arg, struct http_req *rq, struct str body);
	/* http_req_stream: n bytes came. The number taken; fewer pauses until http_req_resume(). */
	size_t (*on_chunk)(void *arg, struct http_req *rq, const uint8_t *p, size_t n);
	/* http_req_stream: the body is complete. */
	void (*on_end)(void *arg, struct http_req *rq);
	/* The answer being written can take more (after http_reply_write() said 1). May be NULL. */
	void (*on_drained)(void *arg, struct http_req *rq);
	/* The client is gone, too slow, or broke the rules; whatever had to be answered was answered. rq is gone. */
	void (*on_abort)(void *arg);
};

const struct http_head *http_req_head(const struct http_req *rq);	/* valid until the request ends */
void *http_req_conn_arg(const struct http_req *rq);			/* http_conn_conf.arg */

/* Collect the body, at most max bytes. False: it is larger by its Content-Length, 413 is sent, rq is gone and h is never called.
 * A chunked body that grows past max: 413 is sent, then h->on_abort(). "100 Continue" goes out when the client waits for it.
 * h must outlive the request. on_body() never comes before this returns. */
bool http_req_read(struct http_req *rq, size_t max, const struct http_handler *h, void *arg);

/* Can this request's connection, or its stream of HTTP/2, become another protocol's (http_reply_switch())? */
bool http_req_can_switch(const struct http_req *rq);

/* Every answer to it carries h, in place of any of that name, whoever answers. h outlives the request. */
void http_req_also(struct http_req *rq, const struct http_header *h);

/* What stood behind the body, inside on_end(). NULL: nothing. */
const struct http_trailers *http_req_trailers(const struct http_req *rq);

/* Pass the body on as it comes; also for requests without one (then only on_end()). Callbacks never before this returns. */
void http_req_stream(struct http_req *rq, const struct http_handler *h, void *arg);
void http_req_resume(struct http_req *rq);

/* The answer comes later and the body is not wanted (or was read): only on_drained() and on_abort() of h are used.
 * May also replace the handler and arg given before. */
void http_req_wait(struct http_req *rq, const struct http_handler *h, void *arg);

#endif /* HTTP_REQUEST_H */
