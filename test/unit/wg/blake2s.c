/* BLAKE2s: the example and the self-test of RFC 7693 (appendices B, E); HMAC and KDF by their definitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wg/blake2s.h"

static void
expect_hex(const uint8_t *p, size_t n, const char *want)
{
	char text[3 * BLAKE2S_SIZE * 2 + 1];
	size_t i;

	assert_true(n <= 3 * BLAKE2S_SIZE);
	for (i = 0; i < n; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", p[i]);	/* fits */
	assert_string_equal(text, want);
}

/* A Fibonacci generator, as in appendix E. */
static void
fill(uint8_t *out, uint32_t n)
{
	uint32_t a = 0xdead4bad * n, b = 1, t, i;

	for (i = 0; i < n; i++) {
		t = a + b;
		a = b;
		b = t;
		out[i] = (uint8_t)(t >> 24);
	}
}

static void
says_abc(void **state)
{
	uint8_t out[BLAKE2S_SIZE];

	(void)state;
	blake2s_hash(out, sizeof(out), NULL, 0, "abc", 3);
	expect_hex(out, sizeof(out), "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
}

static void
passes_the_self_test(void **state)
{
	static const uint32_t sizes[] = { 16, 20, 28, 32 }, lengths[] = { 0, 3, 64, 65, 255, 1024 };
	uint8_t in[1024], key[BLAKE2S_SIZE], out[BLAKE2S_SIZE];
	struct blake2s all;
	size_t i, k;

	(void)state;
	blake2s_init(&all, BLAKE2S_SIZE, NULL, 0);
	for (i = 0; i < 4; i++)
		for (k = 0; k < 6; k++) {
			fill(in, lengths[k]);
			blake2s_hash(out, sizes[i], NULL, 0, in, lengths[k]);
			blake2s_add(&all, out, sizes[i]);
			fill(key, sizes[i]);
			blake2s_hash(out, sizes[i], key, sizes[i], in, lengths[k]);
			blake2s_add(&all, out, sizes[i]);
		}
	blake2s_end(&all, out);
	expect_hex(out, sizeof(out), "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe");
}

static void
takes_pieces(void **state)
{
	uint8_t in[300], whole[BLAKE2S_SIZE], out[BLAKE2S_SIZE];
	struct blake2s s;
	size_t step, at;

	(void)state;
	fill(in, sizeof(in));
	blake2s_hash(whole, sizeof(whole), NULL, 0, in, sizeof(in));
	for (step = 1; step < sizeof(in); step++) {
		blake2s_init(&s, BLAKE2S_SIZE, NULL, 0);
		for (at = 0; at < sizeof(in); at += step)
			blake2s_add(&s, in + at, sizeof(in) - at < step ? sizeof(in) - at : step);
		blake2s_end(&s, out);
		assert_memory_equal(out, whole, sizeof(out));
	}
}

static void
derives_keys(void **state)
{
	uint8_t key[BLAKE2S_SIZE], out[3 * BLAKE2S_SIZE];
	uint8_t i;

	(void)state;
	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	blake2s_hmac(out, key, "what is said", 12);
	expect_hex(out, BLAKE2S_SIZE, "9f174ac5c99678df8a66a3e7a58da727b21992cc086c9f74305708af85d071a6");
	blake2s_kdf(out, 3, key, "input", 5);
	expect_hex(out, sizeof(out), "87b7f70b24183c6db5dc4f6d9f4c47cdb203321aa2a0bef714896adb3107a040"
	    "538a02e1eb2e31b7e4d4b82476d1fe2acf50085d3fb584537279195f5d1f5824"
	    "9ad858025593be88de0f9442a589cfe84a88dc19e4753d93684d1c5efc4837f9");
	blake2s_kdf(key, 1, key, "input", 5);
	assert_memory_equal(key, out, sizeof(key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_abc),
		cmocka_unit_test(passes_the_self_test),
		cmocka_unit_test(takes_pieces),
		cmocka_unit_test(derives_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
