/* src/base/tlv.c: what is not DER fails; what der.c writes is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/der.h"
#include "base/rd.h"
#include "base/tlv.h"
#include "base/wr.h"

static void
round_trip(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65000 };
	static uint8_t buf[66000], content[65000];
	struct rd r, in;
	struct wr w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		wr_init(&w, buf, sizeof(buf));
		der_value(&w, DER_OCTET_STRING, content, sizes[i]);
		rd_init(&r, buf, wr_len(&w));
		assert_true(tlv_next_is(&r, DER_OCTET_STRING) && !tlv_next_is(&r, DER_OID));
		assert_true(tlv_read(&r, DER_OCTET_STRING, &in) && tlv_end(&r));
		assert_int_equal(rd_left(&in), sizes[i]);
		rd_init(&r, buf, wr_len(&w) - 1);
		assert_false(tlv_read(&r, DER_OCTET_STRING, &in));
		assert_int_equal(rd_left(&in), 0);
	}
}

static void
not_der(void **state)
{
	static const struct { const char *p; size_t n; } v[] = {
		{ "", 0 }, { "\x04", 1 }, { "\x04\x80\0\0", 4 },	/* indefinite */
		{ "\x04\x81\x7f", 3 }, { "\x04\x81\x01\x00", 4 },	/* not the shortest */
		{ "\x04\x82\x00\x01\x00", 5 }, { "\x04\x83\x00\x00\x00", 5 }, { "\x1f\x1f\x00", 3 }, { "\x04\x02\x00", 3 },
	};
	struct rd r, in;
	unsigned tag;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		rd_init(&r, v[i].p, v[i].n);
		assert_false(tlv_read_any(&r, &tag, &in));
		assert_false(rd_ok(&r) || tlv_end(&r));
	}
}

static void
expectations(void **state)
{
	struct rd r;

	(void)state;
	rd_init(&r, "\x02\x01\x00\x02\x01\x01", 6);
	assert_true(tlv_expect(&r, DER_INTEGER, "\0", 1));
	assert_false(tlv_end(&r));
	assert_false(tlv_expect(&r, DER_INTEGER, "\0", 1));
	assert_false(tlv_next_is(&r, DER_INTEGER));
	rd_init(&r, "\x02\x02\x00\x00", 4);
	assert_false(tlv_expect(&r, DER_INTEGER, "\0", 1));
}

/* What der_time() writes, and what no certificate may have. */
static void
times(void **state)
{
	static const int64_t v[] = { -631152000, -1, 0, 951782399, 951782400, 951868800, 1709164800, 2524607999, 2524608000,
	    4107542400, 253402300799 };
	static const char *const no[] = { "261301000000Z", "260132000000Z", "26010100000Z", "260101240000Z", "260101006000Z",
	    "2601010000000", "260101000000+0000", "26010100000aZ", "260001000000Z", "" };
	uint8_t buf[64];
	struct rd r;
	struct wr w;
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		wr_init(&w, buf, sizeof(buf));
		der_time(&w, v[i]);
		rd_init(&r, buf, wr_len(&w));
		assert_true(tlv_read_time(&r, &t) && tlv_end(&r));
		assert_int_equal(t, v[i]);
	}
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		wr_init(&w, buf, sizeof(buf));
		der_text(&w, DER_UTC_TIME, no[i]);
		rd_init(&r, buf, wr_len(&w));
		assert_false(tlv_read_time(&r, &t));
		assert_false(rd_ok(&r));
	}
	rd_init(&r, "\x05\x00", 2);
	assert_false(tlv_read_time(&r, &t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(not_der),
		cmocka_unit_test(expectations),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
