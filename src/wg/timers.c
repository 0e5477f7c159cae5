/* Deadlines of one peer; see timers.h. */
#include "wg/timers.h"

#include <stddef.h>
#include <string.h>

enum { FORGET_MS = 3 * WG_REJECT_AFTER_MS };

static bool
is_due(int64_t deadline, int64_t now)
{
	return deadline != 0 && deadline <= now;
}

/* Armed and due: no longer armed. */
static bool
fires(int64_t *deadline, int64_t now)
{
	bool due = is_due(*deadline, now);

	if (due)
		*deadline = 0;
	return due;
}

/* --- what has happened -------------------------------------------------------------- */

void
wg_timers_data_sent(struct wg_timers *t, int64_t now, uint32_t random)
{
	if (t->silence == 0)
		t->silence = now + WG_KEEPALIVE_MS + WG_REKEY_TIMEOUT_MS + random % WG_JITTER_MS;
}

void
wg_timers_data_received(struct wg_timers *t, int64_t now)
{
	if (t->keepalive == 0)
		t->keepalive = now + WG_KEEPALIVE_MS;
	else
		t->another_keepalive = true;
}

void
wg_timers_any_sent(struct wg_timers *t)
{
	t->keepalive = 0;
}

void
wg_timers_any_received(struct wg_timers *t)
{
	t->silence = 0;
}

void
wg_timers_any_passed(struct wg_timers *t, int64_t now)
{
	t->persistent = t->persistent_ms == 0 ? 0 : now + t->persistent_ms;
}

void
wg_timers_initiated(struct wg_timers *t, int64_t now, uint32_t random, bool retry)
{
	if (!retry)
		t->attempts = 0;
	t->retry = now + WG_REKEY_TIMEOUT_MS + random % WG_JITTER_MS;
}

void
wg_timers_completed(struct wg_timers *t)
{
	t->retry = 0;
	t->attempts = 0;
}

void
wg_timers_derived(struct wg_timers *t, int64_t now)
{
	t->forget = now + FORGET_MS;
	t->ends = false;
}

void
wg_timers_stop(struct wg_timers *t)
{
	const uint32_t persistent_ms = t->persistent_ms;

	memset(t, 0, sizeof(*t));
	t->persistent_ms = persistent_ms;
}

/* --- what is due ------------------------------------------------------------------------ */

/* After the last try keys that nobody answers with are kept no longer than others. */
static unsigned
retry(struct wg_timers *t, int64_t now)
{
	if (t->attempts < WG_ATTEMPTS) {
		t->attempts++;
		return WG_DUE_RETRY;
	}
	t->attempts = 0;
	t->keepalive = 0;
	if (!t->ends)
		t->forget = now + FORGET_MS;
	t->ends = true;
	return WG_DUE_GIVE_UP;
}

static unsigned
keepalive(struct wg_timers *t, int64_t now)
{
	if (t->another_keepalive)
		t->keepalive = now + WG_KEEPALIVE_MS;
	t->another_keepalive = false;
	return WG_DUE_KEEPALIVE;
}

unsigned
wg_timers_due(struct wg_timers *t, int64_t now)
{
	unsigned due = 0;

	if (fires(&t->retry, now))
		due |= retry(t, now);
	if (fires(&t->keepalive, now))
		due |= keepalive(t, now);
	if (fires(&t->silence, now))
		due |= WG_DUE_HANDSHAKE;
	if (fires(&t->persistent, now))
		due |= WG_DUE_KEEPALIVE;
	if (fires(&t->forget, now))
		due |= WG_DUE_FORGET;
	return due;
}

int64_t
wg_timers_next(const struct wg_timers *t)
{
	const int64_t all[] = { t->retry, t->keepalive, t->silence, t->forget, t->persistent };
	int64_t next = 0;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] != 0 && (next == 0 || all[i] < next))
			next = all[i];
	return next;
}
