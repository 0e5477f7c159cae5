/* One request and its reply for linear code in a job's child: any method,
 * headers and a body, over HTTPS to a server that proves its name. One
 * connection each; no redirect is followed, no status is judged. */
#ifndef IO_EXCHANGE_H
#define IO_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "io/reply.h"

struct err;
struct io_tls_client;

enum { IO_EXCHANGE_HEAD_MAX = 8192 };	/* of the request */

struct io_header { const char *name, *value; };

struct io_exchange {
	/* The request. Host, Connection and Content-Length are written here; User-Agent and that any type is accepted, unless
	 * headers say otherwise. */
	const char *method;		/* NULL = "GET" */
	const char *url;		/* io/url.h */
	bool plain_too;			/* http:// is no error: who listens may read and forge all of it */
	const struct io_header *headers;
	size_t nheaders;
	const void *body;		/* nbody octets; NULL = none */
	size_t nbody;
	struct addr_port resolver;	/* the name server that is asked */
	struct io_tls_client *tls;
	uint8_t family;			/* as in io/call.h */
	uint64_t deadline_ms;		/* of all of it, on the monotonic clock of sys/clk.h */

	/* Where the reply goes. */
	const struct io_wanted *wanted;
	size_t nwanted;
	char *text;			/* the body, with a NUL behind it; NULL: it is not kept */
	size_t size;			/* of text, so that size - 1 octets fit; a longer body is an error */
	/* In place of text: the body as it comes, packed or not. 0, or a negative errno that io_exchange() then returns, with e
	 * as it was left here. May be NULL. */
	int (*on_body)(void *arg, const struct io_exchange *x, const uint8_t *p, size_t n);
	void *arg;

	/* The reply, known before on_body() is called. */
	int status;
	bool gzip, coded;		/* as in io/reply.h; text is never packed */
	size_t n;			/* octets in text */
};

/* 0 with the reply, whatever its status; ERR_VALIDATION: the request cannot be written so; ERR_TOO_LARGE: the body does
 * not fit; ERR_REMOTE with words a person can act on, which hold the host's name and nothing else of the request. */
int io_exchange(struct io_exchange *x, struct err *e);

#endif /* IO_EXCHANGE_H */
