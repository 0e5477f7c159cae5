/* Heads of packets that can be cut or joined (VPN-2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "wg/heads.h"

static const uint8_t text[] = "0123456789";

static void
finds_its_way(void **state)
{
	struct flow f = { .number = 1, .options = 12 };
	uint8_t p[256];
	struct wg_heads h;
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < 4; i++) {
		f.v6 = (i & 1) != 0;
		f.udp = (i & 2) != 0;
		n = flow_packet(&f, p, text, 10);
		assert_true(wg_heads_read(p, n, &h));
		assert_int_equal(h.v6, f.v6);
		assert_int_equal(h.udp, f.udp);
		assert_int_equal(h.transport, f.v6 ? 40 : 20);
		assert_int_equal(h.payload, h.transport + (f.udp ? 8 : 32));
		assert_int_equal(h.len, n);
		assert_int_equal(wg_heads_sum_at(&h), h.transport + (f.udp ? 6 : 16));
	}
}

/* Every prefix, and one octet too many. */
static void
refuses_other_lengths(void **state)
{
	struct flow f = { .number = 1, .options = 4 };
	uint8_t p[256] = { 0 };
	struct wg_heads h;
	unsigned i;
	size_t n, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		f.v6 = (i & 1) != 0;
		f.udp = (i & 2) != 0;
		n = flow_packet(&f, p, text, 10);
		for (k = 0; k <= n + 1; k++)
			assert_int_equal(wg_heads_read(p, k, &h), k == n);
	}
}

static void
refuse(const uint8_t *good, size_t n, size_t at, uint8_t v)
{
	uint8_t p[256];
	struct wg_heads h;

	memcpy(p, good, n);
	assert_true(wg_heads_read(p, n, &h));
	p[at] = v;
	assert_false(wg_heads_read(p, n, &h));
}

static void
refuses_what_is_none_of_these(void **state)
{
	struct flow f = { .number = 1 }, u = { .number = 1, .udp = true };
	uint8_t p[256];
	size_t n = flow_packet(&f, p, text, 10);

	(void)state;
	refuse(p, n, 0, 0x55);		/* a version of nobody */
	refuse(p, n, 0, 0x44);		/* heads that are too short, or longer than all */
	refuse(p, n, 0, 0x4d);
	refuse(p, n, 6, 0x20);		/* fragments */
	refuse(p, n, 7, 1);
	refuse(p, n, 9, 1);		/* ICMP */
	refuse(p, n, 32, 0x40);
	refuse(p, n, 32, 0x90);
	n = flow_packet(&u, p, text, 10);
	refuse(p, n, 25, 17);
	refuse(p, n, 25, 19);
	f.v6 = true;
	n = flow_packet(&f, p, text, 10);
	refuse(p, n, 6, 58);
	refuse(p, n, 6, 44);		/* a fragment */
	refuse(p, n, 6, 43);		/* routing: the checksum is over another address */
}

static void
passes_over_extensions(void **state)
{
	struct flow f = { .number = 1, .v6 = true, .udp = true };
	uint8_t p[512], q[512] = { 0 };
	size_t n = flow_packet(&f, p, text, 10);
	struct wg_heads h;

	(void)state;
	memcpy(q, p, 40);
	memcpy(q + 64, p + 40, n - 40);
	q[6] = 0;
	q[40] = 60;			/* hop by hop, 8 octets, then destination options, 16 */
	q[48] = 17;
	q[49] = 1;
	flow_put(q + 4, n - 40 + 24);
	assert_true(wg_heads_read(q, n + 24, &h));
	assert_int_equal(h.transport, 64);
	assert_int_equal(h.payload, 72);
	q[49] = 200;			/* beyond the end */
	assert_false(wg_heads_read(q, n + 24, &h));
	q[49] = 1;
	q[40] = 0;
	q[48] = 0;
	flow_put(q + 4, 24);
	assert_false(wg_heads_read(q, 64, &h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_its_way),
		cmocka_unit_test(refuses_other_lengths),
		cmocka_unit_test(refuses_what_is_none_of_these),
		cmocka_unit_test(passes_over_extensions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
