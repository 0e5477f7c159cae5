/* One connection and its requests: what server.c (deadlines, events, life), request.c
 * (input) and reply.c (output) share with each other and with HTTP/2 (h2.h). Nobody
 * else includes this. */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/server.h"
#include "http/spool.h"
#include "io/later.h"

struct http2;
struct http_trailers;
struct http_wire;
struct io_stream;
struct io_timer;

enum {
	HTTP_DROP_MAX = 64 << 10,	/* of an unwanted body; a longer rest closes the connection */
	HTTP_LINGER_MAX = 4 << 20,	/* read and dropped while closing, so that the answer survives */
	HTTP_LINGER_MS = 2000,
	HTTP_DATE_MAX = 32
};

enum conn_state { CONN_HANDSHAKE, CONN_OPEN, CONN_LINGER, CONN_DEAD };

/* What happens to the request's body. */
enum req_input { REQ_UNASKED, REQ_COLLECT, REQ_STREAM, REQ_DROP, REQ_READ };

/* How far the answer is: nothing, pieces to come, all known but not yet in the stream, all in the stream. */
enum req_output { REQ_SILENT, REQ_STARTED, REQ_FLUSHING, REQ_ANSWERED };

/* What HTTP/2 does otherwise with a request: the functions of request.h and reply.h end here. */
struct http_form {
	const struct http_head *(*head)(const struct http_req *rq);
	void (*body)(struct http_req *rq);		/* rq->in says what becomes of it */
	void (*resume)(struct http_req *rq);
	void (*reply)(struct http_req *rq, const struct http_answer *a);
	void (*start)(struct http_req *rq, const struct http_answer *a, int64_t length);
	void (*raw)(struct http_req *rq, const struct http_answer *a);	/* http_reply_switch() */
	int (*write)(struct http_req *rq, const void *p, size_t n);
	void (*end)(struct http_req *rq, const struct http_trailers *t);
	const struct http_trailers *(*trailers)(const struct http_req *rq);
	void (*cut)(struct http_req *rq);
};

struct http_req {
	const struct http_form *form;	/* NULL: HTTP/1 */
	struct http_conn *conn;
	bool live;
	const struct http_handler *h;	/* NULL: nobody to tell */
	void *arg;
	enum req_input in;
	enum req_output out;
	bool stalled;			/* on_chunk() took less: waits for http_req_resume() */
	bool continued;			/* 100 was sent, or body bytes came */
	struct http_spool body;		/* REQ_COLLECT */
	size_t max, n;			/* of the body; REQ_DROP: n counts */
	bool raw;			/* the protocol was switched: bytes are taken as they are */
	bool close;			/* the connection ends with this answer */
	const struct http_header *also;	/* of every answer; NULL: nothing */
	bool bodyless, chunked, counted;	/* of the answer */
	uint64_t left;			/* counted: of the answer's body */
	const char *rest;		/* REQ_FLUSHING: what the stream has not taken */
	size_t nrest;
	void *rest_block;		/* freed when rest is out */
};

struct http_conn {
	struct io_loop *loop;
	struct io_stream *stream;
	struct http_wire *wire;
	struct http2 *h2;		/* NULL: HTTP/1 */
	struct io_timer *in_timer, *out_timer;
	struct io_later step, gone;
	const struct http_times *times;
	struct http_budget *budget;
	const struct http_conn_ops *ops;
	void *arg;
	enum conn_state state;
	bool tls, opened, draining, closed_by_owner, peer_eof, timing_head;
	bool out_timing, in_input, rests;	/* rests: the next time-out of an idle client is no end */
	struct http_req rq;		/* HTTP/1.1: one at a time */
	uint64_t written, sent;		/* bytes given to the stream; out of it at the last look */
	size_t lingered;
	int64_t date_s;
	char date[HTTP_DATE_MAX];
};

/* --- server.c --- */

/* Give bytes to the stream and watch that they go; results as io_stream_write(). */
int http_conn_write(struct http_conn *c, const void *p, size_t n);

/* Nothing is asked: from now on the client is idle. */
void http_conn_time_idle(struct http_conn *c);

/* Send what is left, then wait a while for the client to close: closing on
 * unread bytes would reset the connection and destroy the answer on its way. */
void http_conn_finish(struct http_conn *c);

/* Not HTTP, or too slow: one short answer if none has begun, then no more. */
void http_conn_refuse(struct http_conn *c, int status, const char *why);

/* Over at once, from any state. */
void http_conn_end(struct http_conn *c);

/* --- request.c --- */

/* Take what can be taken of n bytes; the count used. */
size_t http_conn_input(struct http_conn *c, const uint8_t *p, size_t n);

/* A step that needs no byte: the end of a body that is not there. Then go on reading. */
void http_conn_step(struct http_conn *c);

/* The answer has come a step further: begin the next request or close when this one is over. */
void http_conn_settle(struct http_conn *c);

/* The owner is done with the request, whatever of its body is still to come. */
void http_conn_drop_body(struct http_conn *c);

/* From now on what comes is the handler's, as it is. */
void http_conn_raw(struct http_conn *c);

/* Forget the request and what it holds. */
void http_req_clear(struct http_conn *c);
void http_req_release(struct http_req *rq);	/* only what it holds */

bool http_req_collect(struct http_req *rq, struct str piece);	/* false: out of memory */
struct str http_req_collected(const struct http_req *rq);

/* --- reply.c --- */

/* Move REQ_FLUSHING on as far as the stream takes it. */
void http_reply_push(struct http_conn *c);

/* A complete answer of the server itself, which closes the connection. */
void http_reply_refuse(struct http_conn *c, int status, const char *why);

void http_reply_free(struct http_req *rq);	/* what the answer holds */

/* Keep the rest of a's body in rq->rest, as a->own says. False: out of memory. */
bool http_reply_keep(struct http_req *rq, const struct http_answer *a, struct str rest);

/* Is it the caller's to say, and a header? */
bool http_reply_passes(const struct http_req *rq, const struct http_header *h);

const char *http_conn_date(struct http_conn *c);	/* RFC 9110 5.6.7 */

#endif /* HTTP_CONN_H */
