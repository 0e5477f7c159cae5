/* What the cell says about its clock (NTP-4): decided by core, told to every
 * edge, stated in every answer. A plain value; times are Unix nanoseconds. */
#ifndef NTP_REFERENCE_H
#define NTP_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

struct rd;
struct wr;

enum {
	NTP_DRIFT_PPM = 15,		/* by so much a clock that nobody corrects may go wrong (RFC 5905: PHI) */
	NTP_PPM = 1000000
};

struct ntp_reference {
	uint8_t leap, stratum;		/* NTP_LEAP_UNKNOWN, NTP_STRATUM_NONE: not synchronised */
	uint32_t refid;
	int64_t at;			/* when the clock was last compared, by that clock */
	int64_t root_delay, root_dispersion;	/* ns; dispersion as of at */
	int64_t correction;		/* ns to add to the host's clock, where nobody steers it */
};

/* Not synchronised. */
void ntp_reference_none(struct ntp_reference *f);
bool ntp_reference_synced(const struct ntp_reference *f);

/* How wrong its time may be at now, beyond half the delay. */
int64_t ntp_reference_dispersion(const struct ntp_reference *f, int64_t now);

void ntp_reference_write(struct wr *w, const struct ntp_reference *f);
bool ntp_reference_read(struct rd *r, struct ntp_reference *f);

#endif /* NTP_REFERENCE_H */
