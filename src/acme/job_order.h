/* The jobs "cert.issue" and "cert.renew" (RFC 8555; TLS-2, TIM-2, TIM-7): from a request to a certificate, in one
 * linear run. They never see the certificate's key.
 *
 * in:
 *   directory    "https://…", of production or of staging: this job knows no difference
 *   account_key  PEM of a P-256 key (acme/account.h), on disk before the job starts
 *   account_url  text or null: what an earlier run of this directory has told
 *   email        text or null
 *   tos_agreed   true, or the job refuses
 *   names        1 to ACME_NAMES_MAX host names, also "*.x"
 *   csr          base64 of the DER of a request for exactly these names; its key, too, is on disk before
 *   challenge    "http-01" or "dns-01"
 *   order_url    text or null: the order under way with this request and this directory
 *   unsure       true: an order may have been made whose address is not known (the job before ended without a word)
 *   recent       dns-01: true: resolvers may keep what an earlier order had (acme_ledger_recent()): their time is waited for
 *   replaces     text or null: acme_window_id() of the certificate to be replaced (RFC 9773 5)
 *   resolver, port  the cell's own name service
 *   http_port    http-01: where the challenge is looked at from here, 80 if absent
 *   provider     dns-01: for the solver, passed through
 *
 * Facts, as lines of their own (jobs/line.h), the moment they are known; core keeps each durably:
 *   {"account_url": text}
 *   {"order_url": text}    it counts as an order that was made, if it is another one than before
 *   {"order_url": null}    the order is over for good without a certificate
 *   {"chain": PEM, the leaf first; "window": {"start", "end", "again": Unix times} or null: acme/window.h}
 *                          the certificate, checked; the order is over
 * → {"names": […], "not_after": Unix time}
 *
 * Core therefore writes to disk, in this order: the account's key; the certificate's key and request, and unsure = true;
 * then it starts the job; account_url and order_url as they come (unsure = false with the latter); the chain beside its
 * key; then it forgets the request and the order. A crash between any two of them leads to one account (the server
 * knows it by its key) and one order: the one that is known is continued, also if it is valid already; one that may be
 * there is looked for in the account's list of orders, and servers that have no such list give the same order again.
 *
 * Failures: err.kind says whose turn it is, retry_after (seconds, at most ACME_PATIENCE_S) is what the server asked for.
 *   ERR_VALIDATION    the input, or what the server will never take as it is (a name, the request, an account that is
 *                     deactivated, terms that changed): not before something was changed
 *   ERR_FORBIDDEN     the server has judged challenges as failed: err.fields has one entry for each name, with its words
 *   ERR_RATE_LIMITED  the server's limit
 *   ERR_CONFLICT      the challenge is not met, as seen from here, or the provider refuses (a field says which name): the
 *                     server was not asked to look, so nothing is spent
 *   ERR_REMOTE        the server cannot be reached, fails, or says what it must not
 *   ERR_UNAVAILABLE   it takes longer than a job may: the order is gone on with by the next one; or the cell's own name
 *                     service does not run
 *   ERR_INTERNAL      us */
#ifndef ACME_JOB_ORDER_H
#define ACME_JOB_ORDER_H

#include <stdbool.h>

#include <jansson.h>

struct err;
struct io_tls_client;

enum {
	ACME_NAMES_MAX = 100, ACME_CHAIN_MAX = 48 << 10, ACME_PATIENCE_S = 7 * 86400,
	ACME_JOB_ORDER_S = 900		/* deadline of the kind; the job's own is a minute earlier, and it cleans up then */
};

/* Who can put TXT records into the public DNS, for as long as the job runs. */
struct acme_solver {
	/* Set: add the value to what the name ("_acme-challenge.home.example") has; the same value twice is no error. Clear:
	 * take it away; it is not there: no error. 0, or a negative errno with e. */
	int (*set)(void *arg, const char *name, const char *value, struct err *e);
	int (*clear)(void *arg, const char *name, const char *value, struct err *e);
	bool single;			/* set replaces what was there: one challenge at a time (TIM-7) */
	void *arg;
};

struct acme_job {
	const json_t *in;
	struct io_tls_client *tls;	/* borrowed */
	const struct acme_solver *solver;	/* NULL: no dns-01 */
	void (*progress)(void *arg, int percent, const char *step);
	void (*fact)(void *arg, const json_t *fact);
	void *arg;			/* of both */
};

/* 0 with *result, or a negative errno with e. */
int acme_job_order(const struct acme_job *job, json_t **result, struct err *e);

#endif /* ACME_JOB_ORDER_H */
