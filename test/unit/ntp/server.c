/* src/ntp/server.c, batch by batch, on clocks that the test holds: NTP-1, NTP-2, NTP-4, R7. */
#include "ntp/server.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "io/loop.h"

enum { BATCH = 40 };

static const int64_t T0 = INT64_C(1800000000) * 1000000000;

/* first of all: the callbacks get its address */
struct clocks {
	struct clk clk;
	int64_t wall, mono;
};

struct lab {
	struct clocks clocks;
	struct ntp_stats stats;
	struct io_loop *loop;
	struct ntp_server *server;
	unsigned zone;
	struct io_udp_msg msgs[BATCH];
	uint8_t in[BATCH][128], out[BATCH][64];
};

static int64_t
wall_ns(const struct clk *c)
{
	return ((const struct clocks *)(const void *)c)->wall;
}

static int64_t
mono_ns(const struct clk *c)
{
	return ((const struct clocks *)(const void *)c)->mono;
}

static uint64_t
mono_ms(const struct clk *c)
{
	return (uint64_t)(mono_ns(c) / MS);
}

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer)
{
	const struct lab *x = arg;

	(void)ifindex;
	(void)local;
	(void)peer;
	return x->zone;
}

static int
setup(void **state)
{
	const struct ntp_plan plan = { .zones = CONF_ZONE_LOCAL | CONF_ZONE_LAN };
	struct lab *x = calloc(1, sizeof(*x));
	struct ntp_server_conf c = { .clk = &x->clocks.clk, .stats = &x->stats, .seed = { 1, 2 }, .zone_of = zone_of, .arg = x };

	x->clocks = (struct clocks){ { .wall_ns = wall_ns, .mono_ns = mono_ns, .mono_ms = mono_ms }, T0, 5000 * MS };
	x->zone = CONF_ZONE_LAN;
	c.loop = x->loop = io_loop_new();
	x->server = ntp_server_new(&c);
	assert_non_null(x->server);
	ntp_server_swap(x->server, &plan);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;

	ntp_server_free(x->server);
	io_loop_free(x->loop);
	free(x);
	return 0;
}

static void
pass(struct lab *x, int64_t ns)
{
	x->clocks.wall += ns;
	x->clocks.mono += ns;
}

/* n questions of one client, received 3 ms ago. */
static void
ask(struct lab *x, size_t n, uint8_t first, uint16_t len)
{
	size_t i;

	for (i = 0; i < n; i++) {
		x->in[i][0] = first;
		memset(x->in[i] + 40, 0xa5, 8);	/* the transmit stamp: any eight octets */
		x->msgs[i] = (struct io_udp_msg){ .in = x->in[i], .in_len = len, .out = x->out[i],
		    .peer = { .addr = { 4, { 192, 168, 1, 7 } }, .port = 1000 }, .stamp_ns = x->clocks.wall - 3 * MS };
	}
	on_batch(x->server, x->msgs, n);
}

static struct ntp_packet
answered(const struct lab *x, size_t i)
{
	struct ntp_packet p;
	enum ntp_tail tail;
	struct rd r;

	assert_int_equal(x->msgs[i].out_len, NTP_PACKET);
	rd_init(&r, x->out[i], NTP_PACKET);
	assert_true(ntp_packet_read(&r, &p, &tail));
	return p;
}

static void
test_unsynchronised(void **state)
{
	struct lab *x = *state;
	struct ntp_packet p;

	ask(x, 1, 3 << 3 | 3, 48);
	p = answered(x, 0);
	assert_int_equal(p.leap, 3);
	assert_int_equal(p.stratum, 16);
	assert_int_equal(p.version, 3);		/* as the client's */
	assert_int_equal(p.mode, 4);
	assert_true(p.origin == UINT64_C(0xa5a5a5a5a5a5a5a5));
	assert_true(p.receive == ntp_stamp(T0 - 3 * MS));
	assert_true(p.transmit == ntp_stamp(T0));
	assert_true(p.reference == 0);
	assert_int_equal(x->stats.answered, 1);
}

static void
test_synchronised(void **state)
{
	const struct ntp_reference f = { 1, 3, 0x01020304, T0, 2 * MS, 4 * MS, 0 };
	struct lab *x = *state;
	struct ntp_packet p;

	ntp_server_refer(x->server, &f);
	pass(x, 100000 * MS);
	ask(x, 1, 4 << 3 | 3, 48);
	p = answered(x, 0);
	assert_int_equal(p.leap, 1);
	assert_int_equal(p.stratum, 3);
	assert_int_equal(p.refid, 0x01020304);
	assert_true(p.reference == ntp_stamp(T0));
	assert_int_equal(p.root_delay, ntp_short(2 * MS));
	assert_int_equal(p.root_dispersion, ntp_short(4 * MS + 1500000));	/* it has grown by 15 ppm of 100 s */
}

/* Where nobody steers the clock its error is known, and what is served is the time all the same. */
static void
test_correction(void **state)
{
	const struct ntp_reference f = { .stratum = 3, .at = T0, .correction = 5000 * MS };
	struct lab *x = *state;
	struct ntp_packet p;

	ntp_server_refer(x->server, &f);
	ask(x, 1, 4 << 3 | 3, 48);
	p = answered(x, 0);
	assert_true(p.receive == ntp_stamp(T0 + 4997 * MS));
	assert_true(p.transmit == ntp_stamp(T0 + 5000 * MS));
}

/* R7: ten years ahead or back, nobody is told that this is the time. */
static void
test_leap(void **state)
{
	const int64_t leaps[] = { 10 * 365 * INT64_C(86400000) * 1000000, -10 * 365 * INT64_C(86400000) * 1000000, 150 * 1000000 };
	const struct ntp_reference f = { .stratum = 3, .at = T0 };
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < sizeof(leaps) / sizeof(leaps[0]); i++) {
		ntp_server_refer(x->server, &f);
		pass(x, 16000 * MS * 2);
		ask(x, 1, 4 << 3 | 3, 48);
		assert_int_equal(answered(x, 0).stratum, 3);
		x->clocks.wall += leaps[i];
		pass(x, 16000 * MS * 2);
		ask(x, 1, 4 << 3 | 3, 48);
		assert_int_equal(answered(x, 0).leap, 3);
		assert_int_equal(answered(x, 0).stratum, 16);
	}
}

static void
test_rate(void **state)
{
	struct lab *x = *state;
	struct ntp_packet p;
	size_t i;

	ask(x, BATCH, 4 << 3 | 3, 48);
	for (i = 0; i < 16; i++)
		assert_int_equal(answered(x, i).stratum, 16);
	p = answered(x, 16);
	assert_int_equal(p.stratum, 0);
	assert_int_equal(p.leap, 3);
	assert_int_equal(p.refid, NTP_REFID('R', 'A', 'T', 'E'));
	for (i = 17; i < BATCH; i++)
		assert_int_equal(x->msgs[i].out_len, 0);
	assert_int_equal(x->stats.limited, BATCH - 16);
	x->zone = CONF_ZONE_LOCAL;
	ask(x, BATCH, 4 << 3 | 3, 48);
	assert_int_equal(answered(x, BATCH - 1).stratum, 16);	/* the host itself is not limited */
}

/* Nothing, and nobody's credit is spent on it. */
static void
test_silence(void **state)
{
	static const struct { unsigned zone; uint8_t first; uint16_t len; } bad[] = {
		{ CONF_ZONE_LAN, 2 << 3 | 6, 12 }, { CONF_ZONE_LAN, 2 << 3 | 7, 48 }, { CONF_ZONE_LAN, 4 << 3 | 4, 48 },
		{ CONF_ZONE_LAN, 4 << 3 | 1, 48 }, { CONF_ZONE_LAN, 4 << 3 | 5, 48 }, { CONF_ZONE_LAN, 4 << 3 | 3, 47 },
		{ CONF_ZONE_LAN, 4 << 3 | 3, 0 }, { CONF_ZONE_PUBLIC, 4 << 3 | 3, 48 }, { 0, 4 << 3 | 3, 48 },
	};
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		x->zone = bad[i].zone;
		ask(x, 1, bad[i].first, bad[i].len);
		assert_int_equal(x->msgs[0].out_len, 0);
	}
	assert_int_equal(x->stats.dropped, sizeof(bad) / sizeof(bad[0]));
	x->zone = CONF_ZONE_LAN;
	ask(x, 16, 4 << 3 | 3, 48);
	assert_int_equal(x->stats.answered, 16);
}

/* NTP-1: an answer is never longer than its question, whatever the question carried. */
static void
test_fields_are_ignored(void **state)
{
	struct lab *x = *state;

	x->in[0][48] = 1;
	x->in[0][51] = 28;
	ask(x, 1, 4 << 3 | 3, 48 + 28);
	assert_int_equal(x->msgs[0].out_len, 48);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_unsynchronised), T(test_synchronised), T(test_correction), T(test_leap), T(test_rate), T(test_silence),
		T(test_fields_are_ignored),
	};

	return cmocka_run_group_tests_name("ntp/server", tests, NULL, NULL);
}
