/* src/ntp/wire.c: RFC 5905 section 7.3, RFC 7822; NTP-1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/wire.h"

static const int64_t S = 1000000000;

static bool
read_packet(const uint8_t *p, size_t n, struct ntp_packet *out, enum ntp_tail *tail)
{
	struct rd r;

	rd_init(&r, p, n);
	return ntp_packet_read(&r, out, tail);
}

static void
test_round_trip(void **state)
{
	const struct ntp_packet p = { 1, 4, 3, 2, 6, -20, 0x00010203, 0x04050607, NTP_REFID('G', 'P', 'S', 0),
	    UINT64_C(0x1112131415161718), 2, 3, UINT64_C(0xfffffffffffffffe) };
	uint8_t buf[NTP_PACKET];
	struct ntp_packet back;
	enum ntp_tail tail;
	struct wr w;
	size_t n;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	ntp_packet_write(&w, &p);
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), NTP_PACKET);
	assert_int_equal(buf[0], 1 << 6 | 4 << 3 | 3);
	assert_int_equal(buf[12], 'G');
	assert_int_equal(buf[47], 0xfe);
	memset(&back, 0, sizeof(back));
	assert_true(read_packet(buf, sizeof(buf), &back, &tail));
	assert_int_equal(tail, NTP_TAIL_NONE);
	assert_int_equal(back.leap, 1);
	assert_int_equal(back.precision, -20);
	assert_true(back.reference == p.reference && back.origin == 2 && back.receive == 3 && back.transmit == p.transmit);
	assert_int_equal(back.root_dispersion, p.root_dispersion);
	for (n = 0; n < NTP_PACKET; n++)
		assert_false(read_packet(buf, n, &back, &tail));
}

static enum ntp_tail
tail_of(uint8_t version, const uint8_t *more, size_t n)
{
	uint8_t buf[NTP_PACKET_MAX + 8] = { (uint8_t)(version << 3 | 3) };
	struct ntp_packet p;
	enum ntp_tail tail = NTP_TAIL_BAD;

	if (more != NULL)
		memcpy(buf + NTP_PACKET, more, n);
	assert_true(read_packet(buf, NTP_PACKET + n, &p, &tail));
	return tail;
}

static void
test_tails(void **state)
{
	const uint8_t field28[28] = { 1, 4, 0, 28 }, field16[16] = { 1, 4, 0, 16 }, odd[28] = { 1, 4, 0, 27 };
	const uint8_t over[28] = { 1, 4, 0, 32 }, none[32] = { 0 };
	uint8_t two[16 + 28] = { 0 }, signed_[28 + 20] = { 0 };

	(void)state;
	assert_int_equal(tail_of(4, field28, 28), NTP_TAIL_FIELDS);
	memcpy(two, field16, 16);
	memcpy(two + 16, field28, 28);
	assert_int_equal(tail_of(4, two, sizeof(two)), NTP_TAIL_FIELDS);
	memcpy(signed_, field28, 28);
	assert_int_equal(tail_of(4, signed_, sizeof(signed_)), NTP_TAIL_MAC);
	assert_int_equal(tail_of(4, none, 20), NTP_TAIL_MAC);
	assert_int_equal(tail_of(4, none, 24), NTP_TAIL_MAC);
	assert_int_equal(tail_of(4, none, 4), NTP_TAIL_MAC);
	/* a single short field, a length that is no multiple of four, too long a one, none at all, bits and pieces */
	assert_int_equal(tail_of(4, field16, 16), NTP_TAIL_BAD);
	assert_int_equal(tail_of(4, odd, 28), NTP_TAIL_BAD);
	assert_int_equal(tail_of(4, over, 28), NTP_TAIL_BAD);
	assert_int_equal(tail_of(4, none, 32), NTP_TAIL_BAD);
	assert_int_equal(tail_of(4, none, 1), NTP_TAIL_BAD);
	assert_int_equal(tail_of(3, field28, 28), NTP_TAIL_BAD);	/* version 3 has no fields */
	assert_int_equal(tail_of(3, none, 20), NTP_TAIL_MAC);
}

static void
test_too_long(void **state)
{
	static uint8_t buf[NTP_PACKET_MAX + 1];
	struct ntp_packet p;
	enum ntp_tail tail;

	(void)state;
	assert_false(read_packet(buf, sizeof(buf), &p, &tail));
}

/* From 1900 over 1970 and the end of era 0 in 2036 into era 1. */
static void
test_stamps(void **state)
{
	const int64_t times[] = { 0, 1, S - 1, 1900000000 * S + 123456789, 2085978495 * S + 999999999,
	    2085978496 * S, 4000000000 * S + 5, -1, -2208988800 * S };
	size_t i;

	(void)state;
	assert_true(ntp_stamp(0) == UINT64_C(2208988800) << 32);
	assert_true(ntp_stamp(S / 2) == (UINT64_C(2208988800) << 32 | 0x80000000));
	assert_true(ntp_stamp(2085978496 * S) == 0);	/* 2036-02-07: the era ends */
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_true(ntp_stamp_ns(ntp_stamp(times[i]), times[i]) == times[i]);
		/* near may be wrong by decades */
		assert_true(ntp_stamp_ns(ntp_stamp(times[i]), times[i] + 2000000000 * S) == times[i]);
		assert_true(ntp_stamp_ns(ntp_stamp(times[i]), times[i] - 2000000000 * S) == times[i]);
	}
}

static void
test_spans(void **state)
{
	(void)state;
	assert_int_equal(ntp_short(0), 0);
	assert_int_equal(ntp_short(-5), 0);
	assert_int_equal(ntp_short(1), 1);		/* never less than it is */
	assert_int_equal(ntp_short(S), 1 << 16);
	assert_int_equal(ntp_short(3 * S / 2), 3 << 15);
	assert_true(ntp_short(65536 * S) == UINT32_MAX);
	assert_true(ntp_short(INT64_MAX) == UINT32_MAX);
	assert_true(ntp_short_ns(1 << 16) == S);
	assert_true(ntp_short_ns(UINT32_MAX) < 65536 * S);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_tails), cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_stamps), cmocka_unit_test(test_spans),
	};

	return cmocka_run_group_tests_name("ntp/wire", tests, NULL, NULL);
}
