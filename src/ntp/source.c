/* One source of time; see source.h. */
#include "ntp/source.h"

#include <math.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/reference.h"

enum { VERSION = 4, VERSION_MIN = 3, SHIFT_MAX = 62 };

static const int64_t US = 1000;
static const int64_t MS = 1000000;
static const int64_t LEAP = 100000000;		/* our clock must not leap between question and answer */
static const int64_t DISTANCE_MAX = 1500000000;	/* RFC 5905: MAXDIST */

void
ntp_source_init(struct ntp_source *s)
{
	memset(s, 0, sizeof(*s));
	s->poll_min = NTP_POLL_MIN;
	ntp_source_hurry(s);
}

void
ntp_source_hurry(struct ntp_source *s)
{
	s->quick = NTP_QUICK;
}

unsigned
ntp_source_wait(const struct ntp_source *s, unsigned poll)
{
	if (s->quick > 0)
		return NTP_QUICK_S;
	return 1u << (poll > s->poll_min ? poll : s->poll_min);
}

void
ntp_source_ask(struct ntp_source *s, uint64_t cookie, int64_t wall, int64_t mono, uint8_t out[NTP_PACKET])
{
	const struct ntp_packet q = { .version = VERSION, .mode = NTP_MODE_CLIENT, .transmit = cookie };
	struct wr w;

	s->reach = (uint8_t)(s->reach << 1);
	s->asked++;
	if (s->reach == 0 && s->asked > NTP_SAMPLES && s->state != NTP_SOURCE_DENIED)
		s->state = NTP_SOURCE_LOST;
	if (s->quick > 0)
		s->quick--;
	s->open.cookie = cookie;
	s->open.wall = wall;
	s->open.mono = mono;
	wr_init(&w, out, NTP_PACKET);
	ntp_packet_write(&w, &q);
}

/* RFC 5905 section 7.4. RATE: slower from now on, for good. The others: never again. */
static enum ntp_reply
obey(struct ntp_source *s, uint32_t code)
{
	if (code == NTP_REFID('R', 'A', 'T', 'E')) {
		s->quick = 0;
		if (s->poll_min < NTP_POLL_MAX)
			s->poll_min++;
	} else if (code == NTP_REFID('D', 'E', 'N', 'Y') || code == NTP_REFID('R', 'S', 'T', 'R')) {
		s->state = NTP_SOURCE_DENIED;
		s->n = 0;
	} else {
		return NTP_REPLY_UNFIT;		/* codes that ask nothing of us */
	}
	return NTP_REPLY_KISS;
}

static bool
is_fit(const struct ntp_packet *p)
{
	return p->leap != NTP_LEAP_UNKNOWN && p->stratum > 0 && p->stratum < NTP_STRATUM_NONE - 1 && p->transmit != 0 &&
	    p->receive != 0 && ntp_short_ns(p->root_delay) / 2 + ntp_short_ns(p->root_dispersion) < DISTANCE_MAX;
}

/* 2^x seconds, as precisions are given. */
static int64_t
power(int8_t x)
{
	return x >= 0 ? INT64_C(1000000000) : -x > SHIFT_MAX ? 0 : INT64_C(1000000000) >> -x;
}

/* RFC 5905 section 8: T1 to T4. */
static bool
measure(const struct ntp_source *s, const struct ntp_packet *p, int64_t t4, int64_t mono, struct ntp_sample *out)
{
	const int64_t t1 = s->open.wall, t2 = ntp_stamp_ns(p->receive, t1), t3 = ntp_stamp_ns(p->transmit, t1);
	const int64_t there = t3 - t2, away = t4 - t1, gone = mono - s->open.mono;

	if (there < 0 || away < 0 || away - gone > LEAP || gone - away > LEAP)
		return false;
	out->offset = (t2 - t1) / 2 + (t3 - t4) / 2;
	out->delay = away - there > US ? away - there : US;
	out->dispersion = power(p->precision) + power(NTP_PRECISION) + away / NTP_PPM * NTP_DRIFT_PPM;
	out->mono = mono;
	return out->delay < 2 * DISTANCE_MAX;
}

static bool
is_answer(const struct ntp_source *s, const struct ntp_packet *p, enum ntp_tail tail)
{
	return tail == NTP_TAIL_NONE && p->mode == NTP_MODE_SERVER && p->version >= VERSION_MIN && p->version <= VERSION &&
	    s->open.cookie != 0 && p->origin == s->open.cookie;
}

static void
keep(struct ntp_source *s, const struct ntp_packet *p, const struct ntp_sample *x, int64_t wall)
{
	s->samples[s->next] = *x;
	s->next = (s->next + 1) % NTP_SAMPLES;
	if (s->n < NTP_SAMPLES)
		s->n++;
	s->said = *p;
	s->state = NTP_SOURCE_GOOD;
	s->heard = x->mono;
	s->heard_wall = wall;
}

enum ntp_reply
ntp_source_hear(struct ntp_source *s, const uint8_t *p, size_t n, int64_t wall, int64_t mono)
{
	struct ntp_packet a;
	struct ntp_sample x;
	enum ntp_tail tail;
	struct rd r;

	rd_init(&r, p, n);
	if (!ntp_packet_read(&r, &a, &tail) || !is_answer(s, &a, tail))
		return NTP_REPLY_FOREIGN;
	s->open.cookie = 0;	/* one answer for each question */
	s->reach |= 1;
	if (a.stratum == 0)
		return obey(s, a.refid);
	if (!is_fit(&a)) {
		s->state = NTP_SOURCE_UNFIT;
		return NTP_REPLY_UNFIT;
	}
	if (!measure(s, &a, wall, mono, &x))
		return NTP_REPLY_UNFIT;
	keep(s, &a, &x, wall);
	return NTP_REPLY_GOOD;
}

void
ntp_source_shift(struct ntp_source *s, int64_t by)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		s->samples[i].offset -= by;
	s->open.cookie = 0;	/* its first stamp was of the clock before */
}

/* How far off a sample may be at mono. */
static int64_t
spread(const struct ntp_sample *x, int64_t mono)
{
	return x->delay / 2 + x->dispersion + (mono - x->mono) / NTP_PPM * NTP_DRIFT_PPM;
}

/* Root mean square of what the others differ from the best one. */
static int64_t
jitter(const struct ntp_source *s, const struct ntp_sample *best)
{
	double sum = 0, d;
	size_t i;

	for (i = 0; i < s->n; i++) {
		d = (double)(s->samples[i].offset - best->offset);
		sum += d * d;
	}
	return s->n < 2 ? 0 : (int64_t)sqrt(sum / (double)(s->n - 1));
}

bool
ntp_source_candidate(const struct ntp_source *s, int64_t mono, struct ntp_candidate *out)
{
	const struct ntp_sample *best = &s->samples[0];
	int64_t way;
	size_t i;

	if (s->state != NTP_SOURCE_GOOD || s->n == 0)
		return false;
	for (i = 1; i < s->n; i++)
		if (spread(&s->samples[i], mono) < spread(best, mono))
			best = &s->samples[i];
	*out = (struct ntp_candidate){ .offset = best->offset, .delay = best->delay,
	    .dispersion = best->dispersion + (mono - best->mono) / NTP_PPM * NTP_DRIFT_PPM, .jitter = jitter(s, best),
	    .mono = best->mono, .leap = s->said.leap, .stratum = s->said.stratum,
	    .root_delay = ntp_short_ns(s->said.root_delay), .root_dispersion = ntp_short_ns(s->said.root_dispersion) };
	/* RFC 5905: MINDISP, or two good clocks on one wire would never agree */
	way = out->root_delay + out->delay;
	out->distance = (way > 10 * MS ? way : 10 * MS) / 2 + out->root_dispersion + out->dispersion + out->jitter;
	return out->distance < DISTANCE_MAX;
}

const char *
ntp_source_state_name(enum ntp_source_state s)
{
	static const char *const names[] = { "new", "good", "lost", "unfit", "denied" };

	return names[s];
}
