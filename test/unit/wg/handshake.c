/* The handshake (VPN-2): messages and keys against a reference written from the paper, and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wg/handshake.c"

#define INITIATION "01000000443322115dfedd3b6bd47f6fa28ee15d969d5bb0ea53774d488bdaf9df1c6e0124b3ef220a26599fb2188bb723276fc1" \
	"73af67616c817fc32fd04d686d87ec152fac10eed2bda3bb3b6f1eded6977684082284d857fa44b0c8cd9ceeb52e34dd25b557acd8dce5f1b1c5" \
	"ee8ad20db8130000000000000000000000000000000000000000000000000000000000000000"
#define RESPONSE "020000008877665544332211ac01b2209e86354fb853237b5de0f4fab13c7fcbf433a61c019369617fecf10bb286a18b3b300856" \
	"1f3475e319a60dbf0000000000000000000000000000000000000000000000000000000000000000"

struct pair {
	struct wg_identity left, right;
	struct wg_other of_right, of_left;	/* what the left has of the right, and the other way round */
	struct wg_handshake a, b;
	uint8_t initiation[WG_INITIATION], response[WG_RESPONSE];
};

static const uint8_t stamp[WG_STAMP] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };

static const uint8_t *
all(uint8_t octet)
{
	static uint8_t out[8][WG_KEY];

	memset(out[octet % 8], octet, WG_KEY);
	return out[octet % 8];
}

static void
expect_hex(const uint8_t *p, size_t n, const char *want)
{
	char text[2 * WG_INITIATION + 1];
	size_t i;

	for (i = 0; i < n; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", p[i]);	/* fits */
	assert_string_equal(text, want);
}

static void
set(struct pair *p)
{
	memset(p, 0, sizeof(*p));
	assert_true(wg_identity_set(&p->left, all(1)));
	assert_true(wg_identity_set(&p->right, all(2)));
	assert_true(wg_other_set(&p->of_right, &p->left, p->right.key, all(5)));
	assert_true(wg_other_set(&p->of_left, &p->right, p->left.key, all(5)));
}

static const struct wg_fresh *
fresh(uint32_t ours, uint8_t octet)
{
	static struct wg_fresh f;

	f.ours = ours;
	memset(f.random, octet, sizeof(f.random));
	memcpy(f.stamp, stamp, sizeof(stamp));
	return &f;
}

static void
initiate(struct pair *p)
{
	assert_true(wg_initiation_make(&p->a, &p->left, &p->of_right, fresh(0x11223344, 3), p->initiation));
}

static void
respond(struct pair *p)
{
	uint8_t who[WG_KEY], made[WG_STAMP];

	assert_true(wg_initiation_read(&p->b, &p->right, p->initiation, who));
	assert_memory_equal(who, p->left.key, WG_KEY);
	assert_true(wg_initiation_prove(&p->b, &p->right, &p->of_left, p->initiation, made));
	assert_memory_equal(made, stamp, WG_STAMP);
	assert_true(wg_response_make(&p->b, &p->of_left, fresh(0x55667788, 4), p->response));
}

static void
speaks_as_the_paper_says(void **state)
{
	struct wg_keys a, b;
	struct pair p;

	(void)state;
	set(&p);
	initiate(&p);
	expect_hex(p.initiation, WG_INITIATION, INITIATION);
	respond(&p);
	expect_hex(p.response, WG_RESPONSE, RESPONSE);
	assert_true(wg_response_read(&p.a, &p.left, &p.of_right, p.response));
	wg_handshake_keys(&p.a, &a);
	wg_handshake_keys(&p.b, &b);
	expect_hex(a.send, WG_KEY, "a18cc809fd05b6b5f99644cf506f89dce368c2f54a9dbeb9a384f36c274317ef");
	expect_hex(a.receive, WG_KEY, "b1aa1b797d3a45da97552b8084ade493aa767f15af95854bc86557f6dacd851d");
	assert_memory_equal(a.send, b.receive, WG_KEY);
	assert_memory_equal(a.receive, b.send, WG_KEY);
	assert_int_equal(p.a.ours, 0x11223344);
	assert_int_equal(p.a.theirs, 0x55667788);
	assert_memory_equal(p.a.chain, p.b.ephemeral, WG_KEY);	/* both wiped */
}

/* A changed octet anywhere but in the first word, the sender's index and the MACs. */
static void
refuses_what_was_changed(void **state)
{
	uint8_t who[WG_KEY], made[WG_STAMP];
	struct wg_handshake before;
	struct pair p;
	size_t i;

	(void)state;
	set(&p);
	initiate(&p);
	respond(&p);
	for (i = 8; i < WG_INITIATION - 2 * WG_MAC; i++) {
		p.initiation[i] ^= 1;
		assert_false(wg_initiation_read(&p.b, &p.right, p.initiation, who) &&
		    wg_initiation_prove(&p.b, &p.right, &p.of_left, p.initiation, made));
		p.initiation[i] ^= 1;
	}
	before = p.a;
	for (i = 8; i < WG_RESPONSE - 2 * WG_MAC; i++) {
		p.response[i] ^= 1;
		assert_false(wg_response_read(&p.a, &p.left, &p.of_right, p.response));
		assert_memory_equal(&p.a, &before, sizeof(before));
		p.response[i] ^= 1;
	}
	assert_true(wg_response_read(&p.a, &p.left, &p.of_right, p.response));
}

static void
refuses_strangers(void **state)
{
	uint8_t who[WG_KEY], made[WG_STAMP];
	struct wg_identity third;
	struct wg_other other;
	struct pair p;

	(void)state;
	set(&p);
	assert_true(wg_identity_set(&third, all(6)));
	initiate(&p);
	assert_false(wg_initiation_read(&p.b, &third, p.initiation, who));	/* not for him */
	assert_true(wg_initiation_read(&p.b, &p.right, p.initiation, who));
	assert_true(wg_other_set(&other, &p.right, third.key, NULL));
	assert_false(wg_initiation_prove(&p.b, &p.right, &other, p.initiation, made));	/* not from him */
	respond(&p);
	assert_true(wg_other_set(&other, &p.left, p.right.key, all(6)));
	assert_false(wg_response_read(&p.a, &p.left, &other, p.response));	/* another pre-shared key */
	assert_false(wg_response_read(&p.a, &third, &p.of_right, p.response));
}

static void
refuses_worthless_keys(void **state)
{
	uint8_t who[WG_KEY], key[WG_KEY], out[WG_KEY];
	struct wg_other other;
	struct pair p;
	size_t i;

	(void)state;
	set(&p);
	assert_false(wg_other_set(&other, &p.left, p.left.key, NULL));
	for (i = 0; i < sizeof(worthless) / WG_KEY; i++) {
		memcpy(key, worthless[i], WG_KEY);
		assert_int_not_equal(crypto_scalarmult_curve25519(out, p.left.secret, key), 0);
		assert_false(wg_other_set(&other, &p.left, key, NULL));
		key[31] |= 128;
		assert_false(wg_other_set(&other, &p.left, key, NULL));
		key[0] ^= 16;
		assert_true(wg_other_set(&other, &p.left, key, NULL));
	}
	initiate(&p);
	memset(p.initiation + 8, 0, WG_KEY);
	assert_false(wg_initiation_read(&p.b, &p.right, p.initiation, who));
}

/* What takes long is made when it is needed, once, and anew with another key. */
static void
makes_the_shared_secret_at_the_first_handshake(void **state)
{
	uint8_t first[WG_KEY];
	struct pair p;

	(void)state;
	set(&p);
	assert_false(p.of_right.has_shared || p.of_left.has_shared);
	initiate(&p);
	assert_true(p.of_right.has_shared && !p.of_left.has_shared);
	respond(&p);
	assert_true(p.of_left.has_shared);
	assert_memory_equal(p.of_left.shared, p.of_right.shared, WG_KEY);
	memcpy(first, p.of_left.shared, WG_KEY);
	assert_true(wg_identity_set(&p.right, all(7)));
	assert_true(wg_other_set(&p.of_left, &p.right, p.left.key, all(5)));
	assert_true(wg_other_set(&p.of_right, &p.left, p.right.key, all(5)));
	initiate(&p);
	respond(&p);
	assert_memory_equal(p.of_left.shared, p.of_right.shared, WG_KEY);
	assert_memory_not_equal(p.of_left.shared, first, WG_KEY);
}

static void
stamps_rise_and_tell_little(void **state)
{
	uint8_t a[WG_STAMP], b[WG_STAMP];

	(void)state;
	wg_stamp(a, 0, 0);
	expect_hex(a, WG_STAMP, "400000000000000a00000000");
	wg_stamp(a, 1800000000, 16777215);
	wg_stamp(b, 1800000000, 0);
	assert_memory_equal(a, b, WG_STAMP);
	wg_stamp(b, 1800000000, 16777216);
	assert_true(memcmp(b, a, WG_STAMP) > 0);
	wg_stamp(a, 1800000001, 0);
	assert_true(memcmp(a, b, WG_STAMP) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speaks_as_the_paper_says),
		cmocka_unit_test(refuses_what_was_changed),
		cmocka_unit_test(refuses_strangers),
		cmocka_unit_test(refuses_worthless_keys),
		cmocka_unit_test(makes_the_shared_secret_at_the_first_handshake),
		cmocka_unit_test(stamps_rise_and_tell_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
