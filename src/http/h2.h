/* HTTP/2 on a connection of the server (RFC 9113), chosen by ALPN. Frames, HPACK
 * and flow control are nghttp2's; here its streams become requests (conn.h) with
 * their bodies, answers, deadlines and bounds. server.c and h2_stream.c only.
 *
 * Life of an HTTP/2 request
 *
 *   on_header() in h2.c collects the fields; when all are there h2_head_make() turns them into the head that HTTP/1.1 would have.
 *   http2_step() offers it to the owner's on_request(), feeds its body, tells of room: all handlers are called from there
 *	and never while the library is at work.
 *   h2_stream.c answers: submit() gives the head to the library, on_read() the body as the client's windows allow: from the
 *	stream's spool or the caller's memory.
 *   http2_step() at last frees what is closed, and sends what is due.
 *
 * What a client can make us keep: H2_STREAMS_MAX requests with heads of H2_HEADS_MAX; of their bodies H2_CONN_WINDOW
 * in all, where the budget of all connections has room for that, else 64 KiB; of streamed answers H2_QUEUED_MAX and one piece a
 * stream, also within that budget. What it can make us do: resets, pings, settings,
 * priorities and empty frames have a budget; beyond it the connection ends with ENHANCE_YOUR_CALM. */
#ifndef HTTP_H2_H
#define HTTP_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "http/conn.h"
#include "http/h2_head.h"
#include "http/spool.h"
#include "http/trailer.h"

struct nghttp2_session;

enum {
	H2_STREAMS_MAX = 100,
	H2_FRAME_HEAD = 9,
	H2_WINDOW = 128 << 10,			/* of a request's body */
	H2_CONN_WINDOW = 1 << 20,		/* of all of them */
	H2_HEADS_MAX = 512 << 10,		/* of all heads of requests under way; what comes beyond is to be asked again */
	H2_QUEUE_MAX = 128 << 10,		/* of a streamed answer, not yet in frames */
	H2_QUEUE_LOW = 32 << 10,
	H2_QUEUED_MAX = 2 << 20,		/* of all of them */
	H2_RESETS = 200,			/* streams that a client may reset in H2_PERIOD_MS (WEB-6) */
	H2_NOISE = 1000,			/* frames that carry nothing, likewise */
	H2_PERIOD_MS = 10000,
	H2_STOP_MS = 1000,			/* what a client that has its answer may go on sending, as far as its window goes */
	H2_NOTICE_MS = 1000			/* what a client that does not answer has to hear that we leave */
};

struct h2_stream {
	struct http_req rq;		/* first */
	struct http2 *h2;
	struct h2_stream *next;
	int32_t id;
	struct h2_fields fields;	/* until the head is complete */
	struct h2_head head;
	struct http_refusal refusal;	/* status 0: none */
	struct http_spool body;		/* of the request: came, not taken */
	uint64_t came;			/* octets of it in all */
	struct http_spool queue;	/* of the answer: given, not yet in frames */
	const uint8_t *direct;		/* the same, in the caller's memory; while http_reply_write() runs */
	size_t ndirect;
	struct http_spool behind;	/* lines of trailers: of the request, then of the answer */
	struct http_trailers trailers;	/* in them */
	bool trailing;			/* the answer ends with trailers */
	bool headed, offered;		/* the head is complete; the owner has seen it */
	bool ended, answered, closed;	/* the request is complete; the answer is out; the stream is no more */
	bool refuses;			/* the answer, which has begun: it needs no more of the request */
	bool gave_up;			/* the client ended the request before its length, for the answer refuses it */
	bool given, cutting;		/* the whole answer is known; it ends in the middle */
	uint64_t stop_ms;		/* the rest of the request is not wanted, and is said not to be then; 0: it may come */
	bool stopped;			/* it was said */
	bool waiting;			/* the writer waits for on_drained() */
	bool moved;			/* since the last look at the clock */
	unsigned still;			/* looks without a move */
	size_t held;			/* of the budget: head, collected body, what of the answer waits */
};

struct http2 {
	struct http_conn *conn;
	struct nghttp2_session *session;
	struct h2_stream *streams;	/* oldest first */
	size_t nstreams, queued, heads;
	size_t held;			/* of all streams */
	bool wide;			/* its window is H2_CONN_WINDOW, and that much of the budget is its own until it ends */
	bool starved;			/* a stream waits for the budget */
	struct io_timer *stop;		/* of the first stream with stop_ms */
	bool stopping;			/* it runs */
	uint64_t period_ms;
	unsigned noise;
	/* GOAWAY in two steps (RFC 9113 6.8): that we leave, with a PING behind it; then, when that is answered, which
	 * request was the last. What a client asked before it heard is answered. */
	enum { H2_STAYS, H2_NOTICE, H2_LEAVES } leaving;
	enum h2_timing { H2_TIMES_NOTHING, H2_TIMES_IDLE, H2_TIMES_STREAMS, H2_TIMES_NOTICE } timing;	/* what in_timer runs for */
};

/* --- h2.c, for server.c --- */

struct http2 *http2_new(struct http_conn *c);	/* NULL when out of memory */
void http2_free(struct http2 *h);		/* NULL is allowed */

size_t http2_input(struct http2 *h, const uint8_t *p, size_t n);	/* takes all */
void http2_step(struct http2 *h);		/* handlers, then output, then what is over */
void http2_timeout(struct http2 *h);		/* of the connection's in_timer */
void http2_drain(struct http2 *h);		/* say that we leave; close when the requests that came until then are answered */
void http2_abort(struct http2 *h);		/* the connection is gone: tell whoever waits */

/* --- h2.c, for h2_stream.c --- */

/* What frames are due go into the stream, which holds them back: a step has to follow. Negative: the session is broken, as
 * that step will find. */
ssize_t http2_send(struct http2 *h);
void h2_stop_at(struct h2_stream *s);		/* stop_ms is to be heard of */
bool h2_may_hold(const struct http2 *h, size_t n);
void h2_hold(struct h2_stream *s, size_t n);
void h2_let_go(struct h2_stream *s, size_t n);

/* --- h2.c, for h2_session.c --- */

void h2_charge(struct http2 *h, size_t n);	/* to the budget of all connections */
void h2_leave(struct http2 *h);		/* requests beyond the last one that came are the client's to ask elsewhere */

/* --- h2_session.c, for h2.c --- */

bool h2_session_open(struct http2 *h);	/* h->session; false when out of memory */

/* --- h2_stream.c, for h2.c --- */

extern const struct http_form h2_form;

/* Write a DATA frame: its head of H2_FRAME_HEAD octets, and n of what the body has next. 0, or an error of nghttp2's: the
 * connection broke, or the octets were lost. */
int h2_stream_send(struct h2_stream *s, const uint8_t *frame_head, size_t n);

/* Give the owner what of the body is there, tell it of room. */
void h2_stream_step(struct h2_stream *s);
void h2_stream_reset(struct h2_stream *s, uint32_t error);	/* a code of RFC 9113 7 */
void h2_stream_abort(struct h2_stream *s);	/* tell the handler, if there is one */

#endif /* HTTP_H2_H */
