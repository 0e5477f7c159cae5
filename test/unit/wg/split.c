/* Cutting what a TUN device gives (VPN-2, P5): every segment stands beside the packet that a slow sender would have made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "wg/split.h"

enum { ROOM = 1500 };

static uint8_t payload[65536];

static void
fill(void)
{
	uint32_t x = 7;
	size_t i;

	for (i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)flow_draw(&x);
}

/* What the stack would give for n octets of that flow; its checksum is left open. */
static size_t
uncut(struct flow f, uint8_t vnet[WG_VNET], uint8_t *p, size_t n, uint16_t each)
{
	const size_t len = flow_packet(&f, p, payload, n);
	struct wg_vnet v = { .sum = true, .each = each, .head = 7 /* a hint, and wrong */ };

	v.gso = f.udp ? WG_GSO_UDP : f.v6 ? WG_GSO_TCP6 : WG_GSO_TCP4;
	v.sum_from = f.v6 ? 40 : 20;
	v.sum_at = f.udp ? 6 : 16;
	v.ecn = !f.udp && (f.flags & FLOW_CWR) != 0;
	flow_put(p + v.sum_from + v.sum_at, 0xbeef);	/* not looked at: each segment has another one */
	wg_vnet_write(vnet, &v);
	return len;
}

static void
check(struct flow f, size_t n, uint16_t each)
{
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET], out[ROOM], want[ROOM];
	const size_t len = uncut(f, vnet, p, n, each);
	const uint8_t flags = f.flags;
	size_t done = 0, k, got;
	struct wg_split s;

	assert_true(wg_split_start(&s, vnet, p, len, ROOM));
	assert_true(wg_split_is_cut(&s));
	do {
		k = n - done < each ? n - done : each;
		f.flags = flags;
		if (done > 0)
			f.flags &= (uint8_t)~FLOW_CWR;
		if (done + k < n)
			f.flags &= (uint8_t)~(FLOW_FIN | FLOW_PSH);
		got = wg_split_peek(&s);
		assert_int_equal(wg_split_next(&s, out), got);
		assert_int_equal(got, flow_packet(&f, want, payload + done, k));
		assert_memory_equal(out, want, got);
		assert_true(flow_right(out, got));
		done += k;
	} while (done < n);
	assert_int_equal(wg_split_peek(&s), 0);
	assert_int_equal(wg_split_next(&s, out), 0);
	assert_int_equal(wg_split_next(&s, out), 0);
}

static void
cuts_as_a_sender_would(void **state)
{
	static const uint8_t flags[] = { FLOW_ACK, FLOW_ACK | FLOW_PSH, FLOW_ACK | FLOW_FIN | FLOW_CWR };
	static const size_t sizes[] = { 0, 1, 999, 1000, 1001, 2000, 43210, 65000 };
	struct flow f = { .number = 3, .id = 65530, .seq = UINT32_MAX - 1500 };
	unsigned i, k;

	(void)state;
	fill();
	for (i = 0; i < 8 * 3; i++) {
		f.v6 = (i & 1) != 0;
		f.udp = (i & 2) != 0;
		f.options = (i & 4) != 0 ? 12 : 0;
		f.flags = flags[i / 8];
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
			check(f, sizes[k], 1000);
		check(f, 300, 1);
	}
}

static void
cuts_whatever_size(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK };
	uint32_t x = 11;
	unsigned i;

	(void)state;
	fill();
	for (i = 0; i < 300; i++) {
		f.v6 = flow_draw(&x) % 2 != 0;
		f.udp = flow_draw(&x) % 2 != 0;
		check(f, flow_draw(&x) % 20000, (uint16_t)(1 + flow_draw(&x) % 1400));
	}
}

static size_t
give(const struct wg_vnet *v, const uint8_t *p, size_t n, uint8_t *out)
{
	uint8_t vnet[WG_VNET];
	struct wg_split s;

	wg_vnet_write(vnet, v);
	return wg_split_start(&s, vnet, p, n, ROOM) ? wg_split_next(&s, out) : 0;
}

/* A packet with an open checksum, copied or where it stands; and one that has nothing open, whatever it is. */
static void
completes_plain_packets(void **state)
{
	struct flow f = { .number = 9, .udp = true };
	struct wg_vnet v = { .sum = true, .sum_from = 20, .sum_at = 6 };
	uint8_t p[ROOM], out[ROOM], want[ROOM], vnet[WG_VNET];
	struct wg_split s;
	size_t n;

	(void)state;
	fill();
	n = flow_packet(&f, p, payload, 99);
	memcpy(want, p, n);
	flow_put(p + 26, flow_sum(flow_sum(0, p + 12, 8), (uint8_t[]){ 0, 17, 0, 107 }, 4));
	assert_int_equal(give(&v, p, n, out), n);
	assert_memory_equal(out, want, n);
	wg_vnet_write(vnet, &v);
	assert_true(wg_split_start(&s, vnet, p, n, ROOM));
	assert_false(wg_split_is_cut(&s));
	assert_int_equal(wg_split_peek(&s), n);
	assert_int_equal(wg_split_next(&s, p), n);
	assert_memory_equal(p, want, n);
	assert_int_equal(wg_split_next(&s, p), 0);
	v.sum = false;
	memset(p, 0, 30);
	assert_int_equal(give(&v, p, 30, out), 30);
	assert_memory_equal(out, p, 30);
}

/* A sum that comes out as 0 is written as its other form: in UDP 0 says that there is none. */
static void
never_writes_zero(void **state)
{
	struct flow f = { .number = 9, .udp = true, .v6 = true };
	struct wg_vnet v = { .sum = true, .sum_from = 40, .sum_at = 6 };
	uint8_t p[ROOM], out[ROOM], two[2] = { 0, 0 };
	size_t n = flow_packet(&f, p, two, 2);

	(void)state;
	memcpy(two, p + 46, 2);		/* the sum again as payload: nothing is left of it */
	n = flow_packet(&f, p, two, 2);
	flow_put(p + 46, flow_sum(flow_sum(0, p + 8, 32), (uint8_t[]){ 0, 17, 0, 10 }, 4));
	assert_int_equal(give(&v, p, n, out), n);
	assert_int_equal(flow_get(out + 46), 0xffff);
	assert_true(flow_right(out, n));
}

static void
refuses_a_sum_outside(void **state)
{
	struct wg_vnet v = { .sum = true, .sum_from = 20, .sum_at = 6 };
	uint8_t p[28] = { 0x45 }, out[ROOM];

	(void)state;
	assert_int_equal(give(&v, p, 28, out), 28);
	assert_int_equal(give(&v, p, 27, out), 0);
	assert_int_equal(give(&v, p, 0, out), 0);
	v.sum_from = 65535;
	v.sum_at = 65535;
	assert_int_equal(give(&v, p, 28, out), 0);
	v.sum_from = 26;
	v.sum_at = 0;
	assert_int_equal(give(&v, p, 28, out), 28);
	v.sum_from = 27;
	assert_int_equal(give(&v, p, 28, out), 0);
}

static void
refuses_what_does_not_fit(void **state)
{
	struct flow f = { .number = 1, .flags = FLOW_ACK };
	uint8_t p[4096], vnet[WG_VNET], good[WG_VNET];
	size_t n, k;
	struct wg_split s;

	(void)state;
	fill();
	n = uncut(f, good, p, 3000, 1000);
	assert_true(wg_split_start(&s, good, p, n, 1040));
	assert_false(wg_split_start(&s, good, p, n, 1039));	/* a segment is longer than its place */
	for (k = 0; k < n; k++)
		assert_false(wg_split_start(&s, good, p, k, ROOM));
	memcpy(vnet, good, sizeof(vnet));
	vnet[1] = 4;						/* IPv6, it says */
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));
	vnet[1] = 5;
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));
	vnet[1] = 3;						/* nobody asked for UFO */
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));
	memcpy(vnet, good, sizeof(vnet));
	vnet[6] = 24;
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));
	vnet[6] = 20;
	vnet[8] = 6;
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));
	vnet[0] = 2;						/* a forwarded one, whose checksum was right */
	assert_true(wg_split_start(&s, vnet, p, n, ROOM));
	memset(vnet, 0, sizeof(vnet));
	assert_false(wg_split_start(&s, vnet, p, n, ROOM));	/* not to be cut, and too long */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_as_a_sender_would),
		cmocka_unit_test(cuts_whatever_size),
		cmocka_unit_test(completes_plain_packets),
		cmocka_unit_test(never_writes_zero),
		cmocka_unit_test(refuses_a_sum_outside),
		cmocka_unit_test(refuses_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
