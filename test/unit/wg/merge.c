/* Joining the packets of a batch for a TUN device (VPN-2, P5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "wg/merge.h"
#include "wg/split.h"

enum { ROOM = 1500, FLOWS = 6 /* numbered from 1 */ };

static uint8_t payload[65536];
static uint8_t buf[WG_MERGE_MAX][ROOM];
static struct wg_merge merge;

static void
fill(void)
{
	uint32_t x = 7;
	size_t i;

	for (i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)flow_draw(&x);
}

/* What would be written next, as one packet; its length without the head. */
static size_t
gather(uint8_t vnet[WG_VNET], uint8_t *out)
{
	struct iovec pieces[WG_MERGE_PIECES];
	size_t n = wg_merge_next(&merge, pieces), i, len = 0;

	for (i = 1; i < n; i++) {
		memcpy(out + len, pieces[i].iov_base, pieces[i].iov_len);
		len += pieces[i].iov_len;
	}
	if (n > 0)
		memcpy(vnet, pieces[0].iov_base, WG_VNET);
	return len;
}

/* --- a transfer ---------------------------------------------------------------------------- */

static void
transfer(struct flow f, size_t count, size_t each, size_t last)
{
	static uint8_t p[FLOW_PACKET_MAX], want[WG_MERGE_MAX][ROOM];
	uint8_t vnet[WG_VNET], out[ROOM];
	size_t lens[WG_MERGE_MAX], i, n;
	struct wg_split s;
	struct wg_vnet v;

	for (i = 0; i < count; i++) {
		f.flags = (uint8_t)(FLOW_ACK | (i + 1 == count ? FLOW_PSH : 0) | (i == 0 ? FLOW_CWR : 0));
		lens[i] = flow_packet(&f, buf[i], payload + i, i + 1 == count ? last : each);
		memcpy(want[i], buf[i], lens[i]);
		assert_true(wg_merge_add(&merge, buf[i], lens[i]));
	}
	n = gather(vnet, p);
	assert_true(wg_vnet_read(vnet, &v));
	assert_int_equal(v.gso, f.udp ? WG_GSO_UDP : f.v6 ? WG_GSO_TCP6 : WG_GSO_TCP4);
	assert_int_equal(v.each, each);
	assert_int_equal(v.ecn, !f.udp);
	assert_int_equal(v.head, lens[0] - each);
	assert_true(wg_split_start(&s, vnet, p, n, ROOM));
	for (i = 0; i < count; i++) {
		assert_int_equal(wg_split_next(&s, out), lens[i]);
		assert_memory_equal(out, want[i], lens[i]);
	}
	assert_int_equal(wg_split_next(&s, out), 0);
	assert_int_equal(gather(vnet, p), 0);
}

static void
joins_a_transfer(void **state)
{
	struct flow f = { .number = 3, .id = 65530, .seq = UINT32_MAX - 1500 };
	unsigned i;

	(void)state;
	fill();
	wg_merge_init(&merge, true);
	for (i = 0; i < 16; i++) {
		f.v6 = (i & 1) != 0;
		f.udp = (i & 2) != 0;
		f.options = (i & 4) != 0 ? 12 : 0;
		f.fragments = (i & 8) != 0;
		transfer(f, 45, 1400, 1400);
		transfer(f, 2, 1000, 1);
		transfer(f, 64, 3, 2);
	}
}

/* The open checksum is what the kernel wants to find: the sum of the pseudo header, with all lengths of the whole. */
static void
leaves_the_sum_to_the_stack(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK };
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET];
	size_t i, n, seed;

	(void)state;
	wg_merge_init(&merge, false);
	for (i = 0; i < 40; i++)
		assert_true(wg_merge_add(&merge, buf[i], flow_packet(&f, buf[i], payload, 1333)));
	n = gather(vnet, p);
	assert_int_equal(n, 40 + 40 * 1333);
	seed = flow_get(p + 36);
	assert_int_equal(vnet[0], 1);
	assert_int_equal(vnet[6], 20);
	assert_int_equal(vnet[8], 16);
	flow_put(p + 36, 0);
	assert_int_equal(flow_sum(0, p, 20), 0xffff);
	assert_int_equal(flow_get(p + 2), n);
	/* what the receiver's stack does with it */
	flow_put(p + 36, 0xffff - flow_sum((uint32_t)seed, p + 20, n - 20));
	assert_true(flow_right(p, n));
}

static void
fills_to_the_limits(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK }, u = { .number = 3, .udp = true };
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET];
	size_t i;

	(void)state;
	wg_merge_init(&merge, true);
	for (i = 0; i < WG_MERGE_MAX; i++)
		assert_true(wg_merge_add(&merge, buf[i], flow_packet(&f, buf[i], payload, 1400)));
	assert_false(wg_merge_add(&merge, buf[0], 1440));
	for (i = 0; i < WG_MERGE_MAX; i += 46)
		assert_int_equal(gather(vnet, p), 40 + (WG_MERGE_MAX - i < 46 ? WG_MERGE_MAX - i : 46) * 1400);
	assert_int_equal(gather(vnet, p), 0);
	for (i = 0; i < 65; i++)
		assert_true(wg_merge_add(&merge, buf[i], flow_packet(&u, buf[i], payload, 100)));
	assert_int_equal(gather(vnet, p), 28 + 6400);
	assert_int_equal(gather(vnet, p), 128);
	assert_int_equal(gather(vnet, p), 0);
}

/* --- what is not joined ------------------------------------------------------------------------ */

static void
mend(uint8_t *p, size_t n)
{
	const bool v6 = p[0] >> 4 == 6;
	const size_t at = v6 ? 40 : (size_t)(p[0] & 15) * 4, sum = at + (p[v6 ? 6 : 9] == 17 ? 6 : 16);

	if (!v6) {
		flow_put(p + 10, 0);
		flow_put(p + 10, 0xffff - flow_sum(0, p, at));
	}
	flow_put(p + sum, 0);
	flow_put(p + sum, 0xffff - flow_transport_sum(p, p + at, n - at, p[v6 ? 6 : 9] == 17));
}

/* Three packets of which the one with that number has other octets (xor) at a place; how many are left. */
static size_t
changed(struct flow f, unsigned which, size_t at, uint8_t by, bool right)
{
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET];
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = flow_packet(&f, buf[i], payload, 100);
		buf[i][at] ^= i == which ? by : 0;
		if (i == which && right)
			mend(buf[i], n);
		assert_true(wg_merge_add(&merge, buf[i], n));
	}
	for (n = 0; gather(vnet, p) > 0; n++)
		;
	return n;
}

static void
apart(struct flow f, size_t at, uint8_t by)
{
	assert_int_equal(changed(f, 0, at, 0, false), 1);
	assert_int_equal(changed(f, 1, at, by, true), 3);
	assert_int_equal(changed(f, 0, at, by, true), 2);	/* the others still belong together */
	assert_int_equal(changed(f, 2, at, by, true), 2);
}

static void
keeps_apart_what_differs(void **state)
{
	struct flow f4 = { .number = 3, .flags = FLOW_ACK, .options = 12 }, f6 = f4, u4 = f4;
	static const uint8_t tcp[][2] = {	/* places behind IP, and what differs */
		{ 5, 1 }, { 8, 1 }, { 11, 1 }, { 12, 1 }, { 13, FLOW_SYN }, { 13, 4 }, { 13, 32 }, { 13, FLOW_ACK }, { 13, 64 },
		{ 14, 1 }, { 15, 128 }, { 19, 1 }, { 20, 2 }, { 31, 1 }
	};
	size_t i;

	(void)state;
	fill();
	wg_merge_init(&merge, true);
	f6.v6 = u4.udp = true;
	for (i = 0; i < sizeof(tcp) / 2; i++) {
		if (tcp[i][0] == 5)
			continue;
		apart(f4, 20u + tcp[i][0], tcp[i][1]);
		apart(f6, 40u + tcp[i][0], tcp[i][1]);
	}
	apart(f4, 1, 1);	/* ECN */
	apart(f4, 6, 0x40);	/* DF */
	apart(f4, 6, 0x80);
	apart(f4, 8, 1);
	apart(u4, 8, 1);
	apart(f6, 1, 0x10);
	apart(f6, 3, 1);
	apart(f6, 7, 1);
	f4.fragments = true;
	apart(f4, 5, 4);
}

/* A sequence that does not go on; the third one follows the second nevertheless only when that is the order. */
static void
keeps_the_sequence(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK };

	(void)state;
	assert_int_equal(changed(f, 1, 27, 1, true), 3);
	assert_int_equal(changed(f, 2, 27, 1, true), 2);
	assert_int_equal(changed(f, 2, 24, 0x80, true), 2);
}

static void
leaves_wrong_sums_alone(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK }, u = { .number = 3, .udp = true };
	size_t k;

	(void)state;
	for (k = 0; k < 2; k++) {
		f.v6 = u.v6 = k == 1;
		assert_int_equal(changed(f, 0, 80, 1, false), 2);
		assert_int_equal(changed(f, 1, 80, 1, false), 3);
		assert_int_equal(changed(f, 2, 80, 1, false), 2);
		assert_int_equal(changed(u, 1, 80, 1, false), 3);
	}
	f.v6 = false;
	assert_int_equal(changed(f, 1, 11, 1, false), 3);	/* that of IP */
	assert_int_equal(changed(f, 0, 11, 1, false), 2);
}

/* Without UDP in the device; without a checksum; and ends that say so. */
static void
ends_where_it_ends(void **state)
{
	struct flow f = { .number = 3, .flags = FLOW_ACK }, u = { .number = 3, .udp = true };
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET];
	size_t i, n;

	(void)state;
	wg_merge_init(&merge, false);
	assert_int_equal(changed(u, 0, 0, 0, false), 3);
	wg_merge_init(&merge, true);
	for (i = 0; i < 2; i++) {
		n = flow_packet(&u, buf[i], payload, 100);
		flow_put(buf[i] + 26, 0);
		assert_true(wg_merge_add(&merge, buf[i], n));
	}
	assert_int_equal(gather(vnet, p), 128);
	assert_int_equal(gather(vnet, p), 128);
	assert_int_equal(gather(vnet, p), 0);
	assert_int_equal(changed(f, 0, 33, FLOW_PSH, true), 2);
	assert_int_equal(changed(f, 1, 33, FLOW_PSH, true), 2);
	assert_int_equal(changed(f, 1, 33, FLOW_FIN, true), 2);
	assert_int_equal(changed(f, 2, 33, FLOW_FIN | FLOW_PSH, true), 1);
	assert_int_equal(changed(f, 0, 33, FLOW_CWR, true), 1);
	assert_int_equal(changed(f, 1, 33, FLOW_CWR, true), 2);
}

/* --- random flows -------------------------------------------------------------------------------- */

struct sent {
	uint8_t p[ROOM];
	size_t n;
};

static struct sent sent[FLOWS + 1][WG_MERGE_MAX];
static size_t sents[FLOWS + 1], taken[FLOWS + 1];

static size_t
number_of(const uint8_t *p)
{
	return p[p[0] >> 4 == 6 ? 23 : 15];
}

static void
send_one(size_t n, uint8_t *p)
{
	struct sent *s = &sent[number_of(p)][sents[number_of(p)]++];

	memcpy(s->p, p, n);
	s->n = n;
	assert_true(wg_merge_add(&merge, p, n));
}

/* With DF, ids of IPv4 mean nothing and may be others. */
static void
deliver(uint8_t *p, size_t n)
{
	const size_t who = number_of(p);
	const struct sent *s;

	assert_true(who <= FLOWS && taken[who] < sents[who]);
	s = &sent[who][taken[who]++];
	assert_int_equal(n, s->n);
	if (who > 0 && p[0] == 0x45 && p[6] == 0x40) {
		assert_int_equal(flow_sum(0, p, 20), 0xffff);
		memcpy(p + 4, s->p + 4, 2);
		memcpy(p + 10, s->p + 10, 2);
	}
	assert_memory_equal(p, s->p, n);
}

static void
deliver_all(size_t *writes)
{
	static uint8_t p[FLOW_PACKET_MAX];
	uint8_t vnet[WG_VNET], out[ROOM];
	struct wg_split s;
	size_t n;

	while ((n = gather(vnet, p)) > 0) {
		++*writes;
		assert_true(wg_split_start(&s, vnet, p, n, ROOM));
		while ((n = wg_split_next(&s, out)) > 0)
			deliver(out, n);
	}
}

/* A packet as one of some kinds of trouble: short, pushed, empty, wrong, lost, cut, foreign. */
static size_t
trouble(struct flow *f, uint8_t *p, uint32_t *x)
{
	const uint32_t what = flow_draw(x) % 120;
	size_t n;

	f->flags = (uint8_t)(FLOW_ACK | (what == 0 ? FLOW_PSH : what == 1 ? FLOW_CWR : what == 2 ? FLOW_FIN : 0));
	if (what == 3)
		f->seq += 17;
	n = flow_packet(f, p, payload + flow_draw(x) % 1000, what == 4 ? 0 : what < 10 ? flow_draw(x) % 600 : 600);
	if (what == 5)
		p[n - 1] ^= 1;
	if (what == 6 && !f->v6)
		p[6] ^= 0x20;
	if (what == 7)
		p[f->v6 ? 6 : 9] = 1;
	if ((what == 6 && !f->v6) || what == 7)
		p[f->v6 ? 23 : 15] = 0;		/* no port, so no flow but its own */
	return n;
}

static void
keeps_every_flow_as_it_was(void **state)
{
	size_t writes = 0, packets = 0, i, n, who;
	struct flow flows[FLOWS];
	uint32_t x = 5, round;

	(void)state;
	fill();
	wg_merge_init(&merge, true);
	for (i = 0; i < FLOWS; i++)
		flows[i] = (struct flow){ .number = (uint8_t)(i + 1), .v6 = i % 2 == 1, .udp = i % 3 == 2, .fragments = i > 3 };
	for (round = 0; round < 300; round++) {
		memset(sents, 0, sizeof(sents));
		memset(taken, 0, sizeof(taken));
		n = flow_draw(&x) % WG_MERGE_MAX;
		for (i = 0; i < n; i++) {
			who = flow_draw(&x) % (1 + round % FLOWS);
			send_one(trouble(&flows[who], buf[i], &x), buf[i]);
		}
		deliver_all(&writes);
		assert_memory_equal(taken, sents, sizeof(sents));
		packets += n;
	}
	assert_true(writes * 3 < packets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_a_transfer),
		cmocka_unit_test(leaves_the_sum_to_the_stack),
		cmocka_unit_test(fills_to_the_limits),
		cmocka_unit_test(keeps_apart_what_differs),
		cmocka_unit_test(keeps_the_sequence),
		cmocka_unit_test(leaves_wrong_sums_alone),
		cmocka_unit_test(ends_where_it_ends),
		cmocka_unit_test(keeps_every_flow_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
