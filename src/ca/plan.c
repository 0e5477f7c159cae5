/* What has to be made anew; see plan.h. */
#include "ca/plan.h"

#include "ca/cert.h"

static bool
is_there(const struct ca_span *s)
{
	return s->until_s != 0;
}

int64_t
ca_due_s(const struct ca_span *s)
{
	return s->until_s - (s->until_s - s->from_s) / 3;
}

/* Also what is not valid yet: made while the clock was wrong. */
static bool
is_due(const struct ca_span *s, int64_t now_s)
{
	return now_s < s->from_s || now_s >= ca_due_s(s);
}

/* So late that to wait for a clock that somebody vouches for would be the end: a home may have none for years. */
static bool
is_late(const struct ca_span *s, int64_t now_s)
{
	return now_s >= s->until_s - (s->until_s - s->from_s) / 10;
}

static unsigned
plan_root(const struct ca_have *h, int64_t now_s, enum ca_clock clock)
{
	if (!is_there(&h->root) || !h->scope_fits)
		return clock == CA_CLOCK_WRONG ? 0 : CA_NEW_ROOT;
	if (clock == CA_CLOCK_TRUSTED ? is_due(&h->root, now_s) : clock == CA_CLOCK_UNSURE && is_late(&h->root, now_s))
		return CA_RENEW_ROOT;
	return 0;
}

static unsigned
plan_intermediate(const struct ca_have *h, unsigned todo, int64_t now_s, enum ca_clock clock)
{
	if ((todo & CA_NEW_ROOT) != 0)
		return CA_NEW_INTERMEDIATE;
	if (!is_there(&h->root))
		return 0;
	if (!is_there(&h->intermediate))
		return clock == CA_CLOCK_WRONG ? 0 : CA_NEW_INTERMEDIATE;
	if (clock == CA_CLOCK_TRUSTED)
		return is_due(&h->intermediate, now_s) ? CA_RENEW_INTERMEDIATE : 0;
	/* no device has it installed: one that is not valid yet is not waited for */
	if (clock == CA_CLOCK_UNSURE && (is_late(&h->intermediate, now_s) || now_s < h->intermediate.from_s))
		return CA_RENEW_INTERMEDIATE;
	return 0;
}

/* Short-lived: what the clock says counts, right or wrong. */
static bool
is_stale(const struct ca_span *s, int64_t now_s)
{
	return !is_there(s) || is_due(s, now_s);
}

unsigned
ca_plan(const struct ca_have *h, int64_t now_s, enum ca_clock clock)
{
	unsigned todo = plan_root(h, now_s, clock);
	bool signs;

	todo |= plan_intermediate(h, todo, now_s, clock);
	/* nothing is signed by what has run out: the clock may be wrong */
	signs = now_s < h->intermediate.until_s || (todo & (CA_NEW_INTERMEDIATE | CA_RENEW_INTERMEDIATE)) != 0;
	if (signs && (todo != 0 || !h->server_fits || is_stale(&h->server, now_s)))
		todo |= CA_NEW_SERVER;
	if (signs && ((todo & CA_NEW_INTERMEDIATE) != 0 || !h->crl_fits || is_stale(&h->crl, now_s)))
		todo |= CA_NEW_CRL;
	return todo;
}

struct ca_span
ca_span_at(int64_t now_s, int days, const struct ca_span *issuer)
{
	struct ca_span s = { now_s - CA_BACKDATE_S, now_s + (int64_t)days * CA_DAY_S };

	if (issuer != NULL && s.until_s > issuer->until_s)
		s.until_s = issuer->until_s;
	return s;
}
