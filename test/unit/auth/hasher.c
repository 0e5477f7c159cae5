/* src/auth/hasher.c, included: a test moves the end of a wait. */
#include "cell.h"

#include "auth/hasher.c"

struct asked {
	unsigned calls;
	enum err_kind error;
	bool ok, outdated;
	char hash[AUTH_HASH_MAX];
	struct cell *cell;
	bool again;		/* ask once more from within done */
};

static void
on_done(void *arg, const struct auth_hash_result *r)
{
	struct asked *a = arg;

	a->calls++;
	a->error = r->e == NULL ? ERR_NONE : r->e->kind;
	a->ok = r->ok;
	a->outdated = r->outdated;
	memcpy(a->hash, r->hash, sizeof(a->hash));
	if (a->again) {
		a->again = false;
		assert_non_null(auth_hash_submit(a->cell->env.hasher, STR("again"), NULL, on_done, a));
	}
}

static struct auth_hash *
submit(struct cell *x, const char *password, const char *hash, struct asked *a)
{
	memset(a, 0, sizeof(*a));
	a->cell = x;
	return auth_hash_submit(x->env.hasher, str_of(password), hash, on_done, a);
}

static void
test_aut3_hash_and_verify(void **state)
{
	struct cell x;
	struct asked a, b, c, d;

	(void)state;
	cell_open_all(&x, NULL);
	assert_non_null(submit(&x, "pw", NULL, &a));
	assert_non_null(submit(&x, "pw", "H(pw)", &b));
	assert_non_null(submit(&x, "pw", "H(no)", &c));
	assert_non_null(submit(&x, "pw", "OLD(pw)", &d));
	assert_int_equal(a.calls, 0);
	cell_spin(&x);
	assert_int_equal(a.calls, 1);
	assert_string_equal(a.hash, "H(pw)");
	assert_true(b.ok && !b.outdated);
	assert_false(c.ok);
	assert_true(d.ok && d.outdated);
	cell_close_all(&x);
}

static void
test_aut3_at_most_two_at_once(void **state)
{
	struct cell x;
	struct asked a[6];
	size_t i, most = 0;

	(void)state;
	cell_open_all(&x, NULL);
	for (i = 0; i < 6; i++) {
		assert_non_null(submit(&x, "pw", "H(pw)", &a[i]));
		most = cell_pending(&x) > most ? cell_pending(&x) : most;
	}
	assert_int_equal(most, 2);
	assert_int_equal(x.nruns, 2);
	cell_answer(&x.runs[1]);
	assert_int_equal(x.nruns, 3);		/* the next starts at once */
	assert_int_equal(cell_pending(&x), 2);
	cell_spin(&x);
	for (i = 0; i < 6; i++)
		assert_true(a[i].calls == 1 && a[i].ok);
	assert_int_equal(x.nruns, 6);
	cell_close_all(&x);
}

/* The end of the wait is brought near rather than waited for. */
static void
test_aut3_others_wait_five_seconds_then_503(void **state)
{
	struct cell x;
	struct asked a[3];
	struct auth_hash *third;
	uint64_t now;

	(void)state;
	cell_open_all(&x, NULL);
	x.hold = true;
	assert_non_null(submit(&x, "pw", "H(pw)", &a[0]));
	assert_non_null(submit(&x, "pw", "H(pw)", &a[1]));
	now = io_loop_now_ms(x.loop);
	third = submit(&x, "pw", "H(pw)", &a[2]);
	assert_int_equal(third->until_ms, now + 5000);
	cell_spin(&x);
	assert_int_equal(a[2].calls, 0);
	third->until_ms = now;
	pump(x.env.hasher);
	while (a[2].calls == 0)
		cell_spin(&x);
	assert_int_equal(a[2].error, ERR_UNAVAILABLE);
	assert_int_equal(a[0].calls, 0);	/* those that run may take as long as they do */
	x.hold = false;
	cell_spin(&x);
	assert_true(a[0].ok && a[1].ok);
	assert_int_equal(a[2].calls, 1);
	assert_int_equal(x.nruns, 2);
	cell_close_all(&x);
}

static void
test_no_child_is_told_later(void **state)
{
	struct cell x;
	struct asked a;

	(void)state;
	cell_open_all(&x, NULL);
	x.refuse = true;
	assert_non_null(submit(&x, "pw", NULL, &a));
	assert_int_equal(a.calls, 0);
	while (a.calls == 0)
		cell_spin(&x);
	assert_int_equal(a.error, ERR_UNAVAILABLE);
	cell_close_all(&x);
}

static void
test_cancel(void **state)
{
	struct cell x;
	struct asked a, b, c;
	struct auth_hash *running, *waiting;

	(void)state;
	cell_open_all(&x, NULL);
	running = submit(&x, "1", NULL, &a);
	assert_non_null(submit(&x, "2", NULL, &b));
	waiting = submit(&x, "3", NULL, &c);
	auth_hash_cancel(waiting);
	auth_hash_cancel(running);
	auth_hash_cancel(NULL);
	assert_int_equal(x.ncancelled, 1);
	cell_spin(&x);
	assert_int_equal(a.calls + c.calls, 0);
	assert_int_equal(b.calls, 1);
	assert_int_equal(x.nruns, 2);
	cell_close_all(&x);
}

static void
test_ask_again_from_within_done(void **state)
{
	struct cell x;
	struct asked a;

	(void)state;
	cell_open_all(&x, NULL);
	assert_non_null(submit(&x, "pw", NULL, &a));
	a.again = true;
	cell_spin(&x);
	assert_int_equal(a.calls, 2);
	assert_string_equal(a.hash, "H(again)");
	cell_close_all(&x);
}

static void
test_waiting_is_bounded(void **state)
{
	static struct asked a[AUTH_HASHER_WAITING + 3];
	struct cell x;
	size_t i;

	(void)state;
	cell_open_all(&x, NULL);
	x.hold = true;
	for (i = 0; i < AUTH_HASHER_WAITING + 2; i++)
		assert_non_null(submit(&x, "pw", NULL, &a[i]));
	assert_null(submit(&x, "pw", NULL, &a[i]));
	cell_close_all(&x);	/* dropped without done */
	for (i = 0; i < AUTH_HASHER_WAITING + 2; i++)
		assert_int_equal(a[i].calls, 0);
}

static void
test_nonsense_from_a_child_is_no_yes(void **state)
{
	struct cell x;
	struct asked a, b;
	json_t *odd = json_pack("{s:s}", "ok", "true");

	(void)state;
	cell_open_all(&x, NULL);
	assert_non_null(submit(&x, "pw", "H(pw)", &a));
	assert_non_null(submit(&x, "pw", NULL, &b));
	x.runs[0].pending = x.runs[1].pending = false;
	x.runs[0].done(x.runs[0].arg, odd, NULL);
	x.runs[1].done(x.runs[1].arg, odd, NULL);
	assert_int_equal(a.error, ERR_INTERNAL);
	assert_false(a.ok);
	assert_int_equal(b.error, ERR_INTERNAL);
	json_decref(odd);
	cell_close_all(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aut3_hash_and_verify),
		cmocka_unit_test(test_aut3_at_most_two_at_once),
		cmocka_unit_test(test_aut3_others_wait_five_seconds_then_503),
		cmocka_unit_test(test_no_child_is_told_later),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_ask_again_from_within_done),
		cmocka_unit_test(test_waiting_is_bounded),
		cmocka_unit_test(test_nonsense_from_a_child_is_no_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
