/* src/base/otp.c. */
#include "base/otp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 6238, appendix B, cut to six digits. */
static void
test_rfc6238_vectors(void **state)
{
	static const struct {
		int64_t time;
		uint32_t code;
	} v[] = {
		{ 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 },
		{ 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 },
	};
	static const uint8_t secret[] = "12345678901234567890";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_equal(otp_code(secret, 20, v[i].time / 30), v[i].code);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rfc6238_vectors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
