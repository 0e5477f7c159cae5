/* DER writer: X.690 shortest lengths, integers, times; RFC 5280 4.1.2.5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ca/der.h"

static void
check(const struct der *d, const char *bytes, size_t n)
{
	size_t len;
	const uint8_t *p = der_result(d, &len);

	assert_non_null(p);
	assert_int_equal(len, n);
	assert_memory_equal(p, bytes, n);
}

static void
test_integers(void **state)
{
	static const uint8_t top[] = { 0, 0, 0x80 }, plain[] = { 0, 0x7f };
	uint8_t buf[64];
	struct der d;

	(void)state;
	der_init(&d, buf, sizeof(buf));
	der_unsigned(&d, top, 3);
	check(&d, "\x02\x02\x00\x80", 4);
	der_init(&d, buf, sizeof(buf));
	der_unsigned(&d, plain, 2);
	check(&d, "\x02\x01\x7f", 3);
	der_init(&d, buf, sizeof(buf));
	der_small(&d, 0);
	check(&d, "\x02\x01\x00", 3);
}

static void
test_lengths(void **state)
{
	uint8_t buf[70000], content[65536] = { 0 };
	static const struct { size_t n; const char *head; size_t len; } t[] = {
		{ 0, "\x04\x00", 2 }, { 127, "\x04\x7f", 2 }, { 128, "\x04\x81\x80", 3 }, { 255, "\x04\x81\xff", 3 },
		{ 256, "\x04\x82\x01\x00", 4 }, { 65536, "\x04\x83\x01\x00\x00", 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct der d;
		size_t n;

		der_init(&d, buf, sizeof(buf));
		der_value(&d, DER_OCTETS, content, t[i].n);
		assert_memory_equal(der_result(&d, &n), t[i].head, t[i].len);
		assert_int_equal(n, t[i].n + t[i].len);
	}
}

static void
test_times(void **state)
{
	uint8_t buf[64];
	struct der d;

	(void)state;
	der_init(&d, buf, sizeof(buf));
	der_time(&d, 2524607999);	/* the last second of 2049 */
	check(&d, "\x17\x0d" "491231235959Z", 15);
	der_init(&d, buf, sizeof(buf));
	der_time(&d, 2524608000);
	check(&d, "\x18\x0f" "20500101000000Z", 17);
}

static void
test_sticky(void **state)
{
	uint8_t buf[3];
	struct der d;
	size_t n;

	(void)state;
	der_init(&d, buf, sizeof(buf));
	der_value(&d, DER_OCTETS, "ab", 2);
	der_small(&d, 1);
	assert_null(der_result(&d, &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_sticky),
	};

	return cmocka_run_group_tests_name("ca/der", tests, NULL, NULL);
}
