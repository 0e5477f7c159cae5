/* Cryptokey routing (VPN-9): the longest prefix decides; against a plain list of prefixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/str.h"
#include "wg/allowed.c"

static char peers[8];

static struct wg_peer *
peer(unsigned i)
{
	return (struct wg_peer *)(void *)&peers[i];	/* only ever compared */
}

static struct wg_holder *
holder(unsigned i)
{
	static struct wg_holder holders[8];

	holders[i].peer = peer(i);
	return &holders[i];
}

static struct wg_holder *
holder_of(const struct wg_peer *p)
{
	return holder((unsigned)((const char *)(const void *)p - peers));
}

static void
free_all(struct wg_allowed *a)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		wg_allowed_del_all(a, holder(i));
	assert_int_equal(wg_allowed_count(a), 0);
	wg_allowed_free(a);
}

static struct addr_prefix
prefix(const char *text)
{
	struct addr_prefix p;

	assert_true(addr_prefix_read(str_of(text), &p));
	return p;
}

static void
put(struct wg_allowed *a, const char *text, unsigned i)
{
	struct addr_prefix p = prefix(text);

	assert_int_equal(wg_allowed_put(a, &p, holder(i)), 0);
}

static void
del(struct wg_allowed *a, const char *text, unsigned i)
{
	struct addr_prefix p = prefix(text);

	wg_allowed_del(a, &p, holder(i));
}

static void
expect(const struct wg_allowed *a, const char *text, const struct wg_peer *want)
{
	struct addr x;

	assert_true(addr_read(str_of(text), &x));
	assert_ptr_equal(wg_allowed_find(a, &x), want);
}

static void
the_longest_prefix_decides(void **state)
{
	struct wg_allowed *a = wg_allowed_new();

	(void)state;
	put(a, "10.0.0.0/24", 1);
	put(a, "10.0.0.7/32", 2);
	put(a, "0.0.0.0/0", 3);
	put(a, "fd00::/64", 4);
	put(a, "fd00::7/128", 5);
	expect(a, "10.0.0.7", peer(2));
	expect(a, "10.0.0.8", peer(1));
	expect(a, "10.0.1.7", peer(3));
	expect(a, "fd00::7", peer(5));
	expect(a, "fd00::8", peer(4));
	expect(a, "fd00:0:0:1::7", NULL);
	expect(a, "::", NULL);			/* 0.0.0.0/0 is of the other family */
	del(a, "10.0.0.7/32", 2);
	expect(a, "10.0.0.7", peer(1));
	del(a, "0.0.0.0/0", 3);
	expect(a, "10.0.1.7", NULL);
	free_all(a);
}

static void
a_prefix_has_one_owner(void **state)
{
	struct wg_allowed *a = wg_allowed_new();

	(void)state;
	put(a, "10.0.0.7/32", 1);
	put(a, "10.0.0.7/32", 2);
	assert_int_equal(wg_allowed_count(a), 1);
	expect(a, "10.0.0.7", peer(2));
	del(a, "10.0.0.7/32", 1);		/* it has lost it */
	expect(a, "10.0.0.7", peer(2));
	del(a, "10.0.0.7/32", 2);
	expect(a, "10.0.0.7", NULL);
	assert_int_equal(wg_allowed_count(a), 0);
	free_all(a);
}

enum { PREFIXES = 3000 };

/* Of few bits, so that many meet and nest. */
static void
draw(struct addr_prefix *p)
{
	unsigned v = (unsigned)rand() % 4096;

	p->addr = (struct addr){ .len = rand() % 2 == 0 ? 4 : 16 };
	p->bits = (uint8_t)(4 + rand() % 9);
	v &= 0xfffu << (12 - p->bits) & 0xfff;
	p->addr.b[0] = (uint8_t)(v >> 4);
	p->addr.b[1] = (uint8_t)(v << 4);
}

static struct wg_peer *
search(const struct addr_prefix *all, struct wg_peer *const *of, const struct addr *x)
{
	struct wg_peer *best = NULL;
	int bits = -1;
	size_t i;

	for (i = 0; i < PREFIXES; i++)
		if (of[i] != NULL && all[i].bits > bits && addr_in(x, &all[i])) {
			best = of[i];
			bits = all[i].bits;
		}
	return best;
}

/* who had the prefix loses it */
static void
take(struct addr_prefix *all, struct wg_peer **of, size_t at)
{
	size_t i;

	for (i = 0; i < PREFIXES; i++)
		if (i != at && of[i] != NULL && all[i].bits == all[at].bits && addr_eq(&all[i].addr, &all[at].addr))
			of[i] = NULL;
}

static void
agrees_with_a_list(void **state)
{
	static struct addr_prefix all[PREFIXES], x;
	static struct wg_peer *of[PREFIXES];
	struct wg_allowed *a = wg_allowed_new();
	size_t i, at;

	(void)state;
	srand(2);
	for (i = 0; i < 20000; i++) {
		at = (size_t)rand() % PREFIXES;
		if (of[at] != NULL) {
			wg_allowed_del(a, &all[at], holder_of(of[at]));
			of[at] = NULL;
		} else {
			draw(&all[at]);
			of[at] = peer((unsigned)rand() % 8);
			assert_int_equal(wg_allowed_put(a, &all[at], holder_of(of[at])), 0);
			take(all, of, at);
		}
		if (i % 500 == 499) {
			wg_allowed_del_all(a, holder(3));
			for (at = 0; at < PREFIXES; at++)
				of[at] = of[at] == peer(3) ? NULL : of[at];
		}
		draw(&x);
		assert_ptr_equal(wg_allowed_find(a, &x.addr), search(all, of, &x.addr));
	}
	free_all(a);
}

/* Hosts of one network, and networks of one: what every home has. Slots are as many as for twice that. */
static void
neighbours_do_not_meet(void **state)
{
	enum { HOSTS = 1 << 14, SLOTS = 1 << 15 };
	static const char *const nets[] = { "fd81::", "10.81.0.0", "2001:db8:1:2::", "fd00:0:0:0:1::" };
	static uint8_t used[SLOTS];
	size_t i, k, n;
	struct addr x;

	(void)state;
	for (k = 0; k < sizeof(nets) / sizeof(nets[0]); k++) {
		memset(used, 0, sizeof(used));
		assert_true(addr_read(str_of(nets[k]), &x));
		for (i = n = 0; i < HOSTS; i++) {
			x.b[x.len - 1] = (uint8_t)i;
			x.b[x.len - 2] = (uint8_t)(i >> 8);
			n += !used[hash_of(&x, 8 * x.len) % SLOTS]++;
		}
		assert_in_range(n, HOSTS * 7 / 10, HOSTS);	/* by chance it would be 79 % */
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_decides),
		cmocka_unit_test(a_prefix_has_one_owner),
		cmocka_unit_test(agrees_with_a_list),
		cmocka_unit_test(neighbours_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
