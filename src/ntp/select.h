/* Which of several sources tell the time (RFC 5905 section 11.2): those whose
 * intervals meet in one place, a majority of all; of these the best, combined.
 * Three find one that lies; two must agree; one alone is believed, with
 * caution. Pure. Spans in nanoseconds. */
#ifndef NTP_SELECT_H
#define NTP_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NTP_CANDIDATES_MAX = 8 };

struct ntp_candidate {
	int64_t offset;			/* its time less ours */
	int64_t delay, dispersion, jitter;
	int64_t distance;		/* half the width of the interval that the true time is in, if it is right */
	int64_t mono;			/* when it was measured */
	int64_t root_delay, root_dispersion;
	uint8_t leap, stratum;
};

enum ntp_mark {
	NTP_MARK_FALSE,		/* its interval lies elsewhere than that of the majority */
	NTP_MARK_TRUE,		/* right, but others are better */
	NTP_MARK_USED,
	NTP_MARK_PEER		/* used, and the one whose stratum counts */
};

struct ntp_choice {
	size_t peer;			/* index of the candidate */
	unsigned agreeing;		/* sources that are right */
	int64_t offset, jitter;
	int64_t root_delay, root_dispersion;	/* of our own clock, as soon as it is corrected */
	uint8_t leap, stratum;		/* stratum: our own */
};

/* marks: one for each. False: no majority, nothing can be said. n at most NTP_CANDIDATES_MAX. */
bool ntp_select(const struct ntp_candidate *v, size_t n, enum ntp_mark *marks, struct ntp_choice *out);

#endif /* NTP_SELECT_H */
