/* src/io/later.c and src/io/loop.c: when put-off calls come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/later.h"
#include "until.h"

struct thing {
	struct io_loop *loop;
	struct io_later later, other;
	int calls, turns;
	bool done, again;
};

static void
on_call(void *arg)
{
	struct thing *t = arg;

	t->calls++;
	t->done = true;
	if (t->again)
		io_later_call(&t->later, t->loop);
}

static void
on_cancel_other(void *arg)
{
	struct thing *t = arg;

	io_later_cancel(&t->later);
	t->done = true;
}

static int
set_up(void **state)
{
	struct thing *t = calloc(1, sizeof(*t));

	t->loop = io_loop_new();
	io_later_init(&t->later, on_call, t);
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct thing *t = *state;

	io_loop_free(t->loop);
	free(t);
	return 0;
}

static void
comes_once_and_not_before_return(void **state)
{
	struct thing *t = *state;

	io_later_call(&t->later, t->loop);
	io_later_call(&t->later, t->loop);
	assert_int_equal(t->calls, 0);
	assert_true(until(t->loop, &t->done));
	spin(t->loop, 5);
	assert_int_equal(t->calls, 1);
}

static void
can_be_taken_back(void **state)
{
	struct thing *t = *state;

	io_later_call(&t->later, t->loop);
	io_later_cancel(&t->later);
	io_later_cancel(&t->later);
	spin(t->loop, 5);
	assert_int_equal(t->calls, 0);
}

/* Also by a call of the same turn that comes before it. */
static void
can_be_taken_back_by_another(void **state)
{
	struct thing *t = *state;

	io_later_init(&t->other, on_cancel_other, t);
	io_later_call(&t->other, t->loop);
	io_later_call(&t->later, t->loop);
	assert_true(until(t->loop, &t->done));
	spin(t->loop, 5);
	assert_int_equal(t->calls, 0);
}

/* A call that asks for itself again leaves time for timers. */
static void
does_not_starve_the_loop(void **state)
{
	struct thing *t = *state;

	t->again = true;
	io_later_call(&t->later, t->loop);
	spin(t->loop, 5);
	assert_true(t->calls > 1);
	io_later_cancel(&t->later);
}

/* What frees itself by a put-off call is freed with the loop, too. */
static void
pending_calls_run_when_the_loop_ends(void **state)
{
	struct thing t = { .loop = io_loop_new() };

	(void)state;
	io_later_init(&t.later, on_call, &t);
	io_later_call(&t.later, t.loop);
	io_loop_free(t.loop);
	assert_int_equal(t.calls, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_once_and_not_before_return, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_taken_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_taken_back_by_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(does_not_starve_the_loop, set_up, tear_down),
		cmocka_unit_test(pending_calls_run_when_the_loop_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
