/* Is the clock right enough for what has an end (NTP-6)? Two sources that agree
 * with it and with each other within 5 s, in the last 24 h, or another program
 * that keeps it; not before this program was made, not before a time that was
 * trusted before. A clock that leaps is not trusted until it was compared anew.
 * Pure. */
#ifndef NTP_TRUST_H
#define NTP_TRUST_H

#include <stdbool.h>
#include <stdint.h>

enum { NTP_TRUST_SOURCES = 2, NTP_TRUST_S = 5, NTP_TRUST_FOR_S = 24 * 3600 };

struct ntp_trust {
	bool vouched;		/* who started the cell says that the clock is right */
	bool kernel;		/* another program keeps it */
	bool agreed;		/* sources did: then */
	int64_t mono;		/* ns: when */
	int64_t lead;		/* true time less mono, ns, then */
};

struct ntp_moment {
	int64_t wall, mono;	/* ns, now */
	int64_t built, highest;	/* Unix seconds: release of this program; highest trusted reading so far */
};

/* A measurement: so many sources agree that the clock lacks offset. */
void ntp_trust_measured(struct ntp_trust *t, unsigned agreeing, int64_t offset, const struct ntp_moment *now);

/* NULL: trusted. Else why not, in words. */
const char *ntp_trust_lacks(const struct ntp_trust *t, const struct ntp_moment *now);

#endif /* NTP_TRUST_H */
