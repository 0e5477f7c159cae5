/* The server side of one HTTP/1.1 connection, plain or TLS: keep-alive,
 * pipelining, deadlines. Who may do what is the owner's business; it is asked as
 * soon as a head is complete, before any byte of the body is looked at. Requests:
 * http/request.h; answers: http/reply.h. All calls on the loop thread.
 *
 * Life of an HTTP request
 *
 *   io_listen_new() accepts a socket; its owner calls http_conn_new().
 *   http_conn_input() in request.c feeds http_wire_step(), which collects the head; http_head_read_request() judges it after
 *   http_lex_request() has cut it into tokens. A bad head ends in http_conn_refuse(): a short answer, then close.
 *   take_head() fills the http_req and calls the owner's on_request(). The owner looks at http_req_head() and does one of
 *     http_reply(), http_reply_start()     answer at once
 *     http_req_read()                      have the body collected; on_body gets it whole, or 413 went out
 *     http_req_stream()                    have it passed on piece by piece: on_chunk, then on_end
 *     http_req_wait()                      answer later without the body
 *     http_relay_start() (relay.h)         have another server answer
 *   take_body() and take_end() deliver the body. The owner answers now or on any later turn of the loop:
 *     http_reply()                         head and body at once
 *     http_reply_start(), http_reply_write(), http_reply_end()   an answer made as it goes; on_drained paces it
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

#include "http/reply.h"		/* answers */
#include "http/request.h"	/* requests */

struct io_loop;
struct io_tls_config;
struct http_conn;
struct http_req;

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

/* Octets that requests and answers of HTTP/2 may hold on all connections that share it; zero used at first. Over max each
 * connection has its own HTTP_OWN_BYTES still, so that nobody is kept out by others. What is too much is not taken: new
 * requests are refused (REFUSED_STREAM), answers wait, windows stay small. */
struct http_budget { size_t used, max; };

enum { HTTP_OWN_BYTES = 64 << 10 };

struct http_conn_conf {
	const struct io_tls_config *tls;	/* NULL: plain. The connection keeps a reference */
	const struct http_times *times;		/* NULL: defaults. Must outlive the connection */
	const struct http_conn_ops *ops;	/* must outlive the connection */
	struct http_budget *budget;		/* the same; NULL: each connection has its own bounds alone */
	void *arg;				/* one per connection: peer identity and the like live there */
};

/* fd is owned on success. NULL on failure (fd untouched). */
struct http_conn *http_conn_new(struct io_loop *l, int fd, const struct http_conn_conf *c);

/* Cut it now. A request in progress gets on_abort(); on_closed() does not come. NULL is allowed. */
void http_conn_close(struct http_conn *c);

/* Close once the request in progress is answered; now if there is none (role or door is stopping). */
void http_conn_drain(struct http_conn *c);

/* TLS: the handshake came to its end; plain: true. */
bool http_conn_opened(const struct http_conn *c);

/* SNI name, lower case, or NULL (plain, none). Compare with Host: another one there is 421. */
const char *http_conn_server_name(const struct http_conn *c);

#endif /* HTTP_SERVER_H */
