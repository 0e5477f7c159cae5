/* Messages with packets in them (VPN-2), and the packets' own heads (VPN-9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "wg/data.h"

static const uint8_t key[WG_KEY] = { 1, 2, 3 };

/* As the reference written for the handshake seals it: the counter is little-endian, behind four zeros. */
static void
seals_as_the_paper_says(void **state)
{
	static const uint8_t want[] = {
		4, 0, 0, 0, 0x44, 0x33, 0x22, 0x11, 8, 7, 6, 5, 4, 3, 2, 1,
		0xd6, 0xe2, 0xc9, 0xfe, 0xb4,
		0x0c, 0xce, 0x73, 0xf6, 0x48, 0x40, 0x9d, 0x27, 0x77, 0x5c, 0x17, 0x4c, 0x48, 0x1c, 0x8a, 0xac
	};
	const struct wg_data head = { 0x11223344, 0x0102030405060708 };
	uint8_t m[WG_DATA_OVERHEAD + 5];

	(void)state;
	memcpy(m + WG_DATA_HEAD, "hello", 5);
	wg_data_seal(m, 5, &head, key);
	assert_int_equal(sizeof(m), sizeof(want));
	assert_memory_equal(m, want, sizeof(m));
}

static void
opens_what_was_sealed(void **state)
{
	const struct wg_data head = { 7, UINT64_MAX - 1 };
	uint8_t m[WG_DATA_OVERHEAD + 64], sent[64];
	struct wg_data heard;
	size_t n, i;

	(void)state;
	memset(sent, 0x5a, sizeof(sent));
	for (n = 0; n <= 64; n++) {
		memcpy(m + WG_DATA_HEAD, sent, n);
		wg_data_seal(m, n, &head, key);
		assert_true(wg_data_read(m, n + WG_DATA_OVERHEAD, &heard));
		assert_int_equal(heard.to, head.to);
		assert_int_equal(heard.counter, head.counter);
		assert_true(wg_data_open(m, n + WG_DATA_OVERHEAD, heard.counter, key));
		assert_memory_equal(m + WG_DATA_HEAD, sent, n);
		wg_data_seal(m, n, &head, key);
		assert_false(wg_data_open(m, n + WG_DATA_OVERHEAD, heard.counter - 1, key));
	}
	for (i = WG_DATA_HEAD; i < sizeof(m); i++) {
		memcpy(m + WG_DATA_HEAD, sent, 64);
		wg_data_seal(m, 64, &head, key);
		m[i] ^= 0x80;
		assert_false(wg_data_open(m, sizeof(m), head.counter, key));
	}
}

static void
reads_only_such_messages(void **state)
{
	uint8_t m[64] = { 4 };
	struct wg_data d;
	size_t n;

	(void)state;
	for (n = 0; n < WG_DATA_OVERHEAD; n++)
		assert_false(wg_data_read(m, n, &d));
	assert_true(wg_data_read(m, WG_DATA_OVERHEAD, &d));
	m[1] = 1;
	assert_false(wg_data_read(m, WG_DATA_OVERHEAD, &d));
}

static void
pads_within_the_mtu(void **state)
{
	(void)state;
	assert_int_equal(wg_data_padded(0, 1420), 0);
	assert_int_equal(wg_data_padded(1, 1420), 16);
	assert_int_equal(wg_data_padded(1408, 1420), 1408);
	assert_int_equal(wg_data_padded(1409, 1420), 1420);
	assert_int_equal(wg_data_padded(1420, 1420), 1420);
	assert_int_equal(wg_data_padded(1421, 1420), 1424);	/* the MTU was lowered a moment ago */
}

static void
reads_the_packet_inside(void **state)
{
	uint8_t four[32] = { 0x45, 0, 0, 20, [12] = 10, 0, 0, 2, 10, 0, 0, 1 };
	uint8_t six[64] = { 0x60, 0, 0, 0, 0, 8, [8] = 0xfd, [23] = 2, [24] = 0xfd, [39] = 1 };
	char text[ADDR_TEXT_MAX];
	struct addr from, to;
	size_t len;

	(void)state;
	assert_true(wg_packet_read(four, sizeof(four), &from, &to, &len));
	assert_int_equal(len, 20);
	assert_string_equal(addr_text(&from, text), "10.0.0.2");
	assert_string_equal(addr_text(&to, text), "10.0.0.1");
	assert_true(wg_packet_read(six, sizeof(six), &from, &to, &len));
	assert_int_equal(len, 48);
	assert_string_equal(addr_text(&from, text), "fd00::2");
	assert_string_equal(addr_text(&to, text), "fd00::1");
	assert_false(wg_packet_read(four, 19, &from, &to, &len));
	assert_false(wg_packet_read(six, 47, &from, &to, &len));
	assert_false(wg_packet_read(six, 39, &from, &to, &len));
	four[3] = 19;
	assert_false(wg_packet_read(four, sizeof(four), &from, &to, &len));
	four[3] = 33;
	assert_false(wg_packet_read(four, sizeof(four), &from, &to, &len));
	four[0] = 0x55;
	assert_false(wg_packet_read(four, sizeof(four), &from, &to, &len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_as_the_paper_says),
		cmocka_unit_test(opens_what_was_sealed),
		cmocka_unit_test(reads_only_such_messages),
		cmocka_unit_test(pads_within_the_mtu),
		cmocka_unit_test(reads_the_packet_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
