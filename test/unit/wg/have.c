/* What is read of a device (VPN-3): each peer has what was allowed after it, sorted, however much memory had to grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wg/have.h"

static struct addr_prefix
host(unsigned peer, unsigned n)
{
	return (struct addr_prefix){ .addr = { 4, { 10, (uint8_t)(peer >> 8), (uint8_t)peer, (uint8_t)n } }, .bits = 32 };
}

static void
each_peer_has_its_own(void **state)
{
	enum { PEERS = 300, EACH = 3 };
	struct wg_have *h = wg_have_new();
	struct addr_prefix net;
	unsigned i, k;

	(void)state;
	assert_non_null(h);
	for (i = 0; i < PEERS; i++) {
		struct wg_have_peer *p = wg_have_add(h);

		assert_non_null(p);
		memset(p->set.key, (int)i, sizeof(p->set.key));
		for (k = i % 2 == 0 ? EACH : 0; k > 0; k--) {	/* from the last to the first */
			net = host(i, k);
			assert_true(wg_have_allow(h, &net));
		}
	}
	wg_have_close(h);
	assert_int_equal(h->npeers, PEERS);
	for (i = 0; i < PEERS; i++) {
		const struct wg_want_peer *p = &h->peers[i].set;

		assert_int_equal(p->key[0], (uint8_t)i);
		assert_int_equal(p->nallowed, i % 2 == 0 ? EACH : 0);
		for (k = 0; k < p->nallowed; k++) {
			net = host(i, k + 1);
			assert_memory_equal(&p->allowed[k], &net, sizeof(net));
		}
	}
	wg_have_free(h);
}

static void
nothing_is_allowed_to_nobody(void **state)
{
	const struct addr_prefix net = host(0, 1);
	struct wg_have *h = wg_have_new();

	(void)state;
	assert_non_null(h);
	assert_false(wg_have_allow(h, &net));
	wg_have_close(h);
	wg_have_free(h);
	wg_have_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_peer_has_its_own),
		cmocka_unit_test(nothing_is_allowed_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
