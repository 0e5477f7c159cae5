/* Time as core sees it; see timekeeping.h. */
#include "role/timekeeping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/log.h"
#include "io/timer.h"
#include "ntp/trust.h"
#include "sys/clk.h"
#include "sys/kclock.h"

enum { REMEMBER = 3600 * 1000 / TIMEKEEPING_WATCH_MS };	/* looks in an hour */

static const int64_t NS = 1000000000;
static const int64_t LEAP = 100000000;
static const int64_t KERNEL_NEAR = 100000000;	/* NTP-4: a source that is so near speaks for another program's clock */

struct round { void (*done)(void *arg); void *arg; };

struct timekeeping {
	struct timekeeping_conf conf;
	struct io_timer *watch, *patience;
	bool running;
	enum conf_discipline wanted;

	struct ntp_report report;
	struct ntp_reference reference;
	struct ntp_trust trust;
	int64_t lead;			/* wall less mono, as of the last look */

	struct ntp_discipline discipline;
	struct kclock_state kernel;	/* as of the last look */
	enum ntp_control control;
	bool ours;			/* discipline.frequency is one that we have set */
	int64_t told;			/* the one that whoever remembers it has heard of */
	int64_t used;			/* mono of the newest sample that the clock was corrected by */
	int64_t moved;

	unsigned watched;		/* so often */
	int64_t lacking_since;		/* mono; 0 = trusted */
	bool alerted;

	uint32_t round;
	size_t nrounds;
	struct round rounds[TIMEKEEPING_ROUNDS_MAX];
};

static int64_t
mono_of(const struct timekeeping *t)
{
	return t->conf.clk->mono_ns(t->conf.clk);
}

static int64_t
wall_of(const struct timekeeping *t)
{
	return t->conf.clk->wall_ns(t->conf.clk);
}

static int64_t
size_of(int64_t ns)
{
	return ns < 0 ? -ns : ns;
}

/* --- trust ---------------------------------------------------------------------------- */

static struct ntp_moment
moment(const struct timekeeping *t)
{
	return (struct ntp_moment){ wall_of(t), mono_of(t), t->conf.built, t->conf.highest(t->conf.arg) };
}

const char *
timekeeping_lacks(void *timekeeping)
{
	struct timekeeping *t = timekeeping;
	const struct ntp_moment now = moment(t);

	return ntp_trust_lacks(&t->trust, &now);
}

/* time.untrusted, until there are alerts: a line in the log, once. */
static void
look_at_trust(struct timekeeping *t)
{
	const char *lacks = timekeeping_lacks(t);

	if (lacks == NULL) {
		if (t->alerted)
			log_line(LOG_NTP, LOG_INFO, "the clock is trusted", NULL);
		t->lacking_since = 0;
		t->alerted = false;
		return;
	}
	if (t->lacking_since == 0)
		t->lacking_since = mono_of(t);
	if (t->alerted || mono_of(t) - t->lacking_since < TIMEKEEPING_ALERT_S * NS)
		return;
	t->alerted = true;
	log_line(LOG_NTP, LOG_WARNING, "time.untrusted: no tokens and no second factors until this ends", "why", lacks, NULL);
}

/* --- who steers -------------------------------------------------------------------------- */

static void
look_at_kernel(struct timekeeping *t)
{
	const struct ntp_rights r = { t->wanted, t->conf.may_steer && t->running, t->ours, t->discipline.frequency };
	enum ntp_control before = t->control;

	if (t->conf.kclock->read(t->conf.kclock, &t->kernel) < 0)
		t->kernel = (struct kclock_state){ .synced = false };
	t->control = ntp_control(&r, &t->kernel);
	t->trust.kernel = t->control == NTP_CONTROL_KERNEL;
	if (t->control == before)
		return;
	log_line(LOG_NTP, LOG_INFO, "the host's clock", "steered_by", ntp_control_name(t->control), NULL);
	if (t->control == NTP_CONTROL_SELF)
		ntp_discipline_init(&t->discipline, t->kernel.frequency);
}

/* A leap that was not ours: what was known is of another clock. */
static void
look_at_leap(struct timekeeping *t)
{
	int64_t by = wall_of(t) - mono_of(t) - t->lead;

	t->lead += by;
	if (size_of(by) < LEAP)
		return;
	log_fmt(LOG_NTP, LOG_WARNING, "the host's clock leapt by %lld s", (long long)(by / NS));
	ntp_discipline_forget(&t->discipline);
	ntp_reference_none(&t->reference);
	t->conf.say(t->conf.arg, &t->reference, t->moved);
}

/* What lasts has changed. */
static void
tell(struct timekeeping *t)
{
	t->told = t->discipline.frequency;
	t->conf.changed(t->conf.arg);
}

/* --- steering -------------------------------------------------------------------------------- */

static void
steer(struct timekeeping *t, const struct ntp_choice *x)
{
	struct ntp_action a = ntp_discipline_update(&t->discipline, t->report.mono, x->offset, t->kernel.pending);
	const bool news = !t->ours || a.deed == NTP_DEED_STEP || a.frequency != t->told;
	int error = ntp_apply(t->conf.kclock, &a, x->root_delay / 2 + x->root_dispersion + size_of(x->offset));

	t->used = t->report.mono;
	if (error < 0) {
		log_line(LOG_NTP, LOG_ERROR, "the clock cannot be set", "err", strerror(-error), NULL);
		return;
	}
	if (a.deed == NTP_DEED_REFUSE) {
		log_fmt(LOG_NTP, LOG_ERROR, "the sources say that the clock is wrong by %lld s: that is not applied",
		    (long long)(x->offset / NS));
		return;
	}
	if (a.deed == NTP_DEED_STEP)
		log_fmt(LOG_NTP, LOG_WARNING, "the clock was set by %.3f s", (double)a.by / (double)NS);
	/* what was still to come of the last slew is in the new one */
	t->moved += a.by - t->kernel.pending;
	t->lead = wall_of(t) - mono_of(t);
	t->ours = true;
	if (news)
		tell(t);
}

/* One voice of several that should be there does not set a clock by much. */
static bool
may_follow(const struct timekeeping *t, const struct ntp_choice *x)
{
	return x->agreeing > 1 || t->report.n == 1 || size_of(x->offset) <= ntp_step_above;
}

/* --- what is said ------------------------------------------------------------------------------ */

/* RFC 5905 wants the first octets of a hash for IPv6, so that loops show; which hash matters to nobody else. */
static uint32_t
refid_of(const struct addr *a)
{
	uint8_t b[crypto_generichash_BYTES_MIN];

	if (a->len == 4)
		return NTP_REFID(a->b[0], a->b[1], a->b[2], a->b[3]);
	(void)crypto_generichash(b, sizeof(b), a->b, a->len, NULL, 0);	/* cannot fail with these lengths */
	return NTP_REFID(b[0], b[1], b[2], b[3]);
}

/* NTP-4: another program keeps the clock, and some source is near enough to vouch for it. */
static void
refer_to_kernel(const struct timekeeping *t, struct ntp_reference *f)
{
	const struct ntp_report_source *s, *best = NULL;
	size_t i;

	for (i = 0; i < t->report.n; i++) {
		s = &t->report.sources[i];
		if (s->state == NTP_SOURCE_GOOD && size_of(s->offset) < KERNEL_NEAR && (best == NULL || s->stratum < best->stratum))
			best = s;
	}
	if (!t->trust.kernel || best == NULL || best->stratum >= NTP_STRATUM_NONE - 1)
		return;
	*f = (struct ntp_reference){ .stratum = (uint8_t)(best->stratum + 1), .refid = refid_of(&best->at), .at = wall_of(t),
	    .root_delay = best->delay, .root_dispersion = KERNEL_NEAR };
}

static void
refer(struct timekeeping *t)
{
	const struct ntp_choice *x = &t->report.choice;
	struct ntp_reference f;
	int64_t now = wall_of(t);

	ntp_reference_none(&f);
	if (t->report.chosen) {
		f = (struct ntp_reference){ .leap = x->leap, .stratum = x->stratum, .at = now - (mono_of(t) - t->report.mono),
		    .refid = refid_of(&t->report.sources[x->peer].at), .root_delay = x->root_delay,
		    .root_dispersion = x->root_dispersion };
		if (t->control == NTP_CONTROL_NONE)
			f.correction = x->offset;
		else
			f.root_dispersion += size_of(x->offset);
	} else {
		refer_to_kernel(t, &f);
	}
	t->reference = f;
	t->conf.say(t->conf.arg, &f, t->moved);
}

/* --- rounds --------------------------------------------------------------------------------------- */

static void
end_rounds(struct timekeeping *t)
{
	struct round v[TIMEKEEPING_ROUNDS_MAX];
	size_t i, n = t->nrounds;

	memcpy(v, t->rounds, sizeof(v));
	t->nrounds = 0;
	io_timer_stop(t->patience);
	for (i = 0; i < n; i++)
		v[i].done(v[i].arg);
}

static void
on_patience(void *arg)
{
	end_rounds(arg);
}

/* Who comes while a round is under way waits for the same one. */
bool
timekeeping_round(struct timekeeping *t, void (*done)(void *arg), void *arg)
{
	if (!t->running || t->nrounds == TIMEKEEPING_ROUNDS_MAX)
		return false;
	if (t->nrounds == 0) {
		t->round = t->round == UINT32_MAX ? 1 : t->round + 1;
		if (!t->conf.round(t->conf.arg, t->round))
			return false;
		io_timer_once(t->patience, TIMEKEEPING_ROUND_MS);
	}
	t->rounds[t->nrounds++] = (struct round){ done, arg };
	return true;
}

/* --- reports ---------------------------------------------------------------------------------------- */

void
timekeeping_hear(struct timekeeping *t, const struct ntp_report *r)
{
	const struct ntp_choice *x = &r->choice;
	struct ntp_moment now;

	if (!t->running)
		return;
	look_at_leap(t);
	t->report = *r;
	look_at_kernel(t);
	now = moment(t);
	/* what was measured before the clock moved is not measured */
	if (r->settled && r->chosen && r->mono <= now.mono && r->mono > t->used) {
		ntp_trust_measured(&t->trust, x->agreeing, x->offset, &now);
		if (t->control == NTP_CONTROL_SELF && may_follow(t, x))
			steer(t, x);
		t->used = r->mono;
		refer(t);
	} else if (r->settled && !r->chosen) {
		refer(t);
	}
	look_at_trust(t);
	if (t->nrounds > 0 && r->round == t->round)
		end_rounds(t);
}

static void
on_watch(void *arg)
{
	struct timekeeping *t = arg;

	look_at_leap(t);
	look_at_kernel(t);
	look_at_trust(t);
	if (++t->watched % REMEMBER == 0)
		tell(t);	/* the time itself is to be remembered, also where nothing else happens */
}

void
timekeeping_follow(struct timekeeping *t, bool running, const struct conf_ntp *c)
{
	t->wanted = c->discipline;
	if (t->running && !running) {
		memset(&t->report, 0, sizeof(t->report));
		ntp_reference_none(&t->reference);
		t->conf.say(t->conf.arg, &t->reference, t->moved);
	}
	t->running = running;
	look_at_kernel(t);
}

void
timekeeping_state(struct timekeeping *t, struct timekeeping_state *out)
{
	*out = (struct timekeeping_state){ t->running, t->control, t->reference, t->report, timekeeping_lacks(t) };
}

/* --- what lasts ---------------------------------------------------------------------------------------- */

void
timekeeping_load(struct timekeeping *t, const json_t *observed)
{
	const json_t *f = json_object_get(json_object_get(observed, "clock"), "frequency");

	t->ours = json_is_integer(f);
	t->told = t->ours ? (int64_t)json_integer_value(f) : 0;
	ntp_discipline_init(&t->discipline, t->told);
}

void
timekeeping_save(const struct timekeeping *t, json_t *observed)
{
	if (t->ours)
		(void)json_object_set_new(observed, "clock",	/* history: a missing member does little harm */
		    json_pack("{sI}", "frequency", (json_int_t)t->discipline.frequency));
}

/* --- life ------------------------------------------------------------------------------------------------ */

struct timekeeping *
timekeeping_new(const struct timekeeping_conf *c)
{
	struct timekeeping *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->conf = *c;
	t->trust.vouched = c->vouched;
	ntp_reference_none(&t->reference);
	t->lead = wall_of(t) - mono_of(t);
	t->watch = io_timer_new(c->loop, on_watch, t);
	t->patience = io_timer_new(c->loop, on_patience, t);
	if (t->watch == NULL || t->patience == NULL) {
		timekeeping_free(t);
		return NULL;
	}
	io_timer_every(t->watch, TIMEKEEPING_WATCH_MS);
	return t;
}

void
timekeeping_free(struct timekeeping *t)
{
	if (t == NULL)
		return;
	if (t->patience != NULL)
		end_rounds(t);
	io_timer_free(t->watch);
	io_timer_free(t->patience);
	free(t);
}
