/* src/ntp/reference.c: NTP-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/reference.h"
#include "ntp/wire.h"

static const int64_t S = 1000000000;

static void
test_synced(void **state)
{
	struct ntp_reference f;

	(void)state;
	ntp_reference_none(&f);
	assert_false(ntp_reference_synced(&f));
	assert_int_equal(f.leap, 3);
	assert_int_equal(f.stratum, 16);
	f.leap = 0;
	assert_false(ntp_reference_synced(&f));
	f.stratum = 2;
	assert_true(ntp_reference_synced(&f));
	f.leap = 3;
	assert_false(ntp_reference_synced(&f));
}

/* 15 ppm of what has passed, whichever way the clock went. */
static void
test_dispersion(void **state)
{
	const struct ntp_reference f = { .at = 1800000000 * S, .root_dispersion = 1000 };

	(void)state;
	assert_true(ntp_reference_dispersion(&f, f.at) == 1000);
	assert_true(ntp_reference_dispersion(&f, f.at + 1000 * S) == 1000 + 15000000);
	assert_true(ntp_reference_dispersion(&f, f.at - 1000 * S) == 1000 + 15000000);
}

static void
test_round_trip(void **state)
{
	struct ntp_reference f = { 1, 3, 0x01020304, 1800000000 * S, 5000, 6000, -7000 }, back;
	uint8_t buf[64];
	struct rd r;
	struct wr w;
	size_t n;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	ntp_reference_write(&w, &f);
	rd_init(&r, buf, wr_len(&w));
	assert_true(ntp_reference_read(&r, &back));
	assert_true(back.leap == 1 && back.stratum == 3 && back.refid == f.refid && back.at == f.at);
	assert_true(back.root_delay == 5000 && back.root_dispersion == 6000 && back.correction == -7000);
	for (n = 0; n < wr_len(&w); n++) {
		rd_init(&r, buf, n);
		assert_false(ntp_reference_read(&r, &back));
	}
	buf[6] = 0x7f;			/* a time that does not add up */
	rd_init(&r, buf, wr_len(&w));
	assert_false(ntp_reference_read(&r, &back));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_synced), cmocka_unit_test(test_dispersion), cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("ntp/reference", tests, NULL, NULL);
}
