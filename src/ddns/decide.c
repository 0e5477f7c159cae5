/* When to look and when to tell; see decide.h. */
#include "ddns/decide.h"

#include <string.h>

/* A moment that lies further ahead than anything is ever put off was told by another clock. */
static bool
is_ahead(int64_t at, int64_t now)
{
	return at > now && at <= now + DDNS_REFRESH_S;
}

bool
ddns_due(const struct ddns_past *p, int64_t now)
{
	return !p->stopped && !is_ahead(p->next_at, now);
}

int
ddns_wait_s(const struct ddns_past *p, int64_t now)
{
	int64_t free_at = p->called_at + DDNS_CALL_EVERY_S;

	return p->called_at != 0 && p->called_at <= now && free_at > now ? (int)(free_at - now) : 0;
}

static bool
is_told(const struct ddns_past *p, const struct ddns_addrs *at, int64_t now)
{
	return p->told_at != 0 && p->told_at <= now && now - p->told_at < DDNS_REFRESH_S &&
	    addr_eq(&p->told.v4, &at->v4) && addr_eq(&p->told.v6, &at->v6);
}

static void
well(struct ddns_past *p, int64_t next_at)
{
	p->failures = 0;
	p->failing_since = 0;
	p->alarmed = false;
	p->next_at = next_at;
}

bool
ddns_found(struct ddns_past *p, const struct ddns_addrs *at, int64_t now, int interval_s)
{
	if (is_told(p, at, now)) {
		well(p, now + interval_s);
		return false;
	}
	p->next_at = now + ddns_wait_s(p, now);
	return p->next_at == now;
}

void
ddns_calls(struct ddns_past *p, int64_t now)
{
	p->called_at = now;
}

void
ddns_told(struct ddns_past *p, const struct ddns_addrs *at, int64_t now, int interval_s)
{
	p->told = *at;
	p->told_at = now;
	p->stopped = false;
	well(p, now + interval_s);
}

bool
ddns_is_owners(enum err_kind kind)
{
	return kind == ERR_FORBIDDEN || kind == ERR_CONFLICT || kind == ERR_VALIDATION || kind == ERR_UNAUTHENTICATED;
}

void
ddns_failed(struct ddns_past *p, enum err_kind kind, int retry_after_s, int64_t now)
{
	int64_t wait = DDNS_RETRY_S;
	unsigned i;

	for (i = 0; i < p->failures && wait < DDNS_RETRY_MAX_S; i++)
		wait *= 2;
	if (wait > DDNS_RETRY_MAX_S)
		wait = DDNS_RETRY_MAX_S;
	if (wait < retry_after_s)
		wait = retry_after_s < DDNS_REFRESH_S ? retry_after_s : DDNS_REFRESH_S;
	if (p->failing_since == 0 || p->failing_since > now)
		p->failing_since = now;
	p->failures++;
	p->bidden = retry_after_s > 0;
	p->stopped = ddns_is_owners(kind);
	p->next_at = now + wait;
}

void
ddns_renewed(struct ddns_past *p, bool same)
{
	const struct ddns_addrs told = p->told;

	memset(p, 0, sizeof(*p));
	if (same)
		p->told = told;
}

void
ddns_moved(struct ddns_past *p, int64_t now)
{
	if (p->failures == 0 || !p->bidden)
		p->next_at = now + ddns_wait_s(p, now);
}

bool
ddns_alarm(struct ddns_past *p, int64_t now)
{
	if (p->alarmed || p->failing_since == 0 || now - p->failing_since < DDNS_FAILED_S)
		return false;
	p->alarmed = true;
	return true;
}
