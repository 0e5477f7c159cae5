/* What the edge that measures tells core: every source, and what came of them.
 * A plain value; times and spans in nanoseconds. */
#ifndef NTP_REPORT_H
#define NTP_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "ntp/plan.h"
#include "ntp/select.h"
#include "ntp/source.h"

struct rd;
struct wr;

struct ntp_report_source {
	char host[NTP_HOST_MAX];	/* as configured */
	struct addr at;			/* len 0: its name has no address yet */
	uint8_t state;			/* enum ntp_source_state */
	uint8_t mark;			/* enum ntp_mark, when it is good */
	uint8_t stratum, reach;		/* stratum 0: not known */
	int64_t offset, delay, heard;	/* heard: Unix time, 0 = never */
};

struct ntp_report {
	bool chosen;			/* a majority agrees: choice says on what */
	bool settled;			/* every source has had its chance; before, a choice is no reason to move a clock */
	struct ntp_choice choice;	/* choice.peer: index into sources */
	int64_t mono;			/* when the newest sample was taken, by the host's clock that only goes on */
	uint32_t round;			/* the last round that was asked for and is over */
	uint8_t n;
	struct ntp_report_source sources[NTP_SOURCES_MAX];
};

void ntp_report_write(struct wr *w, const struct ntp_report *r);
bool ntp_report_read(struct rd *r, struct ntp_report *out);

#endif /* NTP_REPORT_H */
