/* Messages between core and edge: PRC-5. Round trips, truncations, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "role/message.h"

/* Write m, read it back as x, compare; every shorter or longer message is refused. */
#define ROUND_TRIP(kind, m) do {						\
	struct message_##kind back_;						\
	uint8_t buf_[8192];							\
	struct wr w_;								\
	struct rd r_;								\
	memset(&back_, 0, sizeof(back_));					\
	wr_init(&w_, buf_, sizeof(buf_));					\
	message_##kind##_write(&w_, &(m));					\
	assert_true(wr_ok(&w_));						\
	rd_init(&r_, buf_, wr_len(&w_));					\
	assert_true(message_##kind##_read(&r_, &back_));			\
	assert_memory_equal(&back_, &(m), sizeof(back_));			\
	for (size_t n_ = 0; n_ <= wr_len(&w_) + 1; n_++) {			\
		if (n_ == wr_len(&w_))						\
			continue;						\
		rd_init(&r_, buf_, n_);						\
		assert_false(message_##kind##_read(&r_, &back_));		\
	}									\
} while (0)

static void
test_round_trips(void **state)
{
	struct message_hello hello;
	struct message_log logging;
	struct message_flush flush;
	struct message_door door;
	struct message_clock now;
	struct message_poll poll;
	static struct message_time found;
	struct message_snapshot snapshot;
	struct message_ack ack;
	struct message_api api;
	struct message_ask ask;
	struct message_flushed flushed;

	(void)state;
	/* cleared first: padding takes part in the comparison */
	memset(&hello, 0, sizeof(hello));
	hello.edges = 3;
	hello.log.level = LOG_CRITICAL;
	ROUND_TRIP(hello, hello);
	memset(&logging, 0, sizeof(logging));
	logging.level = LOG_DEBUG;
	logging.json = true;
	ROUND_TRIP(log, logging);
	memset(&now, 0, sizeof(now));
	now.reference = (struct ntp_reference){ 0, 2, 7, 8, 9, 10, -11 };
	now.moved = -12;
	ROUND_TRIP(clock, now);
	memset(&poll, 0, sizeof(poll));
	poll.measure = true;
	poll.round = 99;
	ROUND_TRIP(poll, poll);
	memset(&found, 0, sizeof(found));
	found.report.chosen = true;
	found.report.choice.agreeing = 1;
	found.report.choice.stratum = 2;
	found.report.choice.offset = -5;
	found.report.mono = 77;
	found.report.n = 1;
	memcpy(found.report.sources[0].host, "time.example", 12);
	found.report.sources[0].at.len = 4;
	found.report.sources[0].mark = NTP_MARK_PEER;
	ROUND_TRIP(time, found);
	memset(&door, 0, sizeof(door));
	door.id = 500;
	door.kind = DOOR_HTTPS;
	door.edge = 3;
	ROUND_TRIP(door, door);
	memset(&snapshot, 0, sizeof(snapshot));
	snapshot.serial = UINT64_C(0x0102030405060708);
	snapshot.npieces = 2;
	snapshot.pieces[1] = 9;
	ROUND_TRIP(snapshot, snapshot);
	memset(&ack, 0, sizeof(ack));
	ack.serial = 7;
	memcpy(ack.text, "no", 2);
	ROUND_TRIP(ack, ack);
	memset(&api, 0, sizeof(api));
	api.peer.addr.len = 16;
	api.peer.addr.b[0] = 0xfd;
	api.peer.port = 4711;
	api.local.len = 4;
	api.zone = CONF_ZONE_LAN;
	api.tls = true;
	ROUND_TRIP(api, api);
	memset(&ask, 0, sizeof(ask));
	ask.id = 9;
	ask.zone = CONF_ZONE_VPN;
	ask.type = 28;
	ask.namelen = 3;
	memcpy(ask.name, "\1a", 3);
	ROUND_TRIP(ask, ask);
	memset(&flush, 0, sizeof(flush));
	flush.id = 3;
	flush.namelen = 3;
	memcpy(flush.name, "\1b", 3);
	ROUND_TRIP(flush, flush);
	memset(&flushed, 0, sizeof(flushed));
	flushed.count = 1;
	ROUND_TRIP(flushed, flushed);
}

static void
test_refused(void **state)
{
	struct message_api api;
	struct message_door door = { .id = 1, .kind = DOOR_API };	/* core serves that one itself */
	uint8_t buf[256];
	struct wr w;
	struct rd r;

	(void)state;
	memset(&api, 0, sizeof(api));
	api.peer.addr.len = 4;
	api.zone = CONF_ZONE_LAN | CONF_ZONE_VPN;	/* exactly one zone */
	wr_init(&w, buf, sizeof(buf));
	message_api_write(&w, &api);
	rd_init(&r, buf, wr_len(&w));
	assert_false(message_api_read(&r, &api));
	wr_init(&w, buf, sizeof(buf));
	message_door_write(&w, &door);
	rd_init(&r, buf, wr_len(&w));
	assert_false(message_door_read(&r, &door));
}

/* The largest list there is fits, and one more is refused before it is read. */
static void
test_secondary(void **state)
{
	static const struct message_secondary m = { 2, "0f2a5f5e-6b0f-4b0e-9d0c-6f1f0c8d2a11", "x.example", 43, "no answer" };
	static struct message_secondary back;
	struct message_secondary bad = m;
	uint8_t buf[512];
	struct wr w;
	struct rd r;

	(void)state;
	ROUND_TRIP(secondary, m);
	bad.kind = 3;
	wr_init(&w, buf, sizeof(buf));
	message_secondary_write(&w, &bad);
	rd_init(&r, buf, wr_len(&w));
	assert_false(message_secondary_read(&r, &back));
}

static void
test_upstreams(void **state)
{
	static struct message_upstreams m, back;
	uint8_t buf[8192];
	struct wr w;
	struct rd r;
	size_t i;

	(void)state;
	m.n = MESSAGE_UPSTREAMS_MAX;
	for (i = 0; i < m.n; i++)
		m.v[i] = (struct message_upstream){ .at = { { 16, { 0x20, 1, (uint8_t)i } }, 53, 7 },
		    .transport = CONF_TRANSPORT_TCP, .up = i % 2 != 0, .rtt_ms = (uint32_t)i << 20, .heard_ms = (uint64_t)i << 40 };
	ROUND_TRIP(upstreams, m);
	wr_init(&w, buf, sizeof(buf));
	message_upstreams_write(&w, &m);
	buf[0] = MESSAGE_UPSTREAMS_MAX + 1;
	rd_init(&r, buf, sizeof(buf));
	assert_false(message_upstreams_read(&r, &back));
	m.n = 1;
	m.v[0].transport = CONF_TRANSPORT_DOT + 1;	/* core's tables of names end there */
	wr_init(&w, buf, sizeof(buf));
	message_upstreams_write(&w, &m);
	rd_init(&r, buf, wr_len(&w));
	assert_false(message_upstreams_read(&r, &back));
}

static void
test_answer(void **state)
{
	struct message_answer m = { .id = 4, .n = MESSAGE_BODY_MAX }, back;
	static uint8_t json[MESSAGE_BODY_MAX + 1], buf[9000];
	struct wr w;
	struct rd r;

	(void)state;
	memset(json, 'x', sizeof(json));
	m.json = json;
	wr_init(&w, buf, sizeof(buf));
	message_answer_write(&w, &m);
	rd_init(&r, buf, wr_len(&w));
	assert_true(message_answer_read(&r, &back));
	assert_int_equal(back.n, m.n);
	assert_memory_equal(back.json, json, back.n);
	m.n++;
	wr_init(&w, buf, sizeof(buf));
	message_answer_write(&w, &m);
	rd_init(&r, buf, wr_len(&w));
	assert_false(message_answer_read(&r, &back));
}

/* What is neither yes nor no, a level that is none, a text with an end in it: nobody of ours wrote that. */
static void
test_foreign_values(void **state)
{
	static const uint8_t hello[][3] = { { 2, LOG_CRITICAL + 1, 0 }, { 2, 0, 2 }, { 0, 0, 0 } };
	static const uint8_t ack[] = { 0, 0, 0, 0, 0, 0, 0, 1, 2, 0 }, text[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 'a', 0 };
	struct message_hello m;
	struct message_ack a;
	struct rd r;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		rd_init(&r, hello[i], 3);
		assert_false(message_hello_read(&r, &m));
	}
	rd_init(&r, ack, sizeof(ack));
	assert_false(message_ack_read(&r, &a));
	rd_init(&r, text, sizeof(text));
	assert_false(message_ack_read(&r, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_secondary), cmocka_unit_test(test_upstreams),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_foreign_values),
	};

	return cmocka_run_group_tests_name("role/message", tests, NULL, NULL);
}
