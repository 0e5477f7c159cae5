/* What the head of a message says, judged so that no two programs can read it
 * differently (RFC 9112; WEB-6, INP-10). */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "http/lex.h"	/* struct http_header, HTTP_HEADERS_MAX */

enum { HTTP_TARGET_MAX = 8 << 10 };	/* longer: 414 */

enum http_method {
	HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE,
	HTTP_OPTIONS, HTTP_OTHER	/* any other known token; CONNECT is refused */
};

/* How the body ends. */
enum http_framing { HTTP_NO_BODY, HTTP_LENGTH, HTTP_CHUNKED, HTTP_UNTIL_EOF };

/* One head. Every str points into the text it was read from: see who hands it out. */
struct http_head {
	enum http_method method;
	struct str method_name;		/* as sent */
	struct str target;		/* as sent: path and query, or "*" */
	struct str path, query;		/* still encoded (http/target.h); query without '?' */
	struct str host;		/* Host as sent, syntax checked; empty only in HTTP/1.0 */
	struct str host_name;		/* without its port */
	int status;			/* responses */
	struct str reason;
	uint8_t minor;			/* HTTP/1.minor: 0 or 1 */
	bool keep_alive;		/* what this message alone allows */
	bool expect_continue;
	bool connect;			/* HTTP/2 asks for WebSocket (RFC 8441); the rest is the GET that HTTP/1.1 would have */
	enum http_framing framing;
	uint64_t length;		/* HTTP_LENGTH: of the body */
	const struct http_header *headers;
	size_t nheaders;
	uint64_t lengths;		/* bit n % 64: a header has a name of n bytes */
};

/* Why a head is refused: the status to answer with and one sentence. */
struct http_refusal {
	int status;
	const char *why;
};

/* text: the whole head with its empty line; lines end in CRLF and are not folded (wire.c has seen to that).
 * headers: room for HTTP_HEADERS_MAX; both must live as long as out. */
bool http_head_read_request(struct str text, struct http_header *headers,
    struct http_head *out, struct http_refusal *no);

/* method: of the request that this answers. */
bool http_head_read_response(struct str text, enum http_method method,
    struct http_header *headers, struct http_head *out, struct http_refusal *no);

/* Sent twice it does the same as once (RFC 9110 9.2.2). */
bool http_method_is_idempotent(enum http_method m);

/* The n-th header of that name (any case), from 0; p NULL when there is none. */
struct str http_header_find(const struct http_head *h, struct str name, size_t n);

/* True when a comma-separated header has the token, in any of its lines (Connection, close). */
bool http_header_lists(const struct http_head *h, struct str name, struct str token);

/* The same by names whose lengths the compiler knows. */
static inline struct str
http_header_nth(const struct http_head *h, const char *name, size_t n)
{
	return http_header_find(h, str_of(name), n);
}

static inline struct str
http_header_get(const struct http_head *h, const char *name)
{
	return http_header_find(h, str_of(name), 0);
}

static inline bool
http_header_has(const struct http_head *h, const char *name, const char *token)
{
	return http_header_lists(h, str_of(name), str_of(token));
}

#endif /* HTTP_HEAD_H */
