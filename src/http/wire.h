/* Incremental reader of HTTP/1 messages, requests or responses (RFC 9112),
 * for one direction of one connection. It does no I/O and copies only heads:
 * the owner pushes bytes in and takes steps out, body bytes stay where they
 * are. Anything that two programs could frame differently is refused
 * (WEB-6, INP-10): see http_wire_step(). */
#ifndef HTTP_WIRE_H
#define HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/head.h"	/* struct http_head */

enum { HTTP_FIELDS_MAX = 16 << 10 };	/* all header lines with their line ends; longer: 431 */

enum http_step {
	HTTP_STEP_MORE,		/* all bytes used, more are needed */
	HTTP_STEP_HEAD,		/* the head is complete: http_wire_head() */
	HTTP_STEP_BODY,		/* *body holds some bytes of the body, not yet counted as used: http_wire_took() */
	HTTP_STEP_END,		/* the message is complete: http_wire_next() before the next step */
	HTTP_STEP_BAD		/* no message of HTTP: http_wire_error(); the connection cannot be used any more */
};

struct http_trailers;
struct http_wire;

struct http_wire *http_wire_requests(void);	/* NULL when out of memory */
struct http_wire *http_wire_responses(void);
void http_wire_free(struct http_wire *w);	/* NULL is allowed */

/* Take the next step from n bytes at p; *used tells how many it ate. Call again
 * with the rest until MORE (or BAD); n = 0 is allowed and finds out what needs no byte.
 *
 * BAD for everything but the plain form, among it: a CR without LF or LF without CR, folded lines, NUL and other controls,
 * blanks before a colon, more than HTTP_HEADERS_MAX lines, HTTP/0.9 and 2 (also the "PRI * HTTP/2.0" preface),
 * CONNECT, absolute targets, fragments, HTTP/1.1 without exactly one Host, Content-Length twice or beside Transfer-Encoding,
 * Transfer-Encoding other than "chunked" or in HTTP/1.0, chunk extensions of a request, trailers of it that are no fields.
 * One empty line before a request is skipped (RFC 9112 2.2). */
enum http_step http_wire_step(struct http_wire *w, const uint8_t *p, size_t n, size_t *used, struct str *body);

/* After BODY: n of body.n bytes were taken; they follow the used ones in the caller's buffer. The rest is shown again. */
void http_wire_took(struct http_wire *w, size_t n);

/* The peer ended its direction. END when that completes the message (HTTP_UNTIL_EOF),
 * MORE when it stood between two messages, BAD when it cuts one. */
enum http_step http_wire_eof(struct http_wire *w);

/* Forget the finished message and be ready for the next. */
void http_wire_next(struct http_wire *w);

/* True once a byte of a message was taken and until http_wire_next(): the peer is not idle. */
bool http_wire_busy(const struct http_wire *w);

/* Valid from HTTP_STEP_HEAD until http_wire_next(). */
const struct http_head *http_wire_head(const struct http_wire *w);

/* What stood behind the body; valid from HTTP_STEP_END until http_wire_next(). NULL: nothing. */
const struct http_trailers *http_wire_trailers(const struct http_wire *w);

/* Responses: the method of the request that the next head answers; HEAD has no body. GET is assumed. */
void http_wire_answers(struct http_wire *w, enum http_method m);

/* After BAD: the status to answer with (400, 414, 431, 505; responses: 502) and one sentence why. */
int http_wire_error(const struct http_wire *w, const char **why);

#endif /* HTTP_WIRE_H */
