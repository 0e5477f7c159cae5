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
	uint8_t name[IO_TLS_CACHE_NAME];

	memset(s.master_secret, 0, sizeof(s.master_secret));
	s.version = s.cipher_suite = 0;
	if (!io_tls_cache_get(c, &s, name, now_s))
		return false;
	assert_memory_equal(s.master_secret, want.master_secret, sizeof(want.master_secret));
	assert_int_equal(s.version, want.version);
	assert_int_equal(s.cipher_suite, want.cipher_suite);
	assert_int_equal(name[0], (uint8_t)(i * 3));
	return true;
}

static void
put(struct io_tls_cache *c, uint32_t i, uint64_t now_s)
{
	br_ssl_session_parameters s = session(i);
	uint8_t name[IO_TLS_CACHE_NAME] = { (uint8_t)(i * 3) };

	io_tls_cache_put(c, &s, name, now_s);
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
	uint8_t name[IO_TLS_CACHE_NAME] = { 0 };

	(void)state;
	s.session_id_len = 31;
	io_tls_cache_put(c, &s, name, 1);
	assert_false(io_tls_cache_get(c, &s, name, 1));
	s.session_id_len = 32;
	assert_false(io_tls_cache_get(c, &s, name, 1));
	io_tls_cache_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_goes_first),
		cmocka_unit_test(none_outlives_its_time),
		cmocka_unit_test(odd_ids_are_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
