/* Phase and frequency of the clock; see discipline.h. */
#include "ntp/discipline.h"

#include <math.h>
#include <string.h>

const int64_t ntp_step_above = 500000000, ntp_refuse_above = INT64_C(1000) * 1000000000;

static const double NS = 1e9;
static const double PPM = 1e-6 / 65536;			/* of one unit of frequency */
static const int64_t FREQUENCY_MAX = INT64_C(500) << 16;	/* what the kernel takes */
static const double SPAN_MIN = 60;	/* seconds that a line must span to have a slope */
static const double CERTAIN = 2;	/* standard errors: what is nearer to the frequency in force may well be the same */

void
ntp_discipline_init(struct ntp_discipline *d, int64_t frequency)
{
	memset(d, 0, sizeof(*d));
	d->frequency = frequency;
}

void
ntp_discipline_forget(struct ntp_discipline *d)
{
	d->n = 0;
	d->since = 0;
	d->phase = d->turned = 0;
}

/* The slope by least squares, and its standard error. False: too few points, or too close together. */
static bool
slope(const struct ntp_discipline *d, double *out, double *error)
{
	double x = 0, y = 0, xx = 0, xy = 0, yy = 0, dx, dy, rest;
	size_t i;

	if (d->n < NTP_POINTS_MIN || d->points[d->n - 1].mono - d->points[0].mono < SPAN_MIN)
		return false;
	for (i = 0; i < d->n; i++) {
		x += d->points[i].mono / (double)d->n;
		y += d->points[i].raw / (double)d->n;
	}
	for (i = 0; i < d->n; i++) {
		dx = d->points[i].mono - x;
		dy = d->points[i].raw - y;
		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	*out = xy / xx;
	rest = yy - xy * *out;
	*error = rest > 0 ? sqrt(rest / (double)(d->n - 2) / xx) : 0;
	return true;
}

static int64_t
clamp(double f)
{
	if (f > (double)FREQUENCY_MAX)
		return FREQUENCY_MAX;
	return f < (double)-FREQUENCY_MAX ? -FREQUENCY_MAX : (int64_t)f;
}

static void
add_point(struct ntp_discipline *d, int64_t mono, double raw)
{
	if (d->n == NTP_POINTS) {
		memmove(&d->points[0], &d->points[1], (NTP_POINTS - 1) * sizeof(d->points[0]));
		d->n--;
	}
	d->points[d->n++] = (struct ntp_point){ (double)mono / NS, raw };
}

static enum ntp_deed
judge(const struct ntp_discipline *d, int64_t size)
{
	if (d->updates <= NTP_STEPS)
		return size > ntp_step_above ? NTP_DEED_STEP : NTP_DEED_SLEW;
	return size > ntp_refuse_above ? NTP_DEED_REFUSE : NTP_DEED_SLEW;
}

struct ntp_action
ntp_discipline_update(struct ntp_discipline *d, int64_t mono, int64_t offset, int64_t pending)
{
	struct ntp_action a = { .by = offset };
	double s, error;

	d->updates++;
	a.deed = judge(d, offset < 0 ? -offset : offset);
	if (a.deed == NTP_DEED_REFUSE) {
		a.by = 0;
		a.frequency = d->frequency;
		return a;
	}
	if (d->since != 0)
		d->turned += (double)(mono - d->since) / NS * (double)d->frequency * PPM;
	d->since = mono;
	d->phase -= (double)pending / NS;	/* has not been added yet, and is asked for anew below */
	add_point(d, mono, (double)offset / NS + d->phase + d->turned);
	if (slope(d, &s, &error) && fabs(s - (double)d->frequency * PPM) > CERTAIN * error)
		d->frequency = clamp(s / PPM);
	d->phase += (double)offset / NS;
	a.frequency = d->frequency;
	return a;
}
