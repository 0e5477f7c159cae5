/* What is said about the clock; see reference.h. */
#include "ntp/reference.h"

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/wire.h"

void
ntp_reference_none(struct ntp_reference *f)
{
	*f = (struct ntp_reference){ .leap = NTP_LEAP_UNKNOWN, .stratum = NTP_STRATUM_NONE };
}

bool
ntp_reference_synced(const struct ntp_reference *f)
{
	return f->leap != NTP_LEAP_UNKNOWN && f->stratum != 0 && f->stratum < NTP_STRATUM_NONE;
}

int64_t
ntp_reference_dispersion(const struct ntp_reference *f, int64_t now)
{
	int64_t age = now > f->at ? now - f->at : f->at - now;

	return f->root_dispersion + age / NTP_PPM * NTP_DRIFT_PPM;
}

void
ntp_reference_write(struct wr *w, const struct ntp_reference *f)
{
	wr_u8(w, f->leap);
	wr_u8(w, f->stratum);
	wr_be32(w, f->refid);
	wr_be64(w, (uint64_t)f->at);
	wr_be64(w, (uint64_t)f->root_delay);
	wr_be64(w, (uint64_t)f->root_dispersion);
	wr_be64(w, (uint64_t)f->correction);
}

/* Sums and differences of such times fit. */
static bool
is_sane(int64_t ns)
{
	return ns > -(INT64_C(1) << 61) && ns < INT64_C(1) << 61;
}

bool
ntp_reference_read(struct rd *r, struct ntp_reference *f)
{
	f->leap = rd_u8(r);
	f->stratum = rd_u8(r);
	f->refid = rd_be32(r);
	f->at = (int64_t)rd_be64(r);
	f->root_delay = (int64_t)rd_be64(r);
	f->root_dispersion = (int64_t)rd_be64(r);
	f->correction = (int64_t)rd_be64(r);
	return rd_ok(r) && f->leap <= NTP_LEAP_UNKNOWN && f->stratum <= NTP_STRATUM_NONE && is_sane(f->at) &&
	    is_sane(f->correction) && f->root_delay >= 0 && is_sane(f->root_delay) && f->root_dispersion >= 0 &&
	    is_sane(f->root_dispersion);
}
