/* A complete HTTP/1 head cut into its tokens by llhttp in strict mode. What
 * the tokens mean is judged in wire.c; this file only knows the grammar. It
 * stands apart because llhttp.h claims names such as HTTP_GET. */
#ifndef HTTP_LEX_H
#define HTTP_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { HTTP_HEADERS_MAX = 100 };	/* lines of one head */

/* Points into the text it was read from; value without outer blanks. */
struct http_header {
	struct str name, value;
};

struct http_lexed {
	struct str method, target;	/* requests */
	int status;			/* responses */
	struct str reason;
	uint8_t major, minor;
	struct http_header *headers;	/* room for HTTP_HEADERS_MAX, given by the caller */
	size_t nheaders;
};

/* Read head, which runs from the first line to the empty one, all included.
 * False when llhttp objects anywhere or sees another end than head has. */
bool http_lex_request(struct str head, struct http_lexed *out);
bool http_lex_response(struct str head, struct http_lexed *out);

#endif /* HTTP_LEX_H */
