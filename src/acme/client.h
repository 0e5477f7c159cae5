/* The client of an ACME server, for linear code in a job's child: its
 * directory, nonces (RFC 8555 6.5), signed requests, and what its refusals mean
 * for us. */
#ifndef ACME_CLIENT_H
#define ACME_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/wire.h"
#include "base/addr.h"
#include "base/str.h"

struct acme_account;
struct acme_client;
struct err;
struct io_tls_client;

enum {
	ACME_REQUEST_S = 30,		/* for one request */
	ACME_NONCE_TRIES = 24		/* a server that refuses every second nonce is met once in 16 million requests */
};

struct acme_client_conf {
	const char *directory;
	const struct acme_account *account;	/* borrowed; NULL: nothing is signed */
	struct addr_port resolver;
	struct io_tls_client *tls;
	uint64_t deadline_ms;			/* of all of it, on the monotonic clock of sys/clk.h */
};

struct acme_reply {
	int status;			/* 200 to 299 */
	int retry_after;		/* seconds; 0 = not said */
	char location[ACME_URL_SIZE];	/* "": none, or none that may be asked */
	char next[ACME_URL_SIZE];	/* the link "next" of a list; likewise */
	struct str body;		/* until the next request */
};

/* Reads the directory. 0 and *out, or a negative errno with e. */
int acme_client_open(struct acme_client **out, const struct acme_client_conf *c, struct err *e);
void acme_client_close(struct acme_client *c);		/* NULL is allowed */

const struct acme_directory_doc *acme_client_directory(const struct acme_client *c);

/* Who signs from now on: the account's address; NULL: the key itself, as for a new account. */
void acme_client_kid(struct acme_client *c, const char *kid);

/* A signed request; payload NULL: POST-as-GET. type: what the reply must be, "application/json" for documents. 0 with r, or
 * a negative errno with e: ERR_RATE_LIMITED, ERR_VALIDATION (it will not be taken as it is), ERR_FORBIDDEN (names are not
 * proven), ERR_REMOTE. */
int acme_client_post(struct acme_client *c, const char *url, const char *payload, const char *type, struct acme_reply *r,
    struct err *e);

/* The same without a signature (RFC 9773 4.1). */
int acme_client_get(struct acme_client *c, const char *url, struct acme_reply *r, struct err *e);

/* Of the last reply; 0: there was none. */
int acme_client_status(const struct acme_client *c);

/* Why the last request was refused: a type of RFC 8555 6.7, "" = something else. */
const char *acme_client_refusal(const struct acme_client *c);

/* Fill e from a problem: kind, words, a field for each name it speaks of. what: who or what failed, for people. */
int acme_problem_err(const struct acme_problem *p, const char *what, struct err *e);

/* Wait, but not beyond the deadline. False: that is sooner, and nothing was waited. */
bool acme_client_wait(const struct acme_client *c, int seconds);

#endif /* ACME_CLIENT_H */
