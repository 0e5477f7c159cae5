/* src/io/timer.c, src/io/signal.c and src/io/poll.c on a real loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/poll.h"
#include "io/signal.h"
#include "until.h"

struct seen {
	struct io_timer *timer;
	struct io_poll *poll;
	int fd, calls, events;
	bool done;
};

static void
on_timer(void *arg)
{
	struct seen *s = arg;

	if (++s->calls == 3) {
		io_timer_free(s->timer);	/* inside its own callback */
		s->done = true;
	}
}

static void
repeats_until_freed(void **state)
{
	struct io_loop *l = io_loop_new();
	struct seen s = { 0 };

	(void)state;
	s.timer = io_timer_new(l, on_timer, &s);
	io_timer_every(s.timer, 1);
	assert_true(until(l, &s.done));
	spin(l, 5);
	assert_int_equal(s.calls, 3);
	io_loop_free(l);
}

static void
on_once(void *arg)
{
	struct seen *s = arg;

	s->calls++;
	s->done = true;
}

static void
fires_once_and_stops(void **state)
{
	struct io_loop *l = io_loop_new();
	struct seen s = { 0 };
	uint64_t before;

	(void)state;
	s.timer = io_timer_new(l, on_once, &s);
	before = io_loop_now_ms(l);
	io_timer_once(s.timer, 20);
	assert_true(until(l, &s.done));
	assert_true(io_loop_now_ms(l) - before >= 20);
	io_timer_once(s.timer, 1);
	io_timer_stop(s.timer);
	spin(l, 10);
	assert_int_equal(s.calls, 1);
	io_timer_free(s.timer);
	io_loop_free(l);
}

/* Its deadline may move both ways and be taken back while it runs: the last word counts. */
static void
deadlines_move(void **state)
{
	struct io_loop *l = io_loop_new();
	struct seen s = { 0 };
	uint64_t before = io_loop_now_ms(l);

	(void)state;
	s.timer = io_timer_new(l, on_once, &s);
	io_timer_once(s.timer, 5);
	io_timer_once(s.timer, 40);
	assert_true(until(l, &s.done));
	assert_true(io_loop_now_ms(l) - before >= 40);

	s.done = false;
	io_timer_once(s.timer, 600000);
	io_timer_once(s.timer, 1);
	assert_true(until(l, &s.done));

	s.done = false;
	io_timer_once(s.timer, 5);
	io_timer_stop(s.timer);
	io_timer_every(s.timer, 2);
	assert_true(until(l, &s.done));
	s.done = false;
	assert_true(until(l, &s.done));
	assert_int_equal(s.calls, 4);
	io_timer_free(s.timer);
	io_loop_free(l);
}

/* --- long ones ---------------------------------------------------------------- */

enum { LONG_ONES = 20, LONG_ONE_MS = 1000, APART_US = 1500 };

struct long_one {
	struct io_timer *timer;
	uint64_t began, took;		/* microseconds */
	int *left;
	bool *all;
};

static uint64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void
on_long(void *arg)
{
	struct long_one *o = arg;

	o->took = now_us() - o->began;
	*o->all = --*o->left == 0;
}

/* Wherever between two ticks of the kernel they begin. */
static void
long_ones_are_not_early(void **state)
{
	struct io_loop *l = io_loop_new();
	struct long_one v[LONG_ONES];
	bool all = false;
	int i, left = LONG_ONES;

	(void)state;
	for (i = 0; i < LONG_ONES; i++) {
		v[i] = (struct long_one){ .left = &left, .all = &all };
		v[i].timer = io_timer_new(l, on_long, &v[i]);
		v[i].began = now_us();
		io_timer_once(v[i].timer, LONG_ONE_MS);
		usleep(APART_US);
	}
	assert_true(until(l, &all));
	for (i = 0; i < LONG_ONES; i++) {
		assert_true(v[i].took >= LONG_ONE_MS * 1000);
		io_timer_free(v[i].timer);
	}
	io_loop_free(l);
}

static void
on_signal(void *arg, int signum)
{
	struct seen *s = arg;

	s->events = signum;
	s->done = true;
}

static void
signals_come_on_the_loop(void **state)
{
	struct io_loop *l = io_loop_new();
	struct seen s = { 0 };
	struct io_signal *sig = io_signal_new(l, SIGUSR1, on_signal, &s);

	(void)state;
	assert_non_null(sig);
	raise(SIGUSR1);
	assert_true(until(l, &s.done));
	assert_int_equal(s.events, SIGUSR1);
	io_signal_free(sig);
	io_loop_free(l);
}

static void
on_ready(void *arg, int events)
{
	struct seen *s = arg;
	char c;

	s->events |= events;
	s->calls++;
	if (events & IO_READABLE && recv(s->fd, &c, 1, MSG_DONTWAIT) == 1)
		s->done = true;
	if (events & IO_WRITABLE)
		io_poll_set(s->poll, IO_READABLE);
}

static void
readiness(void **state)
{
	struct io_loop *l = io_loop_new();
	struct seen s = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	s.fd = fds[0];
	s.poll = io_poll_new(l, fds[0], IO_READABLE | IO_WRITABLE, on_ready, &s);
	spin(l, 5);
	assert_int_equal(s.events, IO_WRITABLE);
	assert_int_equal(s.calls, 1);		/* off since */
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_true(until(l, &s.done));
	io_poll_set(s.poll, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	s.calls = 0;
	spin(l, 5);
	assert_int_equal(s.calls, 0);
	io_poll_free(s.poll);
	assert_int_equal(write(fds[0], "x", 1), 1);	/* still open: it was only borrowed */
	close(fds[0]);
	close(fds[1]);
	io_loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_until_freed),
		cmocka_unit_test(fires_once_and_stops),
		cmocka_unit_test(deadlines_move),
		cmocka_unit_test(long_ones_are_not_early),
		cmocka_unit_test(signals_come_on_the_loop),
		cmocka_unit_test(readiness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
