/* src/ntp/decide.c: NTP-1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "ntp/decide.h"
#include "ntp/plan.h"

static const struct ntp_plan plan = { .zones = CONF_ZONE_LOCAL | CONF_ZONE_LAN };

static enum ntp_verdict
judge(unsigned zone, uint8_t first, size_t n)
{
	static uint8_t in[2048];
	struct ntp_packet q;

	in[0] = first;
	return ntp_decide(&plan, zone, in, n, &q);
}

static void
test_versions_and_modes(void **state)
{
	unsigned version, mode;
	enum ntp_verdict v;

	(void)state;
	for (version = 0; version < 8; version++)
		for (mode = 0; mode < 8; mode++) {
			v = judge(CONF_ZONE_LAN, (uint8_t)(version << 3 | mode), 48);
			if (mode != NTP_MODE_CLIENT)
				assert_int_equal(v, NTP_DROP_MODE);
			else
				assert_int_equal(v, version == 3 || version == 4 ? NTP_SERVE : NTP_DROP_VERSION);
		}
}

static void
test_zones(void **state)
{
	static const struct ntp_plan off;
	struct ntp_packet q;
	uint8_t in[48] = { 4 << 3 | 3 };

	(void)state;
	assert_int_equal(judge(CONF_ZONE_LOCAL, 4 << 3 | 3, 48), NTP_SERVE);
	assert_int_equal(judge(CONF_ZONE_VPN, 4 << 3 | 3, 48), NTP_DROP_ZONE);
	assert_int_equal(judge(CONF_ZONE_PUBLIC, 4 << 3 | 3, 48), NTP_DROP_ZONE);
	assert_int_equal(judge(0, 4 << 3 | 3, 48), NTP_DROP_ZONE);
	assert_int_equal(ntp_decide(&off, CONF_ZONE_LOCAL, in, sizeof(in), &q), NTP_DROP_ZONE);
}

static void
test_sizes(void **state)
{
	(void)state;
	assert_int_equal(judge(CONF_ZONE_LAN, 4 << 3 | 3, 0), NTP_DROP_SIZE);
	assert_int_equal(judge(CONF_ZONE_LAN, 4 << 3 | 3, 47), NTP_DROP_SIZE);
	assert_int_equal(judge(CONF_ZONE_LAN, 4 << 3 | 3, 68), NTP_DROP_TAIL);	/* signed */
	assert_int_equal(judge(CONF_ZONE_LAN, 4 << 3 | 3, 2000), NTP_DROP_SIZE);
	assert_int_equal(judge(CONF_ZONE_LAN, 4 << 3 | 3, 90), NTP_DROP_TAIL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions_and_modes), cmocka_unit_test(test_zones), cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests_name("ntp/decide", tests, NULL, NULL);
}
