/* When to order, when to wait (TLS-2, TLS-3, TIM-1): back-off, the limits that
 * we set ourselves, renewal in time or when the authority suggests it. Pure: what was, the clock and a seed go in.
 * Times that a wrong clock wrote, far in the future, do not bind. */
#ifndef ACME_DECIDE_H
#define ACME_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acme/window.h"

struct err;

enum {
	ACME_BACKOFF_MIN_S = 60, ACME_BACKOFF_MAX_S = 12 * 3600,
	ACME_FAILED_PER_HOUR = 5,	/* validations of one name */
	ACME_ORDERS_PER_DAY = 20,	/* of the cell */
	ACME_RECENT_S = 900
};

/* The past of one certificate, by its first name: kept on disk. All zero: nothing was tried. */
struct acme_past {
	unsigned failures;		/* in a row */
	int64_t retry_at;		/* 0: at once */
	int64_t failed[ACME_FAILED_PER_HOUR];	/* when validations failed; 0 = none */
	int64_t renewed_at;		/* 0: never */
	struct acme_window window;	/* of the present certificate; start 0: none, again 0: never asked */
};

/* The orders of the cell: kept on disk. */
struct acme_ledger {
	int64_t orders[ACME_ORDERS_PER_DAY];	/* when they were made; 0 = none */
};

/* Transitions, each to be written to disk by the caller. */
void acme_ledger_add(struct acme_ledger *l, int64_t now);	/* with a new order_url */

/* Was an order made so lately that resolvers of an authority may still have its records? */
bool acme_ledger_recent(const struct acme_ledger *l, int64_t now);

void acme_past_fail(struct acme_past *p, const struct err *e, int64_t now);
void acme_past_succeed(struct acme_past *p, const struct acme_window *w, int64_t now);	/* w NULL: none is known */
void acme_past_forgive(struct acme_past *p);	/* settings were changed: back-off ends, the limits stay */

/* The certificate at hand for a want. */
struct acme_have {
	bool any;			/* from an authority of this want, with exactly its names */
	int64_t not_before, not_after;
};

struct acme_now {
	bool trusted;			/* the clock */
	int64_t s;
	int renew_pct;			/* certificates.renew_fraction_pct */
	uint64_t seed;			/* of the cell: not the same in two */
	bool order_open;		/* an order_url is known: it is gone on with, which makes no new one */
	bool asked;			/* a person wants it renewed now: not before back-off and limits allow */
};

enum acme_action { ACME_REST, ACME_ORDER, ACME_ASK_WINDOW };
enum acme_reason { ACME_IS_GOOD, ACME_NO_TIME, ACME_BACKOFF, ACME_NAME_LIMIT, ACME_DAY_LIMIT, ACME_IS_DUE };

struct acme_verdict {
	enum acme_action action;	/* now */
	enum acme_reason reason;
	int64_t at;			/* ACME_REST: when to ask again, 0 = when the clock is trusted */
	int64_t renew_at;		/* when the certificate is due; 0: there is none */
};

void acme_decide(const struct acme_have *have, const struct acme_past *p, const struct acme_ledger *l,
    const struct acme_now *now, struct acme_verdict *out);

/* "it is tried again after a failure", for people; not NULL. */
const char *acme_reason_text(enum acme_reason r);

#endif /* ACME_DECIDE_H */
