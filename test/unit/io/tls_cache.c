/* src/io/tls_cache.c: sessions are found, the oldest goes first, none outlives its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/tls_cache.h"

static br_ssl_session_parameters
session(uint32_t i)
{
	br_ssl_session_parameters s = { .session_id_len = 32, .version = BR_TLS12, .cipher_suite = 0xc02b };

	memset(s.session_id, 0x55, sizeof(s.session_id));
	memcpy(s.session_id, &i, sizeof(i));
	memset(s.master_secret, (int)i, sizeof(s.master_secret));
	return s;
}

static bool
find(struct io_tls_cache *c, uint32_t i, uint64_t now_s)
{
	br_ssl_session_parameters s = session(i), want = session(i);
	struct io_tls_cache_for f;

	memset(s.master_secret, 0, sizeof(s.master_secret));
	s.version = s.cipher_suite = 0;
	if (!io_tls_cache_get(c, &s, &f, now_s))
		return false;
	assert_memory_equal(s.master_secret, want.master_secret, sizeof(want.master_secret));
	assert_int_equal(s.version, want.version);
	assert_int_equal(s.cipher_suite, want.cipher_suite);
	assert_int_equal(f.name[0], (uint8_t)(i * 3));
	assert_int_equal(f.site[0], (uint8_t)i % 2);
	return true;
}

static void
put(struct io_tls_cache *c, uint32_t i, uint64_t now_s)
{
	br_ssl_session_parameters s = session(i);
	const struct io_tls_cache_for f = { { (uint8_t)(i * 3) }, { (uint8_t)i % 2 } };

	io_tls_cache_put(c, &s, &f, now_s);
}

static void
the_oldest_goes_first(void **state)
{
	struct io_tls_cache *c = io_tls_cache_new();
	uint32_t i;

	(void)state;
	assert_false(find(c, 0, 0));
	for (i = 0; i < 3 * IO_TLS_CACHE_MAX + 7; i++)
		put(c, i, 1);
	for (i = 0; i < 3 * IO_TLS_CACHE_MAX + 7; i++)
		assert_int_equal(find(c, i, 1), i >= 2 * IO_TLS_CACHE_MAX + 7);
	io_tls_cache_free(c);
}

static void
none_outlives_its_time(void **state)
{
	struct io_tls_cache *c = io_tls_cache_new();

	(void)state;
	put(c, 1, 1000);
	assert_true(find(c, 1, 1000 + IO_TLS_CACHE_AGE_S));
	assert_false(find(c, 1, 1001 + IO_TLS_CACHE_AGE_S));
	io_tls_cache_free(c);
}

static void
odd_ids_are_not_kept(void **state)
{
	struct io_tls_cache *c = io_tls_cache_new();
	br_ssl_session_parameters s = session(1);
	struct io_tls_cache_for f = { { 0 }, { 0 } };

	(void)state;
	s.session_id_len = 31;
	io_tls_cache_put(c, &s, &f, 1);
	assert_false(io_tls_cache_get(c, &s, &f, 1));
	s.session_id_len = 32;
	assert_false(io_tls_cache_get(c, &s, &f, 1));
	io_tls_cache_free(c);
}

static bool
is_odd(const void *arg, const uint8_t site[IO_TLS_CACHE_SITE])
{
	assert_null(arg);
	return site[0] == 1;
}

/* Those of certificates that are there still, with their age; the circle goes on where it was. */
static void
what_stays_is_copied(void **state)
{
	struct io_tls_cache *a = io_tls_cache_new(), *b = io_tls_cache_new();
	uint32_t i;

	(void)state;
	for (i = 0; i < IO_TLS_CACHE_MAX + 10; i++)
		put(a, i, 1000);
	io_tls_cache_copy(b, a, is_odd, NULL);
	for (i = 0; i < IO_TLS_CACHE_MAX + 10; i++)
		assert_int_equal(find(b, i, 1000), i >= 10 && i % 2 == 1);
	assert_false(find(b, 11, 1001 + IO_TLS_CACHE_AGE_S));
	put(b, 100000, 1000);	/* in the place of 10, which is not there; the next takes that of 11 */
	assert_true(find(b, 11, 1000));
	put(b, 100001, 1000);
	assert_false(find(b, 11, 1000));
	io_tls_cache_free(a);
	io_tls_cache_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_goes_first),
		cmocka_unit_test(none_outlives_its_time),
		cmocka_unit_test(odd_ids_are_not_kept),
		cmocka_unit_test(what_stays_is_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
