/* Addresses for jobs: RFC 1035 4.1; what is no answer to the question is none. */
#include "io/resolve.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_answer(void **state)
{
	static const uint8_t records[] = "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x0e" "\xc0\x1b\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4";
	uint8_t q[IO_RESOLVE_QUERY_MAX], p[512];
	struct addr out[2];
	size_t n = io_resolve_query(q, 7, "a.example", 1);

	(void)state;
	assert_int_equal(n, 27);
	memcpy(p, q, n);
	memcpy(p + n, records, sizeof(records) - 1);
	p[2] = 0x81;
	p[7] = 2;
	assert_int_equal(io_resolve_answer(q, n, p, n + sizeof(records) - 1, out, 2), 1);
	assert_memory_equal(out[0].b, "\1\2\3\4", 4);
	assert_int_equal(io_resolve_answer(q, n, p, n + 20, out, 2), 0);	/* cut */
	p[1] ^= 1;
	assert_int_equal(io_resolve_answer(q, n, p, n, out, 2), -EBADMSG);	/* another id */
	p[1] ^= 1;
	p[3] = 3;
	assert_int_equal(io_resolve_answer(q, n, p, n, out, 2), -ENOENT);
	p[3] = 2;
	assert_int_equal(io_resolve_answer(q, n, p, n, out, 2), -EAGAIN);
	p[13] = 'x';
	assert_int_equal(io_resolve_answer(q, n, p, n, out, 2), -EBADMSG);	/* another question */
	assert_int_equal(io_resolve_query(q, 7, "a..b", 1), 0);
	assert_int_equal(io_resolve_query(q, 7, "", 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_answer) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
