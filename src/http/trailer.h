/* Trailers: fields behind a body (RFC 9110 6.5, RFC 9112 7.1.2). Pure. Which of them a proxy passes on: http/relay_head.h. */
#ifndef HTTP_TRAILER_H
#define HTTP_TRAILER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/lex.h"	/* struct http_header */

struct wr;

enum { HTTP_TRAILERS = 16 };	/* fields */

struct http_trailers {
	struct http_header v[HTTP_TRAILERS];	/* pointing into the text that they were read from */
	size_t n;
};

/* Lines as they came, each with its end. False: something in it is no field, or they are too many; *out has the others. */
bool http_trailers_read(struct str text, struct http_trailers *out);

/* The end of a body in chunks; t NULL: without any. */
void http_trailers_write(struct wr *w, const struct http_trailers *t);

#endif /* HTTP_TRAILER_H */
