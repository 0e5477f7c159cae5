/* The server side of one HTTP/1.1 connection, plain or TLS: keep-alive,
 * pipelining, deadlines, bodies. Who may do what is the owner's business; it is
 * asked as soon as a head is complete, before any byte of the body is looked
 * at. Answers: http/reply.h. All calls on the loop thread.
 *
 * Life of an HTTP request
 *
 *   io_listen_new() accepts a socket; its owner calls http_conn_new().
 *   conn_input() in server.c feeds http_wire_step(), which collects the head; http_head_read_request() judges it after
 *   http_lex_request() has cut it into tokens. A bad head ends in conn_refuse(): a short answer, then close.
 *   take_head() fills the http_req and calls the owner's on_request(). The owner looks at http_req_head() and does one of
 *     http_reply(), http_reply_start()     answer at once
 *     http_req_read()                      have the body collected; on_body() gets it whole, or 413 went out
 *     http_req_stream()                    have it passed on piece by piece: on_chunk(), then on_end()
 *     http_req_wait()                      answer later without the body
 *     http_relay_start() (relay.h)         have another server answer
 *   take_body() and take_end() deliver the body. The owner answers now or on any later turn of the loop:
 *     http_reply()                         head and body at once
 *     http_reply_start(), http_reply_write(), http_reply_end()   an answer made as it goes; on_drained() paces it
 *   reply.c writes the head (Date, Connection, framing) and the body into the stream: io_stream_write().
 *   http_conn_settle(): the connection waits for the next head, or closes.
 *
 * Every request that reached on_request() ends in exactly one of two ways: the owner finished the answer (http_reply(),
 * http_reply_end(), http_reply_cut()), or on_abort() told that the client is gone or broke the rules. From then on rq is
 * gone. A request of which nothing was asked yet has no handler and so no on_abort(): answer, read, stream or
 * wait before on_request() returns. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/head.h"	/* struct http_head, struct http_header, enum http_method */
#include "http/reply.h"	/* the other half */

struct io_loop;
struct io_tls_config;
struct http_conn;
struct http_req;

enum { HTTP_BODY_MAX = 64 << 20 };	/* the most that http_req_read() may be asked for */

/* --- the connection ------------------------------------------------------- */

/* Milliseconds. Defaults (api.md 1.1) in http_times_default. */
struct http_times {
	uint32_t handshake;	/* TLS: 10 s, then cut */
	uint32_t head;		/* first byte to end of head: 10 s, then 408 */
	uint32_t body;		/* body without progress: 30 s, then 408 */
	uint32_t idle;		/* between requests: 120 s, then closed */
	uint32_t write;		/* answer without progress: 60 s, then cut */
};

extern const struct http_times http_times_default;

struct http_conn_ops {
	/* A head is complete. See "Life of an HTTP request". */
	void (*on_request)(void *arg, struct http_req *rq);
	/* The connection is over, by whatever cause but http_conn_close(). Comes from the loop, never inside a call.
	 * Freed after this returns. */
	void (*on_closed)(void *arg);
};

struct http_conn_conf {
	const struct io_tls_config *tls;	/* NULL: plain. The connection keeps a reference */
	const struct http_times *times;		/* NULL: defaults. Must outlive the connection */
	const struct http_conn_ops *ops;	/* must outlive the connection */
	void *arg;				/* one per connection: peer identity and the like live there */
};

/* fd is owned on success. NULL on failure (fd untouched). */
struct http_conn *http_conn_new(struct io_loop *l, int fd, const struct http_conn_conf *c);

/* Cut it now. A request in progress gets on_abort(); on_closed() does not come. NULL is allowed. */
void http_conn_close(struct http_conn *c);

/* Close once the request in progress is answered; now if there is none (role or door is stopping). */
void http_conn_drain(struct http_conn *c);

/* SNI name, lower case, or NULL (plain, none). Compare with Host: another one there is 421. */
const char *http_conn_server_name(const struct http_conn *c);

/* --- the request ---------------------------------------------------------- */

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

/* Pass the body on as it comes; also for requests without one (then only on_end()). Callbacks never before this returns. */
void http_req_stream(struct http_req *rq, const struct http_handler *h, void *arg);
void http_req_resume(struct http_req *rq);

/* The answer comes later and the body is not wanted (or was read): only on_drained() and on_abort() of h are used.
 * May also replace the handler and arg given before. */
void http_req_wait(struct http_req *rq, const struct http_handler *h, void *arg);

#endif /* HTTP_SERVER_H */
