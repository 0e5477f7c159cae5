/* The server side of one HTTP/1.1 connection, plain or TLS: keep-alive,
 * pipelining, deadlines, bodies and answers. Who may do what is the owner's
 * business; it is asked as soon as a head is complete, before any byte of the
 * body is looked at. All calls on the loop thread.
 *
 * Life of an HTTP request
 *
 *   io_listen accepts a socket; its owner calls http_conn_new().
 *   on_data() in server.c feeds http_wire_step(), which collects the head (wire.c) and has it cut into tokens by
 *   http_lex_request() (lex.c). A bad head ends in conn_refuse(): a short answer, then close.
 *   conn_on_head() fills the http_req and calls the owner's on_request(). The owner looks at http_req_head() and does one of
 *     http_reply(), http_reply_start()     answer at once
 *     http_req_read(rq, max, h, arg)       have the body collected; h->on_body() gets it whole, or 413 went out
 *     http_req_stream(rq, h, arg)          have it passed on piece by piece; h->on_chunk(), then h->on_end()
 *     http_relay_start() (relay.h)         have another server answer
 *   conn_on_body() delivers the body. The owner answers now or on any later turn of the loop:
 *     http_reply()                         head and body at once
 *     http_reply_start(), _write(), _end() an answer that is made as it goes; h->on_drained() paces it
 *   reply.c writes the head (Date, Connection, framing) and the body into the io_stream.
 *   req_finish(): the connection waits for the next head, or closes.
 *
 * Every request that reached on_request() ends in exactly one of three ways: the owner finished the answer (http_reply(),
 * http_reply_end(), http_reply_cut()), or on_abort() told that the client is gone or broke the rules. From
 * then on rq is gone. A request of which the owner asked nothing yet has no handler and so no on_abort(): answer,
 * read or stream it before on_request() returns, or give it a handler by http_req_wait(). */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/wire.h"	/* struct http_head, struct http_header, enum http_method */

struct io_loop;
struct io_tls_config;
struct http_conn;
struct http_req;

enum {
	HTTP_BODY_MAX = 64 << 20,	/* the most that http_req_read() may be asked for */
	HTTP_REPLY_MAX = 64 << 20,	/* the largest body of one http_reply() */
	HTTP_REPLY_HEAD_MAX = 16 << 10	/* status line and headers of an answer */
};

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
	/* The connection is over, by whatever cause but http_conn_close(). Freed after this returns. */
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
bool http_conn_is_tls(const struct http_conn *c);

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
struct http_conn *http_req_conn(const struct http_req *rq);
void *http_req_conn_arg(const struct http_req *rq);			/* http_conn_conf.arg */
struct io_loop *http_req_loop(const struct http_req *rq);

/* Collect the body, at most max bytes. False: it is larger by its Content-Length, 413 is sent, rq is gone and h is never called.
 * A chunked body that grows past max: 413 is sent, then h->on_abort(). "100 Continue" goes out when the client waits for it.
 * h and arg stay the request's until it ends; on_body() never comes before this returns. */
bool http_req_read(struct http_req *rq, size_t max, const struct http_handler *h, void *arg);

/* Pass the body on as it comes; also for requests without one (then only on_end()). Callbacks never before this returns. */
void http_req_stream(struct http_req *rq, const struct http_handler *h, void *arg);
void http_req_resume(struct http_req *rq);

/* The answer comes later and the body is not wanted (or was read): only on_drained() and on_abort() of h are used.
 * May also replace the handler and arg given before. */
void http_req_wait(struct http_req *rq, const struct http_handler *h, void *arg);

/* --- the answer ----------------------------------------------------------- */

/* Headers given by the owner are written as they are, except Connection, Content-Length, Transfer-Encoding, Date
 * and those with a character that does not belong there, which are left out. HEAD gets the head alone, 204 and 304 no body:
 * the caller need not distinguish. An answer before the body was read is allowed: a short rest is read
 * and dropped, otherwise the connection closes after the answer. */

enum http_own {
	HTTP_COPY,	/* body is copied before return */
	HTTP_TAKE,	/* body.p came from malloc and is freed by the connection, in every case */
	HTTP_CONST	/* body outlives every connection (embedded files) */
};

struct http_answer {
	int status;
	const struct http_header *headers;
	size_t nheaders;
	struct str body;
	enum http_own own;
	bool close;	/* close the connection afterwards */
};

/* The whole answer. rq is gone. */
void http_reply(struct http_req *rq, const struct http_answer *a);

/* The same for one body with its type, copied. */
void http_reply_text(struct http_req *rq, int status, const char *type, struct str body);

/* application/problem+json of type "urn:pic:http" (api.md 1.3). rq is gone. */
void http_reply_problem(struct http_req *rq, int status, const char *detail);

/* An answer whose body follows. length -1: unknown, chunked (HTTP/1.0: ends with the connection).
 * Further 100s are not sent. h, arg as in http_req_wait(). */
void http_reply_start(struct http_req *rq, const struct http_answer *a, int64_t length);

/* A piece of the body. 0; 1 = taken, wait for on_drained(); -ENOSPC = not taken, wait; -EPIPE = the
 * connection is breaking, on_abort() follows on its own. -EMSGSIZE = more than length. */
int http_reply_write(struct http_req *rq, const void *p, size_t n);

/* The body is complete; less than length cuts the connection. rq is gone. */
void http_reply_end(struct http_req *rq);

/* Give up in the middle: the client must see that the body is not complete, so the connection is cut. rq is gone. */
void http_reply_cut(struct http_req *rq);

bool http_reply_started(const struct http_req *rq);

#endif /* HTTP_SERVER_H */
