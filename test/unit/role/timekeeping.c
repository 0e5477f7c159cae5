/* src/role/timekeeping.c on clocks that the test holds; the kernel's is a fake: NTP-4, NTP-6, NTP-7, R7. */
#include "role/timekeeping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "conf/conf.h"
#include "io/loop.h"
#include "sys/clk.h"
#include "sys/kclock.h"

static const int64_t S = 1000000000, MS = 1000000;
static const int64_t T0 = INT64_C(1800000000) * 1000000000;

/* The clocks and the kernel come first: callbacks get their addresses. */
struct clocks {
	struct clk clk;
	int64_t wall, mono;
};

struct kernel {
	struct kclock k;
	struct kclock_state state;
	struct clocks *clocks;
	unsigned steps, slews;
};

struct lab {
	struct clocks clocks;
	struct kernel kernel;
	struct io_loop *loop;
	struct timekeeping *t;
	struct ntp_reference said;
	int64_t moved;
	uint32_t round;
	bool deaf;
	unsigned over, changes;
	int64_t highest;
};

static int64_t
wall_ns(const struct clk *c)
{
	return ((const struct clocks *)(const void *)c)->wall;
}

static int64_t
mono_ns(const struct clk *c)
{
	return ((const struct clocks *)(const void *)c)->mono;
}

static int
kernel_read(struct kclock *k, struct kclock_state *out)
{
	*out = ((struct kernel *)(void *)k)->state;
	return 0;
}

static int
kernel_step(struct kclock *k, int64_t by)
{
	struct kernel *x = (struct kernel *)(void *)k;

	x->steps++;
	x->clocks->wall += by;
	return 0;
}

static int
kernel_slew(struct kclock *k, int64_t by)
{
	struct kernel *x = (struct kernel *)(void *)k;

	x->slews++;
	x->state.pending = by;
	return 0;
}

static int
kernel_frequency(struct kclock *k, int64_t f)
{
	((struct kernel *)(void *)k)->state.frequency = f;
	return 0;
}

static int
kernel_synced(struct kclock *k, int64_t error)
{
	assert_true(error >= 0);
	((struct kernel *)(void *)k)->state.synced = true;
	return 0;
}

static void
say(void *arg, const struct ntp_reference *f, int64_t moved)
{
	struct lab *x = arg;

	x->said = *f;
	x->moved = moved;
}

static bool
ask_round(void *arg, uint32_t number)
{
	struct lab *x = arg;

	x->round = number;
	return !x->deaf;
}

static int64_t
highest(void *arg)
{
	return ((struct lab *)arg)->highest;
}

static void
changed(void *arg)
{
	((struct lab *)arg)->changes++;
}

static void
over(void *arg)
{
	((struct lab *)arg)->over++;
}

static void
start(struct lab *x, bool may_steer)
{
	const struct conf_ntp ntp = { .enabled = true, .discipline = CONF_DISCIPLINE_AUTO };
	const struct timekeeping_conf c = { x->loop, &x->clocks.clk, &x->kernel.k, may_steer, false, 1790000000, say, ask_round,
	    highest, changed, x };

	timekeeping_free(x->t);
	x->t = timekeeping_new(&c);
	assert_non_null(x->t);
	timekeeping_load(x->t, NULL);
	timekeeping_follow(x->t, true, &ntp);
}

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));

	log_open("test", LOG_CRITICAL + 1);
	x->clocks = (struct clocks){ { .wall_ns = wall_ns, .mono_ns = mono_ns }, T0, 5000 * S };
	x->kernel = (struct kernel){ { kernel_read, kernel_step, kernel_slew, kernel_frequency, kernel_synced },
	    { false, 0, 0 }, &x->clocks, 0, 0 };
	x->loop = io_loop_new();
	start(x, false);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	timekeeping_free(x->t);
	io_loop_free(x->loop);
	free(x);
	return 0;
}

static void
pass(struct lab *x, int64_t ns)
{
	x->clocks.wall += ns;
	x->clocks.mono += ns;
}

/* Of three sources so many agree that the clock lacks offset. */
static struct ntp_report
report(const struct lab *x, unsigned agreeing, int64_t offset)
{
	struct ntp_report r = { .chosen = agreeing > 0, .settled = true, .mono = x->clocks.mono - 10 * MS, .n = 3 };
	size_t i;

	r.choice = (struct ntp_choice){ .peer = 0, .agreeing = agreeing, .offset = offset, .stratum = 3, .root_delay = 2 * MS,
	    .root_dispersion = 3 * MS };
	for (i = 0; i < 3; i++)
		r.sources[i] = (struct ntp_report_source){ "time.example", { 4, { 192, 0, 2, (uint8_t)(i + 1) } },
		    NTP_SOURCE_GOOD, NTP_MARK_USED, 2, 1, offset, MS, x->clocks.wall };
	return r;
}

static void
hear(struct lab *x, unsigned agreeing, int64_t offset)
{
	struct ntp_report r;

	pass(x, 64 * S);
	r = report(x, agreeing, offset);
	timekeeping_hear(x->t, &r);
}

static enum ntp_control
control(struct lab *x)
{
	struct timekeeping_state s;

	timekeeping_state(x->t, &s);
	return s.control;
}

/* The clock is not ours to steer: what is wrong with it is added to what is served. */
static void
test_observes(void **state)
{
	struct lab *x = *state;

	assert_non_null(timekeeping_lacks(x->t));
	hear(x, 2, 3 * S);
	assert_int_equal(x->said.stratum, 3);
	assert_true(x->said.correction == 3 * S);
	assert_int_equal(x->said.refid, 0xc0000201);
	assert_true(x->said.at == x->clocks.wall - 10 * MS);
	assert_null(timekeeping_lacks(x->t));
	assert_true(x->kernel.steps == 0 && x->kernel.slews == 0 && x->moved == 0);
	hear(x, 0, 0);				/* nobody agrees any more */
	assert_int_equal(x->said.stratum, 16);
	assert_int_equal(x->said.leap, 3);
}

static void
test_steers(void **state)
{
	struct lab *x = *state;

	start(x, true);
	assert_int_equal(control(x), NTP_CONTROL_SELF);
	hear(x, 2, 7200 * S);
	assert_int_equal(x->kernel.steps, 1);
	assert_true(x->moved == 7200 * S);
	assert_int_equal(x->said.stratum, 3);	/* its own step is no leap */
	assert_true(x->said.correction == 0);
	hear(x, 2, 20 * MS);
	assert_int_equal(x->kernel.slews, 2);	/* one that ended the slew before the step */
	assert_true(x->moved == 7200 * S + 20 * MS);
	assert_int_equal(control(x), NTP_CONTROL_SELF);	/* synchronised now, but by us */
	assert_true(x->changes > 0);
	assert_null(timekeeping_lacks(x->t));
	/* another program takes over: it sets a frequency of its own */
	x->kernel.state.frequency += 77;
	hear(x, 2, 20 * MS);
	assert_int_equal(control(x), NTP_CONTROL_KERNEL);
	assert_int_equal(x->kernel.slews, 2);
}

/* What is known of the clock is written when it is another, not after each measurement of restless sources. */
static void
test_remembers(void **state)
{
	struct lab *x = *state;
	unsigned before;
	int i;

	start(x, true);
	hear(x, 2, 20 * MS);
	assert_int_equal(x->changes, 1);	/* the clock is ours */
	for (i = 0; i < 20; i++)
		hear(x, 2, i % 2 == 0 ? 5 * MS : -5 * MS);
	before = x->changes;
	for (i = 0; i < 100; i++)
		hear(x, 2, i % 2 == 0 ? 5 * MS : -5 * MS);
	assert_in_range(x->changes, before, before + 25);
}

/* One voice of three is followed with caution; none that has been heard before counts twice. */
static void
test_caution(void **state)
{
	struct ntp_report r;
	struct lab *x = *state;

	start(x, true);
	hear(x, 1, 600 * S);
	assert_true(x->kernel.steps == 0 && x->kernel.slews == 0);
	hear(x, 1, 5 * MS);
	assert_int_equal(x->kernel.slews, 1);
	assert_non_null(timekeeping_lacks(x->t));	/* and does not make the clock trusted */
	r = report(x, 2, 5 * MS);
	r.mono = x->clocks.mono - 20 * MS;		/* older than what was used */
	timekeeping_hear(x->t, &r);
	assert_int_equal(x->kernel.slews, 1);
	r = report(x, 2, 900 * S);
	r.mono = x->clocks.mono;
	r.settled = false;				/* not everybody has had time to answer */
	timekeeping_hear(x->t, &r);
	assert_int_equal(x->kernel.steps, 0);
}

/* NTP-4: another program keeps the clock; the sources do not agree, but one is near enough. */
static void
test_kernel(void **state)
{
	struct lab *x = *state;

	start(x, true);
	x->kernel.state.synced = true;
	hear(x, 0, 40 * MS);
	assert_int_equal(control(x), NTP_CONTROL_KERNEL);
	assert_int_equal(x->said.stratum, 3);
	assert_null(timekeeping_lacks(x->t));
	hear(x, 0, 140 * MS);
	assert_int_equal(x->said.stratum, 16);
	assert_true(x->kernel.steps == 0 && x->kernel.slews == 0);
}

/* R7: ten years ahead or back. Nothing of it is told, nothing is trusted; it heals by itself. */
static void
test_leap(void **state)
{
	const int64_t years = 3650 * 86400 * S;
	struct lab *x = *state;
	int i;

	for (i = 0; i < 2; i++) {
		hear(x, 2, 0);
		assert_null(timekeeping_lacks(x->t));
		x->clocks.wall += i == 0 ? years : -years;
		assert_non_null(timekeeping_lacks(x->t));
		hear(x, 0, 0);
		assert_int_equal(x->said.stratum, 16);
		x->clocks.wall -= i == 0 ? years : -years;
		assert_null(timekeeping_lacks(x->t));
		hear(x, 2, 0);
		assert_int_equal(x->said.stratum, 3);
	}
	x->highest = x->clocks.wall / S + 10;
	assert_non_null(strstr(timekeeping_lacks(x->t), "behind"));
}

static void
test_rounds(void **state)
{
	struct ntp_report r;
	struct lab *x = *state;

	assert_true(timekeeping_round(x->t, over, x));
	assert_true(timekeeping_round(x->t, over, x));
	assert_int_equal(x->round, 1);
	hear(x, 2, 0);
	assert_int_equal(x->over, 0);
	r = report(x, 2, 0);
	r.round = 1;
	timekeeping_hear(x->t, &r);
	assert_int_equal(x->over, 2);
	x->deaf = true;
	assert_false(timekeeping_round(x->t, over, x));
	x->deaf = false;
	assert_true(timekeeping_round(x->t, over, x));
	timekeeping_free(x->t);
	x->t = NULL;
	assert_int_equal(x->over, 3);		/* exactly once, also when the cell stops */
}

/* After a restart the clock that we keep is known as ours by its frequency. */
static void
test_restart(void **state)
{
	struct lab *x = *state;
	json_t *saved = json_object();

	start(x, true);
	hear(x, 2, 20 * MS);
	x->kernel.state.frequency = 4711;	/* nobody's: as if the discipline had found it */
	timekeeping_save(x->t, saved);
	assert_true(json_is_object(json_object_get(saved, "clock")));
	x->kernel.state.frequency = json_integer_value(json_object_get(json_object_get(saved, "clock"), "frequency"));
	start(x, true);
	assert_int_equal(control(x), NTP_CONTROL_KERNEL);	/* nothing known: another program's */
	timekeeping_load(x->t, saved);
	hear(x, 2, 20 * MS);
	assert_int_equal(control(x), NTP_CONTROL_SELF);
	json_decref(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_observes), T(test_steers), T(test_remembers),
		T(test_caution), T(test_kernel), T(test_leap), T(test_rounds), T(test_restart),
	};

	return cmocka_run_group_tests_name("role/timekeeping", tests, NULL, NULL);
}
