/* Clients that are remembered: LIM-4; who is one (ACC-16), who gives way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/clients.h"

static const uint64_t key[2] = { 1, 2 };

static struct client *
find(struct clients *c, const char *text, unsigned kind, uint32_t now, bool *fresh)
{
	struct addr a;

	assert_true(addr_read(str_of(text), &a));
	return clients_find(c, &a, kind, now, fresh);
}

/* What the owner wrote is there the next time, for the same client alone. */
static void
remembered(void **state)
{
	static const struct { const char *a; unsigned kind; } others[] = {
		{ "192.168.1.6", 0 }, { "192.168.1.5", 1 }, { "192.168.1.5", 256 }, { "c0a8:105::", 0 }, { "c0a8:105:0:1::", 0 }
	};
	struct clients *c = clients_new(1000, key);
	struct client *x;
	bool fresh;
	size_t i;

	(void)state;
	x = find(c, "192.168.1.5", 0, 77, &fresh);
	assert_true(fresh);
	assert_int_equal(x->seen_ms, 77);
	assert_int_equal(x->credit, 0);
	assert_int_equal(x->count, 0);
	x->credit = 4711;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		(void)find(c, others[i].a, others[i].kind, 78, &fresh);
		assert_true(fresh);
	}
	x = find(c, "192.168.1.5", 0, 79, &fresh);
	assert_false(fresh);
	assert_int_equal(x->credit, 4711);
	assert_int_equal(x->seen_ms, 77);		/* the owner's to set */
	(void)find(c, "2001:db8::1", 0, 79, &fresh);
	(void)find(c, "2001:db8::ffff:2", 0, 79, &fresh);	/* one /64 is one client */
	assert_false(fresh);
	clients_free(c);
}

/* Where all collide the one unseen for longest gives way, also when the clock's 32 bits wrap. */
static void
the_longest_unseen_goes(void **state)
{
	static const uint32_t starts[] = { 1000, UINT32_MAX - 2 };
	struct clients *c;
	bool fresh;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		const uint32_t t = starts[i];

		c = clients_new(1, key);		/* one set of four */
		(void)find(c, "10.0.0.1", 0, t, &fresh);
		(void)find(c, "10.0.0.2", 0, t + 1, &fresh);
		(void)find(c, "10.0.0.3", 0, t + 2, &fresh);
		(void)find(c, "10.0.0.4", 0, t + 3, &fresh);
		find(c, "10.0.0.1", 0, t + 4, &fresh)->seen_ms = t + 4;
		assert_false(fresh);
		(void)find(c, "10.0.0.5", 0, t + 5, &fresh);
		assert_true(fresh);
		(void)find(c, "10.0.0.1", 0, t + 6, &fresh);
		assert_false(fresh);
		(void)find(c, "10.0.0.3", 0, t + 6, &fresh);
		assert_false(fresh);
		(void)find(c, "10.0.0.2", 0, t + 6, &fresh);
		assert_true(fresh);
		clients_free(c);
	}
}

/* A table of n holds nearly n that come evenly, and never more than its room. */
static void
room_is_used(void **state)
{
	enum { MAX = 10000 };
	struct clients *c = clients_new(MAX, key);
	struct addr a = { .len = 4 };
	unsigned i, n;
	bool fresh;

	(void)state;
	for (i = 0; i < 20 * MAX; i++) {
		a.b[0] = (uint8_t)(i >> 16);
		a.b[2] = (uint8_t)(i >> 8);
		a.b[3] = (uint8_t)i;
		(void)clients_find(c, &a, 0, i, &fresh);
		assert_true(fresh);
	}
	n = clients_seen(c, i, i + 1);
	assert_int_equal(n, MAX);
	n = clients_seen(c, i, MAX / 2);
	assert_true(n > MAX / 2 * 9 / 10 && n <= MAX / 2);
	assert_int_equal(clients_seen(c, i + 5, 5), 0);
	clients_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembered), cmocka_unit_test(the_longest_unseen_goes), cmocka_unit_test(room_is_used),
	};

	return cmocka_run_group_tests_name("base/clients", tests, NULL, NULL);
}
