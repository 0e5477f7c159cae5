/* The fields of an HTTP/2 request (RFC 9113 8.3) become the head that HTTP/1.1
 * would have had, and are judged by the same reader: so the rest of the program
 * knows one kind of request only, and none that the reader would refuse. */
#ifndef HTTP_H2_HEAD_H
#define HTTP_H2_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/head.h"
#include "http/spool.h"

enum h2_pseudo { H2_METHOD, H2_SCHEME, H2_AUTHORITY, H2_PATH, H2_PROTOCOL, H2_PSEUDOS };

/* While fields come. Zero at first; cleared in the end. */
struct h2_fields {
	struct h2_value { size_t at, n; } pseudo[H2_PSEUDOS], host;	/* in values; n 0: none came */
	/* lines: as in HTTP/1.1; cookie: crumbs joined (8.2.3) */
	struct http_spool values, lines, cookie;
	size_t total;
	bool too_large, bad;
};

/* The head of a request; text and headers are what it points into. */
struct h2_head {
	struct http_head head;
	char *text;
	size_t size;			/* of text */
	struct http_header *headers;
};

void h2_fields_add(struct h2_fields *f, struct str name, struct str value);
void h2_fields_clear(struct h2_fields *f);	/* wiped: cookies are among them */

/* no_body: the request ends with its head. False with *no: it is none to be served, and *out is as cleared. */
bool h2_head_make(struct h2_head *out, const struct h2_fields *f, bool no_body, struct http_refusal *no);
void h2_head_clear(struct h2_head *h);

#endif /* HTTP_H2_HEAD_H */
