/* Finding the end of a message body, and the body bytes before it (RFC 9112 6, 7).
 * Body bytes are never copied. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/head.h"	/* enum http_framing */

enum {
	HTTP_CHUNK_LINE_MAX = 256,	/* chunk size with extensions, one trailer line */
	HTTP_TRAILERS_MAX = 4096	/* all trailer lines */
};

enum http_body_step {
	HTTP_BODY_MORE,		/* all bytes used */
	HTTP_BODY_SOME,		/* *data holds body bytes, not yet counted as used: http_body_took() */
	HTTP_BODY_END,
	HTTP_BODY_BAD
};

struct http_spool;

struct http_body {
	enum http_framing framing;
	uint64_t left;		/* of the body, or of this chunk */
	bool tolerant;		/* chunk extensions are skipped instead of refused */
	struct http_spool *trailers;	/* gets their lines; NULL: they are skipped where tolerant, else refused */
	int state;		/* of the chunk reader */
	size_t line, ntrailers;	/* bytes so far, against the limits above */
};

/* tolerant: for responses; a request with extensions is refused (INP-10). */
void http_body_init(struct http_body *b, enum http_framing framing, uint64_t length, bool tolerant);

/* Look at n bytes at p; *used: bytes of framing that were eaten before *data. */
enum http_body_step http_body_step(struct http_body *b, const uint8_t *p, size_t n,
    size_t *used, struct str *data);

/* n bytes of the data just shown were taken; n is at most data.n. */
void http_body_took(struct http_body *b, size_t n);

/* Write one chunk of n bytes, n > 0: at most HTTP_CHUNK_EXTRA bytes more than n. */
enum { HTTP_CHUNK_EXTRA = 24 };
struct wr;
void http_chunk_write(struct wr *w, const void *p, size_t n);

/* The sender has ended its direction: is the body complete? */
bool http_body_eof(const struct http_body *b);

#endif /* HTTP_BODY_H */
