/* Heads on their way through the relay: which headers pass, what is added. Pure. relay.c only. */
#ifndef HTTP_RELAY_HEAD_H
#define HTTP_RELAY_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/wr.h"
#include "http/lex.h"

struct http_head;
struct http_relay_conf;
struct http_req;
struct http_trailers;

enum {
	HTTP_RELAY_TEXT_MAX = 16 << 10, /* of what is written anew in an answer */
	HTTP_RELAY_HEAD_MAX = 48 << 10	/* of a request: target, headers and ours */
};

/* An answer's headers; values point into the head, into conf, or into text. */
struct http_relay_answer {
	struct http_header v[HTTP_HEADERS_MAX + 32];
	size_t n;
	char text[HTTP_RELAY_TEXT_MAX];
};

/* Does the client ask for WebSocket, in a form that can be passed on? */
bool http_relay_wants_websocket(const struct http_req *rq);

/* The request for the server. */
void http_relay_put_request(struct wr *w, const struct http_req *rq, const struct http_relay_conf *conf);

/* The server's headers that may pass, and ours. asked: the host that the client asked for, without port. */
void http_relay_take_answer(struct http_relay_answer *out, const struct http_head *h, const struct http_relay_conf *conf,
    struct str asked);

/* Those of t that may pass. NULL: none. */
const struct http_trailers *http_relay_take_trailers(struct http_trailers *out, const struct http_trailers *t);

#endif /* HTTP_RELAY_HEAD_H */
