/* How the clock is brought to the true time and kept there (NTP-7). Pure: from
 * what was measured to what is to be done. Spans in nanoseconds.
 *
 * Phase and frequency are apart. An offset is taken away by a step or by a slew
 * that ends by itself. The frequency is the slope of a line through the last
 * measurements as a clock would have shown them that nobody ever touched: what
 * we did ourselves is taken out before, so that nothing is fed back and nothing
 * can swing. Of restless sources a line tells little: the frequency stays while
 * the measurements do not tell another one from it, and needs not be remembered
 * anew after each of them. */
#ifndef NTP_DISCIPLINE_H
#define NTP_DISCIPLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NTP_STEPS = 3,			/* only in so many first updates */
	NTP_SLEW_PPM = 500,
	NTP_POINTS = 16,
	NTP_POINTS_MIN = 4		/* before the frequency is touched */
};

extern const int64_t ntp_step_above, ntp_refuse_above;	/* 0.5 s, 1,000 s */

enum ntp_deed { NTP_DEED_NONE, NTP_DEED_STEP, NTP_DEED_SLEW, NTP_DEED_REFUSE };

struct ntp_action {
	enum ntp_deed deed;
	int64_t by;			/* to add to the clock */
	int64_t frequency;		/* 2^-16 ppm, to be in force from now on */
};

struct ntp_point { double mono, raw; };	/* seconds; what an untouched clock lacks */

struct ntp_discipline {
	unsigned updates;
	int64_t frequency;		/* in force */
	int64_t since;			/* mono, of the last update */
	double phase, turned;		/* seconds that slews and steps, and the frequency, have added */
	size_t n;
	struct ntp_point points[NTP_POINTS];
};

/* frequency: in force now, from an earlier run, or 0. */
void ntp_discipline_init(struct ntp_discipline *d, int64_t frequency);

/* The clock was touched by others, or leapt: what was measured says nothing any more. */
void ntp_discipline_forget(struct ntp_discipline *d);

/* A measurement: at mono our clock lacked offset, while pending of the last slew was still to come. */
struct ntp_action ntp_discipline_update(struct ntp_discipline *d, int64_t mono, int64_t offset, int64_t pending);

#endif /* NTP_DISCIPLINE_H */
