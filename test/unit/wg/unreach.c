/* "Nobody is there" (RFC 792, RFC 4443): what it says, and to whom it must not be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/checksum.h"
#include "wg/unreach.h"

enum { UDP4 = 28, UDP6 = 48 };

static void
make4(uint8_t p[UDP4], uint8_t proto)
{
	static const uint8_t head[] = { 0x45, 0, 0, UDP4, 0, 7, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 9, 1, 2, 3, 4, 0, 8 };

	memset(p, 0, UDP4);
	memcpy(p, head, sizeof(head));
	p[9] = proto;
}

static void
make6(uint8_t p[UDP6], uint8_t proto)
{
	memset(p, 0, UDP6);
	p[0] = 0x60;
	p[5] = 8;
	p[6] = proto;
	p[8] = p[24] = 0xfd;
	p[23] = 1;
	p[39] = 9;
}

static void
tells_of_ipv4(void **state)
{
	uint8_t p[UDP4], out[WG_UNREACH_MAX];

	(void)state;
	make4(p, 17);
	assert_int_equal(wg_unreach(p, sizeof(p), out), 28 + UDP4);
	assert_int_equal(out[3], 28 + UDP4);
	assert_int_equal(out[9], 1);
	assert_memory_equal(out + 12, p + 16, 4);
	assert_memory_equal(out + 16, p + 12, 4);
	assert_int_equal(out[20] << 8 | out[21], 0x0301);
	assert_memory_equal(out + 28, p, UDP4);
	assert_true(checksum_ok(checksum_add(0, out, 20)));
	assert_true(checksum_ok(checksum_add(0, out + 20, 8 + UDP4)));
}

static void
tells_of_ipv6(void **state)
{
	uint8_t p[UDP6], out[WG_UNREACH_MAX];
	uint64_t sum;

	(void)state;
	make6(p, 17);
	assert_int_equal(wg_unreach(p, sizeof(p), out), 48 + UDP6);
	assert_int_equal(out[5], 8 + UDP6);
	assert_memory_equal(out + 8, p + 24, 16);
	assert_memory_equal(out + 24, p + 8, 16);
	assert_int_equal(out[40] << 8 | out[41], 0x0103);
	sum = checksum_add_be(checksum_add_be(checksum_add(0, out + 8, 32), 58), 8 + UDP6);
	assert_true(checksum_ok(checksum_add(sum, out + 40, 8 + UDP6)));
}

static void
quotes_no_more_than_is_allowed(void **state)
{
	static uint8_t p[1500];
	uint8_t out[WG_UNREACH_MAX];

	(void)state;
	make4(p, 17);
	p[2] = sizeof(p) >> 8;
	p[3] = sizeof(p) & 255;
	assert_int_equal(wg_unreach(p, sizeof(p), out), 576);
	make6(p, 17);
	p[4] = (sizeof(p) - 40) >> 8;
	p[5] = (sizeof(p) - 40) & 255;
	assert_int_equal(wg_unreach(p, sizeof(p), out), WG_UNREACH_MAX);
}

static void
is_silent_where_it_must_be(void **state)
{
	uint8_t p[UDP6], out[WG_UNREACH_MAX];

	(void)state;
	make4(p, 1);
	p[20] = 8;
	assert_int_not_equal(wg_unreach(p, UDP4, out), 0);	/* a ping */
	p[20] = 3;
	assert_int_equal(wg_unreach(p, UDP4, out), 0);		/* an error */
	make4(p, 17);
	p[7] = 10;
	assert_int_equal(wg_unreach(p, UDP4, out), 0);		/* a later fragment */
	make4(p, 17);
	p[16] = 224;
	assert_int_equal(wg_unreach(p, UDP4, out), 0);
	make4(p, 17);
	memset(p + 12, 0, 4);
	assert_int_equal(wg_unreach(p, UDP4, out), 0);
	make6(p, 58);
	p[40] = 128;
	assert_int_not_equal(wg_unreach(p, UDP6, out), 0);
	p[40] = 1;
	assert_int_equal(wg_unreach(p, UDP6, out), 0);
	make6(p, 17);
	p[24] = 0xff;
	assert_int_equal(wg_unreach(p, UDP6, out), 0);
	make6(p, 44);
	assert_int_equal(wg_unreach(p, UDP6, out), 0);
	assert_int_equal(wg_unreach(p, 19, out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_of_ipv4),
		cmocka_unit_test(tells_of_ipv6),
		cmocka_unit_test(quotes_no_more_than_is_allowed),
		cmocka_unit_test(is_silent_where_it_must_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
