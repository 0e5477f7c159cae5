/* MACs and cookies (VPN-2): who may be answered, the way of a cookie, its age. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/str.h"
#include "wg/cookie.h"

struct two {
	struct wg_identity us;
	struct wg_other of_us;		/* what the asker has of us */
	struct wg_gate gate;
	struct wg_cookie cookie;
	struct addr_port from;
	uint8_t message[WG_INITIATION];
};

static const uint8_t secret[3][WG_KEY] = { { 8 }, { 16 }, { 24 } }, nonce[24] = { 7 };

static void
set(struct two *t)
{
	struct wg_identity asker;
	size_t i;

	memset(t, 0, sizeof(*t));
	assert_true(wg_identity_set(&t->us, secret[0]));
	assert_true(wg_identity_set(&asker, secret[1]));
	assert_true(wg_other_set(&t->of_us, &asker, t->us.key, NULL));
	wg_gate_init(&t->gate, &t->us, secret[2]);
	assert_true(addr_port_read(str_of("192.0.2.1:51820"), &t->from));
	for (i = 0; i < sizeof(t->message); i++)
		t->message[i] = (uint8_t)i;
}

enum macs { BAD, FIRST, BOTH };

static enum macs
judged(struct two *t)
{
	if (!wg_gate_is_ours(&t->gate, t->message, WG_INITIATION))
		return BAD;
	return wg_gate_has_cookie(&t->gate, t->message, WG_INITIATION, &t->from) ? BOTH : FIRST;
}

static void
sign(struct two *t, int64_t now_ms)
{
	wg_cookie_sign(&t->cookie, &t->of_us, t->message, WG_INITIATION, now_ms);
}

static void
give_cookie(struct two *t, int64_t now_ms)
{
	uint8_t reply[WG_COOKIE_REPLY];

	sign(t, now_ms);
	wg_gate_reply(&t->gate, t->message, WG_INITIATION, &t->from, nonce, reply);
	assert_memory_equal(reply + 4, t->message + 4, 4);
	assert_true(wg_cookie_hear(&t->cookie, &t->of_us, reply, now_ms));
	assert_false(wg_cookie_hear(&t->cookie, &t->of_us, reply, now_ms));	/* one answer to one message */
}

static void
answers_who_knows_the_key(void **state)
{
	struct two t;

	(void)state;
	set(&t);
	assert_int_equal(judged(&t), BAD);
	sign(&t, 0);
	assert_int_equal(judged(&t), FIRST);
	t.message[20] ^= 1;
	assert_int_equal(judged(&t), BAD);
}

static void
a_cookie_shows_the_address(void **state)
{
	struct two t;

	(void)state;
	set(&t);
	give_cookie(&t, 1000);
	sign(&t, 2000);
	assert_int_equal(judged(&t), BOTH);
	assert_true(addr_port_read(str_of("192.0.2.1:51821"), &t.from));
	assert_int_equal(judged(&t), FIRST);
	assert_true(addr_port_read(str_of("192.0.2.2:51820"), &t.from));
	assert_int_equal(judged(&t), FIRST);
}

static void
cookies_grow_old(void **state)
{
	struct two t;

	(void)state;
	set(&t);
	give_cookie(&t, 0);
	wg_gate_turn(&t.gate, secret[0]);
	sign(&t, 1000);
	assert_int_equal(judged(&t), BOTH);	/* of the secret before */
	wg_gate_turn(&t.gate, secret[1]);
	assert_int_equal(judged(&t), FIRST);
	sign(&t, WG_COOKIE_S * 1000);			/* and not sent any more */
	assert_memory_equal(t.message + WG_INITIATION - WG_MAC, (uint8_t[WG_MAC]){ 0 }, WG_MAC);
}

static void
hears_no_foreign_cookie(void **state)
{
	uint8_t reply[WG_COOKIE_REPLY];
	struct two t;

	(void)state;
	set(&t);
	sign(&t, 0);
	wg_gate_reply(&t.gate, t.message, WG_INITIATION, &t.from, nonce, reply);
	reply[40] ^= 1;
	assert_false(wg_cookie_hear(&t.cookie, &t.of_us, reply, 0));
	reply[40] ^= 1;
	t.message[0] ^= 1;
	sign(&t, 0);					/* another message since */
	assert_false(wg_cookie_hear(&t.cookie, &t.of_us, reply, 0));
	assert_false(t.cookie.has);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_who_knows_the_key),
		cmocka_unit_test(a_cookie_shows_the_address),
		cmocka_unit_test(cookies_grow_old),
		cmocka_unit_test(hears_no_foreign_cookie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
