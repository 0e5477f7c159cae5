/* Answers of the server: at once, or as they are made.
 *
 * Headers given by the caller are written as they are, except Connection, Content-Length, Transfer-Encoding, Keep-Alive,
 * Upgrade and Date, which are ours, and those with a character that does not belong there: these are left out. HEAD
 * gets the head alone, 204 and 304 no body: the caller need not distinguish. An answer before the body was read is
 * allowed: a short rest is read and dropped, otherwise the connection closes after the answer. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct http_handler;	/* http/server.h */
struct http_header;	/* http/head.h */
struct http_req;
struct http_trailers;

enum {
	HTTP_REPLY_MAX = 64 << 20,	/* the largest body of one http_reply(); more is answered with 500 */
	HTTP_REPLY_HEAD_MAX = 16 << 10	/* status line and headers; headers that do not fit are left out */
};

enum http_own {
	HTTP_COPY,	/* body is copied before return */
	HTTP_TAKE,	/* body.p came from malloc and is freed by the connection, in every case */
	HTTP_CONST	/* body outlives every connection (embedded files) */
};

struct http_answer {
	int status;			/* 200 to 599 */
	const struct http_header *headers;
	size_t nheaders;
	struct str body;
	enum http_own own;
	bool close;			/* close the connection afterwards */
};

/* The whole answer. rq is gone. */
void http_reply(struct http_req *rq, const struct http_answer *a);

/* The same for one body with its type, copied. */
void http_reply_text(struct http_req *rq, int status, const char *type, struct str body);

/* application/problem+json (api.md 1.3) for what concerns the transport. rq is gone. */
void http_reply_problem(struct http_req *rq, int status, const char *detail);

/* An answer whose body follows; a->body is not looked at. length -1: unknown, sent in chunks (HTTP/1.0: ends with
 * the connection). From here on only on_drained() and on_abort() of h are used; NULL keeps the handler given before. */
void http_reply_start(struct http_req *rq, const struct http_answer *a, int64_t length,
    const struct http_handler *h, void *arg);

/* 101 to the protocol (RFC 9110 7.8), or 200 in HTTP/2 (RFC 8441); status and body of a are not looked at. rq asked for
 * it, has no body, and has a handler with on_chunk(): what the client sends from here on comes there as it is,
 * http_reply_write() gives it bytes as they are, and http_reply_end() closes the connection or stream. */
void http_reply_switch(struct http_req *rq, const struct http_answer *a, const char *protocol);

/* A piece of the body. 0; 1 = taken, wait for on_drained(); -ENOSPC = not taken, wait; -EPIPE = the
 * connection is breaking, on_abort() follows on its own; -EMSGSIZE = more than length, or than 256 KiB. */
int http_reply_write(struct http_req *rq, const void *p, size_t n);

/* The body is complete; less than length cuts the connection. rq is gone. */
void http_reply_end(struct http_req *rq);

/* The same with trailers (NULL: none), where the answer has a form that can carry them and the client takes them (TE). */
void http_reply_end_with(struct http_req *rq, const struct http_trailers *t);

/* Give up in the middle: the client must see that the body is not complete, so the connection is cut. rq is gone. */
void http_reply_cut(struct http_req *rq);

bool http_reply_started(const struct http_req *rq);

#endif /* HTTP_REPLY_H */
