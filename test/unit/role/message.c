/* Messages between core and edge: PRC-5. Round trips, truncations, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
	struct message_door door;
	struct message_snapshot snapshot;
	struct message_ack ack;
	struct message_api api;
	struct message_ask ask;
	struct message_flushed flushed;

	(void)state;
	/* cleared first: padding takes part in the comparison */
	memset(&hello, 0, sizeof(hello));
	hello.edges = 3;
	ROUND_TRIP(hello, hello);
	memset(&door, 0, sizeof(door));
	door.id = 500;
	door.kind = DOOR_HTTPS;
	ROUND_TRIP(door, door);
	memset(&snapshot, 0, sizeof(snapshot));
	snapshot.serial = UINT64_C(0x0102030405060708);
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
	memset(&flushed, 0, sizeof(flushed));
	flushed.count = 1;
	ROUND_TRIP(flushed, flushed);
}

static void
test_refused(void **state)
{
	struct message_api api;
	struct message_door door = { 1, DOOR_KINDS };
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("role/message", tests, NULL, NULL);
}
