/* When to order; see decide.h. */
#include "acme/decide.h"

#include <string.h>

#include "acme/job_order.h"	/* ACME_PATIENCE_S */
#include "base/err.h"

enum { HOUR_S = 3600, DAY_S = 86400, TEXT_REASONS = ACME_IS_DUE + 1 };

/* --- transitions ------------------------------------------------------------------------- */

/* The oldest gives way. */
static void
note(int64_t *v, size_t n, int64_t now)
{
	size_t i, oldest = 0;

	for (i = 1; i < n; i++)
		if (v[i] < v[oldest])
			oldest = i;
	v[oldest] = now;
}

void
acme_ledger_add(struct acme_ledger *l, int64_t now)
{
	note(l->orders, ACME_ORDERS_PER_DAY, now);
}

bool
acme_ledger_recent(const struct acme_ledger *l, int64_t now)
{
	size_t i;

	for (i = 0; i < ACME_ORDERS_PER_DAY; i++)
		if (l->orders[i] > now - ACME_RECENT_S && l->orders[i] <= now)
			return true;
	return false;
}

static int64_t
backoff(unsigned failures)
{
	int64_t s = ACME_BACKOFF_MIN_S;

	while (failures-- > 1 && s < ACME_BACKOFF_MAX_S)
		s *= 2;
	return s < ACME_BACKOFF_MAX_S ? s : ACME_BACKOFF_MAX_S;
}

/* What the server will not take as it is does not get better by asking often. */
void
acme_past_fail(struct acme_past *p, const struct err *e, int64_t now)
{
	int64_t wait;

	if (p->failures < 32)
		p->failures++;
	wait = e->kind == ERR_VALIDATION ? ACME_BACKOFF_MAX_S : backoff(p->failures);
	p->retry_at = now + (e->retry_after > wait ? e->retry_after : wait);
	if (e->kind == ERR_FORBIDDEN)
		note(p->failed, ACME_FAILED_PER_HOUR, now);
}

void
acme_past_succeed(struct acme_past *p, const struct acme_window *w, int64_t now)
{
	p->failures = 0;
	p->retry_at = 0;
	p->renewed_at = now;
	memset(&p->window, 0, sizeof(p->window));
	if (w != NULL)
		p->window = *w;
}

void
acme_past_forgive(struct acme_past *p)
{
	p->failures = 0;
	p->retry_at = 0;
}

/* --- limits -------------------------------------------------------------------------------- */

/* When fewer than n entries will be younger than span: 0 = now. Entries in the future are of a wrong clock. */
static int64_t
free_at(const int64_t *v, size_t n, int64_t span, int64_t now)
{
	int64_t oldest = now;
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i] == 0 || v[i] > now || v[i] <= now - span)
			return 0;
		if (v[i] < oldest)
			oldest = v[i];
	}
	return oldest + span;
}

/* --- renewal --------------------------------------------------------------------------------- */

/* One third of the life is left, or what the authority suggests: but never so late that a failure could not be repaired,
 * and at most once a day for a window that says "now" again and again. */
static int64_t
due_at(const struct acme_have *h, const struct acme_past *p, const struct acme_now *now)
{
	const int64_t life = h->not_after - h->not_before;
	const int64_t third = h->not_after - life * now->renew_pct / 100, last = h->not_after - life * now->renew_pct / 200;
	int64_t at;

	if (p->window.start <= 0 || p->window.end <= p->window.start)
		return third;
	at = acme_window_pick(&p->window, now->seed);
	if (p->renewed_at <= now->s && at < p->renewed_at + DAY_S)
		at = p->renewed_at + DAY_S;
	return at < last ? at : last;
}

static void
rest(struct acme_verdict *out, enum acme_reason reason, int64_t at)
{
	out->action = ACME_REST;
	out->reason = reason;
	out->at = at;
}

/* Something is due: may it be ordered now? */
static void
permit(const struct acme_past *p, const struct acme_ledger *l, const struct acme_now *now, struct acme_verdict *out)
{
	const bool waits = p->retry_at > now->s && p->retry_at <= now->s + ACME_PATIENCE_S + ACME_BACKOFF_MAX_S;
	const int64_t name = free_at(p->failed, ACME_FAILED_PER_HOUR, HOUR_S, now->s);
	const int64_t day = now->order_open ? 0 : free_at(l->orders, ACME_ORDERS_PER_DAY, DAY_S, now->s);

	out->action = ACME_ORDER;
	out->reason = ACME_IS_DUE;
	out->at = now->s;
	if (waits)
		rest(out, ACME_BACKOFF, p->retry_at);
	if (name > now->s && name > out->at)
		rest(out, ACME_NAME_LIMIT, name);
	if (day > now->s && day > out->at)
		rest(out, ACME_DAY_LIMIT, day);
}

void
acme_decide(const struct acme_have *have, const struct acme_past *p, const struct acme_ledger *l,
    const struct acme_now *now, struct acme_verdict *out)
{
	int64_t ask = p->window.again;

	memset(out, 0, sizeof(*out));
	out->renew_at = have->any ? due_at(have, p, now) : 0;
	if (!now->trusted) {
		rest(out, ACME_NO_TIME, 0);
		return;
	}
	if (!have->any || now->asked || now->order_open || out->renew_at <= now->s) {
		permit(p, l, now, out);
		return;
	}
	if (ask > now->s + DAY_S)
		ask = 0;		/* of a wrong clock */
	rest(out, ACME_IS_GOOD, ask > now->s && ask < out->renew_at ? ask : out->renew_at);
	if (ask <= now->s) {
		out->action = ACME_ASK_WINDOW;
		out->at = now->s;
	}
}

const char *
acme_reason_text(enum acme_reason r)
{
	static const char *const v[TEXT_REASONS] = {
		[ACME_IS_GOOD] = "the certificate is good",
		[ACME_NO_TIME] = "the time is not trusted: nothing is asked of the authority",
		[ACME_BACKOFF] = "it is tried again after a failure",
		[ACME_NAME_LIMIT] = "too many validations of this name have failed within an hour",
		[ACME_DAY_LIMIT] = "20 certificates were ordered within a day",
		[ACME_IS_DUE] = "a certificate is ordered",
	};

	return v[r];
}
