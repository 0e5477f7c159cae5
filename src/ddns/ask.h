/* One question to a provider and what its answer means in general: addresses
 * of calls, credentials in headers, JSON, and the statuses that all share. */
#ifndef DDNS_ASK_H
#define DDNS_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"
#include "ddns/provider.h"
#include "io/exchange.h"
#include "io/url.h"

struct err;

enum { DDNS_CALL_S = 15, DDNS_REPLY_MAX = 256 << 10, DDNS_WAIT_MAX_S = 86400, DDNS_HEADERS = 4 };

/* An address put together; too long is sticky. */
struct ddns_url { char text[IO_URL_MAX + 1]; size_t n; bool bad; };

void ddns_url_begin(struct ddns_url *u, const char *base);
void ddns_url_put(struct ddns_url *u, const char *text);	/* as it is */
void ddns_url_value(struct ddns_url *u, const char *text);	/* percent-encoded but for RFC 3986 2.3 */

struct ddns_ask {
	const char *method;		/* NULL = "GET" */
	uint8_t family;			/* as in io/call.h */
	struct io_header headers[DDNS_HEADERS];	/* ended by name NULL, or all in use */
	json_t *body;			/* taken; NULL = none */
};

struct ddns_answer {
	int status;
	int wait_s;			/* Retry-After, 0 = not said */
	struct str text;		/* in the buffer below */
	char buf[DDNS_REPLY_MAX + 1];	/* at the end, so that = { 0 } is not needed */
};

/* NULL when out of memory. Freed by ddns_answer_free(), which wipes: a token may be in it. */
struct ddns_answer *ddns_answer_new(void);
void ddns_answer_free(struct ddns_answer *a);	/* NULL is allowed */

/* 0 with whatever status; an error of io_exchange(). The credential of a never comes into e. */
int ddns_ask(const struct ddns_account *a, const struct ddns_url *u, struct ddns_ask *q, struct ddns_answer *out,
    struct err *e);

/* What a status that is no success means (provider.h), in words with the provider's name; e is always set. */
int ddns_refused(const struct ddns_account *a, const struct ddns_answer *r, struct err *e);

/* "Retry-After: 120"; a date, or what is none, counts as an hour; at most DDNS_WAIT_MAX_S. */
int ddns_wait_read(const char *value);

/* The answer as one JSON object; NULL with ERR_REMOTE. New reference. */
json_t *ddns_answer_json(const struct ddns_account *a, const struct ddns_answer *r, struct err *e);

/* "Bearer <token>" or another word before it into out. False: it does not fit. */
enum { DDNS_AUTHORIZATION_MAX = DDNS_TOKEN_MAX + 16 };
bool ddns_bearer(const struct ddns_account *a, char out[DDNS_AUTHORIZATION_MAX + 1], struct err *e);

#endif /* DDNS_ASK_H */
