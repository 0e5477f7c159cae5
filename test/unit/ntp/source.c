/* src/ntp/source.c: NTP-3, RFC 5905 sections 7.4 and 8, RFC 8633, RFC 9109. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/source.h"

enum { COOKIE = 0x5a5a5a5a };

static const int64_t MS = 1000000, S = 1000000000;
static const int64_t WALL = INT64_C(1800000000) * 1000000000;

struct lab {
	struct ntp_source s;
	int64_t mono;
	struct ntp_packet a;	/* the answer that would be right */
};

/* A server that is ahead by offset, there and back in 2 * way. */
static void
ask(struct lab *x, int64_t offset, int64_t way)
{
	uint8_t q[NTP_PACKET];
	struct ntp_packet p;
	enum ntp_tail tail;
	struct rd r;

	x->mono += 64 * S;
	ntp_source_ask(&x->s, COOKIE, WALL + x->mono, x->mono, q);
	rd_init(&r, q, sizeof(q));
	assert_true(ntp_packet_read(&r, &p, &tail));
	/* nothing of us is in it */
	assert_true(p.transmit == COOKIE && p.origin == 0 && p.receive == 0 && p.reference == 0 && p.refid == 0);
	assert_true(p.version == 4 && p.mode == 3 && p.stratum == 0 && p.poll == 0 && p.precision == 0 && p.leap == 0);
	x->a = (struct ntp_packet){ .version = 4, .mode = 4, .stratum = 2, .precision = -20, .root_delay = ntp_short(MS),
	    .root_dispersion = ntp_short(MS), .origin = COOKIE, .receive = ntp_stamp(WALL + x->mono + way + offset),
	    .transmit = ntp_stamp(WALL + x->mono + way + offset + MS), .reference = 1 };
}

static enum ntp_reply
hear(struct lab *x, int64_t away)
{
	uint8_t p[NTP_PACKET];
	struct wr w;

	wr_init(&w, p, sizeof(p));
	ntp_packet_write(&w, &x->a);
	return ntp_source_hear(&x->s, p, sizeof(p), WALL + x->mono + away, x->mono + away);
}

static void
start(struct lab *x)
{
	memset(x, 0, sizeof(*x));
	ntp_source_init(&x->s);
}

static bool
near(int64_t a, int64_t b)
{
	return a - b < 1000 && b - a < 1000;
}

static void
test_offset(void **state)
{
	struct ntp_candidate c;
	struct lab x;

	(void)state;
	start(&x);
	assert_false(ntp_source_candidate(&x.s, 0, &c));
	ask(&x, -3 * S, 10 * MS);
	assert_int_equal(hear(&x, 21 * MS), NTP_REPLY_GOOD);
	assert_true(ntp_source_candidate(&x.s, x.mono + 21 * MS, &c));
	assert_true(near(c.offset, -3 * S));
	assert_true(near(c.delay, 20 * MS));
	assert_int_equal(c.stratum, 2);
	assert_true(c.distance > 10 * MS && c.distance < 20 * MS);
	assert_int_equal(x.s.reach, 1);
	/* 2036: the era of the stamps ends in between */
	start(&x);
	x.mono = INT64_C(285978496) * S - 65 * S;
	ask(&x, 2 * S, 10 * MS);
	assert_int_equal(hear(&x, 21 * MS), NTP_REPLY_GOOD);
	assert_true(ntp_source_candidate(&x.s, x.mono, &c));
	assert_true(near(c.offset, 2 * S));
}

/* Of the last eight the one with the shortest way counts; what is old counts less. */
static void
test_filter(void **state)
{
	struct ntp_candidate c;
	struct lab x;
	int i;

	(void)state;
	start(&x);
	ask(&x, 5 * MS, 10 * MS);
	assert_int_equal(hear(&x, 21 * MS), NTP_REPLY_GOOD);
	for (i = 0; i < 7; i++) {
		ask(&x, 5 * MS, 60 * MS);	/* a queue on the way there: the offset looks wrong by 20 ms */
		assert_int_equal(hear(&x, 81 * MS), NTP_REPLY_GOOD);
	}
	assert_true(ntp_source_candidate(&x.s, x.mono, &c));
	assert_true(near(c.offset, 5 * MS));
	assert_true(c.jitter > 15 * MS);
	ask(&x, 5 * MS, 60 * MS);		/* the ninth: the good one is forgotten */
	assert_int_equal(hear(&x, 81 * MS), NTP_REPLY_GOOD);
	assert_true(ntp_source_candidate(&x.s, x.mono, &c));
	assert_true(near(c.offset, 25 * MS));
	ntp_source_shift(&x.s, 25 * MS);	/* our clock was set by so much */
	assert_true(ntp_source_candidate(&x.s, x.mono, &c));
	assert_true(near(c.offset, 0));
}

static void
test_forged(void **state)
{
	struct lab x;
	uint8_t p[NTP_PACKET] = { 4 << 3 | 4, 2 };

	(void)state;
	start(&x);
	ask(&x, 0, MS);
	assert_int_equal(ntp_source_hear(&x.s, p, sizeof(p), WALL, x.mono), NTP_REPLY_FOREIGN);	/* not our cookie */
	assert_int_equal(ntp_source_hear(&x.s, p, 47, WALL, x.mono), NTP_REPLY_FOREIGN);
	x.a.mode = 5;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_FOREIGN);
	x.a.mode = 4;
	x.a.version = 2;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_FOREIGN);
	x.a.version = 4;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_GOOD);	/* none of them has spoilt the right one */
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_FOREIGN);	/* which counts once */
	assert_int_equal(x.s.n, 1);
	ask(&x, 0, MS);
	x.a.origin = 0;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_FOREIGN);
}

static void
test_unfit(void **state)
{
	struct ntp_candidate c;
	struct lab x;

	(void)state;
	start(&x);
	ask(&x, 0, MS);
	x.a.leap = 3;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_UNFIT);
	assert_string_equal(ntp_source_state_name(x.s.state), "unfit");
	ask(&x, 0, MS);
	x.a.stratum = 16;
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_UNFIT);
	ask(&x, 0, MS);
	x.a.root_dispersion = ntp_short(2 * S);
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_UNFIT);
	ask(&x, 0, MS);
	x.a.transmit = ntp_stamp(WALL);			/* before it was received */
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_UNFIT);
	assert_false(ntp_source_candidate(&x.s, x.mono, &c));
	ask(&x, 0, MS);
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_GOOD);
	/* our own clock leapt between question and answer */
	ask(&x, 0, MS);
	{
		uint8_t p[NTP_PACKET];
		struct wr w;

		wr_init(&w, p, sizeof(p));
		ntp_packet_write(&w, &x.a);
		assert_int_equal(ntp_source_hear(&x.s, p, sizeof(p), WALL + x.mono + S, x.mono + 3 * MS), NTP_REPLY_UNFIT);
	}
	assert_int_equal(x.s.n, 1);
}

/* RFC 5905 section 7.4: told to be slower, we are; told to go, we go. */
static void
test_kisses(void **state)
{
	struct ntp_candidate c;
	struct lab x;

	(void)state;
	start(&x);
	assert_int_equal(ntp_source_wait(&x.s, 6), 2);
	ask(&x, 0, MS);
	x.a.stratum = 0;
	x.a.refid = NTP_REFID('R', 'A', 'T', 'E');
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_KISS);
	assert_int_equal(ntp_source_wait(&x.s, 6), 128);	/* no quick ones any more */
	ask(&x, 0, MS);
	x.a.stratum = 0;
	x.a.refid = NTP_REFID('X', 'Y', 'Z', 0);
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_UNFIT);
	ask(&x, 0, MS);
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_GOOD);
	ask(&x, 0, MS);
	x.a.stratum = 0;
	x.a.refid = NTP_REFID('D', 'E', 'N', 'Y');
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_KISS);
	assert_int_equal(x.s.state, NTP_SOURCE_DENIED);
	assert_false(ntp_source_candidate(&x.s, x.mono, &c));
}

static void
test_reach(void **state)
{
	struct lab x;
	int i;

	(void)state;
	start(&x);
	for (i = 0; i < NTP_QUICK; i++) {
		assert_int_equal(ntp_source_wait(&x.s, 6), 2);
		ask(&x, 0, MS);
		assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_GOOD);
	}
	assert_int_equal(ntp_source_wait(&x.s, 6), 64);
	assert_int_equal(ntp_source_wait(&x.s, 10), 1024);
	for (i = 0; i < 8; i++) {
		assert_int_equal(x.s.state, NTP_SOURCE_GOOD);
		ask(&x, 0, MS);
	}
	ask(&x, 0, MS);
	assert_int_equal(x.s.state, NTP_SOURCE_LOST);
	assert_int_equal(hear(&x, 3 * MS), NTP_REPLY_GOOD);
	assert_int_equal(x.s.state, NTP_SOURCE_GOOD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offset), cmocka_unit_test(test_filter), cmocka_unit_test(test_forged),
		cmocka_unit_test(test_unfit), cmocka_unit_test(test_kisses), cmocka_unit_test(test_reach),
	};

	return cmocka_run_group_tests_name("ntp/source", tests, NULL, NULL);
}
