/* Is the clock right? See trust.h. */
#include "ntp/trust.h"

#include <stddef.h>

static const int64_t NS = 1000000000;
static const int64_t DRIFT_PPM = 100;	/* a clock that nobody steers, at its worst */

void
ntp_trust_measured(struct ntp_trust *t, unsigned agreeing, int64_t offset, const struct ntp_moment *now)
{
	if (agreeing < NTP_TRUST_SOURCES)
		return;		/* what was agreed on before still holds, for its time */
	t->agreed = true;
	t->mono = now->mono;
	t->lead = now->wall + offset - now->mono;
}

static bool
is_near(const struct ntp_trust *t, const struct ntp_moment *now)
{
	int64_t off = now->wall - now->mono - t->lead, room = NTP_TRUST_S * NS + (now->mono - t->mono) / 1000000 * DRIFT_PPM;

	return off <= room && off >= -room;
}

const char *
ntp_trust_lacks(const struct ntp_trust *t, const struct ntp_moment *now)
{
	if (now->wall < now->built * NS)
		return "the clock is before the release of this program";
	if (now->wall / NS < now->highest)
		return "the clock is behind a time that was right before";
	if (t->vouched || t->kernel)
		return NULL;
	if (!t->agreed || now->mono - t->mono > NTP_TRUST_FOR_S * NS)
		return "no two sources have agreed on the time within the last day";
	return is_near(t, now) ? NULL : "the clock is more than 5 s from what the sources say";
}
