/* src/base/nla.c: netlink messages as the kernel writes and reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/wr.h"

static uint8_t buf[70000];

static void
written_is_read(void **state)
{
	const struct nlm_head h = { 0x0a03, 5, 77 };
	struct nlm m;
	struct nla a, in;
	struct rd r, nested;
	struct wr w;
	size_t mark, nest;
	bool ok = true;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	mark = nlm_open(&w, &h);
	wr_be32(&w, 0x01020304);
	nla_put_text(&w, 1, "pic");
	nest = nla_open(&w, 2);
	nla_put_u8(&w, 3, 9);
	nla_put_be32(&w, 4, 0x0a0b0c0d);
	nla_put_be64(&w, 5, UINT64_C(0x1122334455667788));
	nla_close(&w, nest);
	nlm_close(&w, mark);
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), 16 + 4 + 8 + 4 + 8 + 8 + 12);

	rd_init(&r, buf, wr_len(&w));
	assert_true(nlm_next(&r, &m));
	assert_int_equal(m.type, 0x0a03);
	assert_int_equal(m.flags, 5);
	assert_int_equal(m.seq, 77);
	assert_int_equal(rd_left(&r), 0);
	rd_init(&nested, m.p, m.n);
	assert_int_equal(rd_be32(&nested), 0x01020304);
	assert_true(nla_next(&nested, &a));
	assert_true(a.type == 1 && a.n == 4 && str_eqz(nla_text(&a), "pic"));
	assert_true(nla_next(&nested, &a));
	assert_int_equal(a.type, 2);	/* the flag of nesting is not part of it */
	assert_false(nla_next(&nested, &in));
	assert_true(rd_ok(&nested));
	nested = nla_in(&a);
	assert_true(nla_next(&nested, &in) && in.type == 3 && in.n == 1 && in.p[0] == 9);
	assert_true(nla_next(&nested, &in) && nla_be32(&in, &ok) == 0x0a0b0c0d && ok);
	assert_true(nla_next(&nested, &in) && nla_be64(&in, &ok) == UINT64_C(0x1122334455667788) && ok);
	(void)nla_be32(&in, &ok);	/* of eight octets */
	assert_false(ok);
}

static void
lengths_that_lie(void **state)
{
	static const struct { const char *octets; size_t n; } bad[] = {
		{ "\x03\0\1\0", 4 }, { "\0\0\1\0", 4 }, { "\x09\0\1\0abcd", 8 }, { "\x04\0\1", 3 },
	};
	struct nla a;
	struct nlm m;
	struct rd r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rd_init(&r, bad[i].octets, bad[i].n);
		assert_false(nla_next(&r, &a));
		assert_false(rd_ok(&r));
	}
	rd_init(&r, "\x05\0\1\0x", 5);		/* the last one's padding may be missing */
	assert_true(nla_next(&r, &a) && a.n == 1 && !nla_next(&r, &a) && rd_ok(&r));
	rd_init(&r, "\x0f\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_false(nlm_next(&r, &m));
	assert_false(rd_ok(&r));
	rd_init(&r, "\x11\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_false(nlm_next(&r, &m));
	assert_false(rd_ok(&r));
}

static void
what_is_too_long_is_not_written(void **state)
{
	static uint8_t content[66000];
	struct wr w;
	size_t mark;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	nla_put(&w, 1, content, 65531);
	assert_true(wr_ok(&w));
	wr_init(&w, buf, sizeof(buf));
	nla_put(&w, 1, content, 65532);
	assert_false(wr_ok(&w));
	wr_init(&w, buf, sizeof(buf));
	mark = nla_open(&w, 1);
	wr_bytes(&w, content, 65532);
	nla_close(&w, mark);
	assert_false(wr_ok(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_is_read),
		cmocka_unit_test(lengths_that_lie),
		cmocka_unit_test(what_is_too_long_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
