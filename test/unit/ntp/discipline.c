/* src/ntp/discipline.c and apply.c on a simulated oscillator: NTP-7. No clock of this host is touched. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ntp/apply.h"
#include "sys/kclock.h"

static const double PPM = 1e-6;

/* An oscillator that runs fast by drift, with the kernel's way of correcting it. */
struct sim {
	struct kclock k;
	double now;			/* true seconds */
	double error;			/* clock less truth, seconds */
	double drift;
	double frequency, pending;	/* in force; of a slew, to come */
	double most;			/* fastest that it was moved by, beyond the frequency */
	unsigned steps, slews;
	bool synced;
	struct ntp_discipline d;
	uint32_t chance;
};

static int
sim_read(struct kclock *k, struct kclock_state *out)
{
	const struct sim *x = (const struct sim *)(const void *)k;

	*out = (struct kclock_state){ x->synced, (int64_t)(x->frequency / PPM * 65536), (int64_t)(x->pending * 1e9) };
	return 0;
}

static int
sim_step(struct kclock *k, int64_t by)
{
	struct sim *x = (struct sim *)(void *)k;

	x->steps++;
	x->error += (double)by / 1e9;
	return 0;
}

static int
sim_slew(struct kclock *k, int64_t by)
{
	struct sim *x = (struct sim *)(void *)k;

	x->slews++;
	x->pending = (double)by / 1e9;
	return 0;
}

static int
sim_frequency(struct kclock *k, int64_t f)
{
	struct sim *x = (struct sim *)(void *)k;

	x->frequency = (double)f / 65536 * PPM;
	assert_true(fabs(x->frequency) <= 500 * PPM + 1e-12);
	return 0;
}

static int
sim_synced(struct kclock *k, int64_t error)
{
	struct sim *x = (struct sim *)(void *)k;

	assert_true(error >= 0);
	x->synced = true;
	return 0;
}

static void
pass(struct sim *x, double s)
{
	double slew, most = NTP_SLEW_PPM * PPM * s;

	slew = x->pending > most ? most : x->pending < -most ? -most : x->pending;
	if (fabs(slew) / s > x->most)
		x->most = fabs(slew) / s;
	x->pending -= slew;
	x->error += slew + (x->drift + x->frequency) * s;
	x->now += s;
}

/* Uniform within ± size seconds. */
static double
noise(struct sim *x, double size)
{
	x->chance = x->chance * 1664525 + 1013904223;
	return ((double)(x->chance >> 8) / (1 << 23) - 1) * size;
}

static struct sim *
sim_new(double error, double drift)
{
	struct sim *x = calloc(1, sizeof(*x));

	x->k = (struct kclock){ sim_read, sim_step, sim_slew, sim_frequency, sim_synced };
	x->error = error;
	x->drift = drift;
	x->now = 1000;
	x->chance = 1;
	ntp_discipline_init(&x->d, 0);
	return x;
}

static enum ntp_deed
measure(struct sim *x, double scatter)
{
	struct kclock_state k;
	struct ntp_action a;

	assert_int_equal(x->k.read(&x->k, &k), 0);
	a = ntp_discipline_update(&x->d, (int64_t)(x->now * 1e9), (int64_t)((-x->error + noise(x, scatter)) * 1e9), k.pending);
	assert_int_equal(ntp_apply(&x->k, &a, 1000), 0);
	return a.deed;
}

/* Four quick ones, then one in 64 s. */
static void
run(struct sim *x, int quick, int slow, double scatter)
{
	while (quick-- > 0) {
		(void)measure(x, scatter);
		pass(x, 2);
	}
	while (slow-- > 0) {
		pass(x, 64);
		(void)measure(x, scatter);
	}
}

static void
test_converges(void **state)
{
	static const double drifts[] = { 0, 20 * 1e-6, -80 * 1e-6, 300 * 1e-6, -450 * 1e-6 };
	struct sim *x;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(drifts) / sizeof(drifts[0]); i++) {
		x = sim_new(0.3, drifts[i]);
		run(x, 4, 30, 20e-6);
		assert_true(fabs(x->frequency + x->drift) < 1 * PPM);
		/* and stays: no swinging about the truth */
		for (n = 0; n < 200; n++) {
			pass(x, 64);
			assert_true(fabs(x->error) < 150e-6);
			(void)measure(x, 20e-6);
		}
		assert_int_equal(x->steps, 0);
		assert_true(x->most <= 500.1 * PPM);
		assert_true(x->synced);
		free(x);
	}
}

/* Bad measurements do not make a bad clock: it is better than each of them. Nor is the frequency another one after each. */
static void
test_noise(void **state)
{
	struct sim *x = sim_new(0.01, 35 * PPM);
	double worst = 0, before;
	int n, others = 0;

	(void)state;
	run(x, 4, 40, 2e-3);
	for (n = 0; n < 300; n++) {
		pass(x, 64);
		worst = fabs(x->error) > worst ? fabs(x->error) : worst;
		before = x->frequency;
		(void)measure(x, 2e-3);
		others += x->frequency < before || x->frequency > before;
	}
	assert_true(worst < 4e-3);
	assert_in_range(others, 0, 75);
	assert_true(fabs(x->frequency + x->drift) < 10 * PPM);
	free(x);
}

/* The first three may step; after that half a second, or ten, is slewed. */
static void
test_steps(void **state)
{
	struct sim *x = sim_new(-86400 * 365.0 * 10, 20 * PPM);

	(void)state;
	assert_int_equal(measure(x, 0), NTP_DEED_STEP);
	assert_true(fabs(x->error) < 1e-6);
	pass(x, 2);
	x->error = 0.4;
	assert_int_equal(measure(x, 0), NTP_DEED_SLEW);
	pass(x, 2);
	x->error = 3;
	assert_int_equal(measure(x, 0), NTP_DEED_STEP);
	pass(x, 2);
	x->error = 10;
	assert_int_equal(measure(x, 0), NTP_DEED_SLEW);
	assert_int_equal(x->steps, 2);
	ntp_discipline_forget(&x->d);	/* as core does when it saw the leap */
	run(x, 0, 400, 0);
	assert_int_equal(x->steps, 2);
	assert_true(fabs(x->error) < 1e-3);
	assert_true(x->most <= 500.1 * PPM);
	free(x);
}

static void
test_refuses(void **state)
{
	struct sim *x = sim_new(0, 10 * PPM);
	double before;

	(void)state;
	run(x, 4, 20, 0);
	before = x->frequency;
	x->error += 1001;
	assert_int_equal(measure(x, 0), NTP_DEED_REFUSE);
	assert_true(x->frequency == before && x->pending == 0 && x->error > 1000);
	x->error -= 1001;
	assert_int_equal(measure(x, 0), NTP_DEED_SLEW);	/* goes on as if nothing had been */
	run(x, 0, 20, 0);
	assert_true(fabs(x->error) < 1e-4);
	free(x);
}

/* A frequency of an earlier run is taken over, and kept when it is right. */
static void
test_restart(void **state)
{
	struct sim *x = sim_new(0, 120 * PPM);

	(void)state;
	x->frequency = -120 * PPM;
	ntp_discipline_init(&x->d, (int64_t)(-120.0 * 65536));
	run(x, 4, 30, 10e-6);
	assert_true(fabs(x->error) < 100e-6);
	assert_true(fabs(x->frequency + 120 * PPM) < 1 * PPM);
	free(x);
}

static void
test_control(void **state)
{
	const struct kclock_state alone = { false, 5, 0 }, kept = { true, 5, 0 };
	struct ntp_rights r = { CONF_DISCIPLINE_AUTO, true, false, 5 };

	(void)state;
	assert_int_equal(ntp_control(&r, &alone), NTP_CONTROL_SELF);
	assert_int_equal(ntp_control(&r, &kept), NTP_CONTROL_KERNEL);	/* another daemon */
	r.ours = true;
	assert_int_equal(ntp_control(&r, &kept), NTP_CONTROL_SELF);	/* we ourselves, before a restart */
	r.frequency = 6;
	assert_int_equal(ntp_control(&r, &kept), NTP_CONTROL_KERNEL);	/* somebody took over */
	r.wanted = CONF_DISCIPLINE_ALWAYS;
	assert_int_equal(ntp_control(&r, &kept), NTP_CONTROL_SELF);
	r.may = false;
	assert_int_equal(ntp_control(&r, &kept), NTP_CONTROL_KERNEL);
	assert_int_equal(ntp_control(&r, &alone), NTP_CONTROL_NONE);
	r.may = true;
	r.wanted = CONF_DISCIPLINE_NEVER;
	assert_int_equal(ntp_control(&r, &alone), NTP_CONTROL_NONE);
	assert_string_equal(ntp_control_name(NTP_CONTROL_SELF), "self");
	assert_string_equal(ntp_control_name(NTP_CONTROL_KERNEL), "kernel");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_converges), cmocka_unit_test(test_noise), cmocka_unit_test(test_steps),
		cmocka_unit_test(test_refuses), cmocka_unit_test(test_restart), cmocka_unit_test(test_control),
	};

	return cmocka_run_group_tests_name("ntp/discipline", tests, NULL, NULL);
}
