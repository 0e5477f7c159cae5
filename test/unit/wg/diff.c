/* wg/diff.h: the steps lead from one to the other, and touch nothing else (VPN-2, CFG-4, PRO-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "wg/diff.h"
#include "wg/want.h"

enum { PEERS = 24, NETS = 3 };

struct device {
	struct wg_want w;
	struct wg_want_peer peers[PEERS];
	struct addr_prefix nets[PEERS][NETS];
};

static struct wg_want_peer *
put(struct device *d, unsigned name, size_t nets)
{
	const size_t n = d->w.npeers++;
	size_t i;

	d->w.peers = d->peers;
	memset(&d->peers[n], 0, sizeof(d->peers[n]));
	memset(d->peers[n].key, (int)name, WG_KEY);
	for (i = 0; i < nets; i++)
		d->nets[n][i] = (struct addr_prefix){ { 4, { 10, (uint8_t)name, (uint8_t)i } }, 24 };
	d->peers[n].allowed = d->nets[n];
	d->peers[n].nallowed = nets;
	return &d->peers[n];
}

/* A device of random peers in random order. */
static void
draw(struct device *d)
{
	struct wg_want_peer *p;
	unsigned i;

	memset(d, 0, sizeof(*d));
	d->w.port = (uint16_t)randombytes_uniform(2);
	d->w.key[0] = (uint8_t)randombytes_uniform(2);
	for (i = 0; i < PEERS; i++) {
		if (randombytes_uniform(3) == 0)
			continue;
		p = put(d, i + 1, randombytes_uniform(NETS + 1));
		p->psk[0] = randombytes_uniform(2) == 0 ? 1 : 0;
		p->keepalive_s = randombytes_uniform(4) == 0 ? 25 : 0;
	}
	if (d->w.npeers > 1 && randombytes_uniform(2) == 0) {
		struct wg_want_peer swap = d->peers[0];

		d->peers[0] = d->peers[d->w.npeers - 1];
		d->peers[d->w.npeers - 1] = swap;
	}
}

static struct wg_want_peer *
find(struct device *d, const uint8_t key[WG_KEY])
{
	size_t i;

	for (i = 0; i < d->w.npeers; i++)
		if (memcmp(d->peers[i].key, key, WG_KEY) == 0)
			return &d->peers[i];
	return NULL;
}

static void
remove_peer(struct device *d, const uint8_t key[WG_KEY])
{
	struct wg_want_peer *p = find(d, key);

	assert_non_null(p);
	*p = d->peers[--d->w.npeers];
}

/* What a device does with a change. */
static void
apply(struct device *d, const struct wg_change *c)
{
	size_t i;

	d->w.peers = d->peers;
	if (c->key)
		memcpy(d->w.key, c->want->key, WG_KEY);
	if (c->port)
		d->w.port = c->want->port;
	for (i = 0; i < c->npeers; i++) {
		const struct wg_change_peer *s = &c->peers[i];
		struct wg_want_peer *p;

		if (s->remove) {
			remove_peer(d, s->peer->key);
			continue;
		}
		assert_true((find(d, s->peer->key) == NULL) == s->fresh);
		p = s->fresh ? put(d, s->peer->key[0], 0) : find(d, s->peer->key);
		if (s->psk)
			memcpy(p->psk, s->peer->psk, WG_KEY);
		if (s->keepalive)
			p->keepalive_s = s->peer->keepalive_s;
		if (s->allowed) {
			p->allowed = s->peer->allowed;
			p->nallowed = s->peer->nallowed;
		}
	}
}

static void
any_leads_to_any(void **state)
{
	static struct device a, b;
	struct wg_change *c;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		draw(&a);
		draw(&b);
		assert_int_equal(wg_diff(&c, &a.w, &b.w), 0);
		apply(&a, c);
		wg_change_free(c);
		assert_int_equal(a.w.npeers, b.w.npeers);
		assert_int_equal(wg_diff(&c, &a.w, &b.w), 0);
		assert_true(wg_change_is_empty(c));
		wg_change_free(c);
	}
}

static void
one_peer_touches_one(void **state)
{
	static struct device a, b;
	struct wg_change *c;
	unsigned i;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	for (i = 1; i <= PEERS; i++) {
		if (i != 9)
			(void)put(&a, i, 1);
		(void)put(&b, i, 1);
	}
	assert_int_equal(wg_diff(&c, &a.w, &b.w), 0);
	assert_int_equal(c->npeers, 1);
	assert_true(c->peers[0].fresh && c->peers[0].peer == &b.peers[8]);
	wg_change_free(c);
	assert_int_equal(wg_diff(&c, &b.w, &a.w), 0);
	assert_int_equal(c->npeers, 1);
	assert_true(c->peers[0].remove && c->peers[0].peer == &b.peers[8]);
	wg_change_free(c);
}

/* An end that was learnt stays where none is wanted; one that is wanted is set. */
static void
endpoints(void **state)
{
	static struct device a, b;
	struct wg_change *c;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	put(&a, 1, 1)->endpoint = (struct addr_port){ { 4, { 192, 0, 2, 1 } }, 5000, 0 };
	(void)put(&b, 1, 1);
	assert_int_equal(wg_diff(&c, &a.w, &b.w), 0);
	assert_true(wg_change_is_empty(c));
	wg_change_free(c);
	b.peers[0].endpoint = (struct addr_port){ { 4, { 192, 0, 2, 2 } }, 5000, 0 };
	assert_int_equal(wg_diff(&c, &a.w, &b.w), 0);
	assert_true(c->npeers == 1 && c->peers[0].endpoint && !c->peers[0].allowed && !c->peers[0].psk);
	wg_change_free(c);
}

/* Those whom the other lacks are gone, the others are as they were, and nobody is new. */
static void
less_is_what_both_have(void **state)
{
	static struct device a, b;
	struct wg_want less;
	size_t k, both;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		draw(&a);
		draw(&b);
		memset(&less, 0, sizeof(less));
		for (both = k = 0; k < a.w.npeers; k++)
			both += find(&b, a.peers[k].key) != NULL;
		assert_int_equal(wg_diff_less(&less, &a.w, &b.w), both < a.w.npeers);
		assert_int_equal(less.npeers, both < a.w.npeers ? both : 0);
		assert_true(less.npeers == 0 || less.port == a.w.port);
		for (k = 0; k < less.npeers; k++) {
			assert_non_null(find(&b, less.peers[k].key));
			assert_memory_equal(find(&a, less.peers[k].key), &less.peers[k], sizeof(less.peers[k]));
		}
		free(less.peers);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(any_leads_to_any), cmocka_unit_test(one_peer_touches_one),
	    cmocka_unit_test(endpoints), cmocka_unit_test(less_is_what_both_have) };

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
