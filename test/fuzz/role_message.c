/* Role messages: whatever one role writes into the channel, the reader of the
 * other accepts only what it would itself have written (PRC-5). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "role/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A function for each kind of message: what its reader takes, its writer makes again. */
#define ROUND_TRIP(kind)							\
static void									\
try_##kind(const uint8_t *data, size_t size)					\
{										\
	static struct message_##kind m;						\
	static uint8_t buf[16384];						\
	struct rd r;								\
	struct wr w;								\
										\
	memset(&m, 0, sizeof(m));						\
	rd_init(&r, data, size);						\
	if (!message_##kind##_read(&r, &m))					\
		return;								\
	wr_init(&w, buf, sizeof(buf));						\
	message_##kind##_write(&w, &m);						\
	assert(wr_ok(&w) && wr_len(&w) == size && memcmp(buf, data, size) == 0);	\
}

ROUND_TRIP(hello)
ROUND_TRIP(log)
ROUND_TRIP(door)
ROUND_TRIP(snapshot)
ROUND_TRIP(ack)
ROUND_TRIP(api)
ROUND_TRIP(ask)
ROUND_TRIP(answer)
ROUND_TRIP(flush)
ROUND_TRIP(flushed)
ROUND_TRIP(upstreams)
ROUND_TRIP(clock)
ROUND_TRIP(poll)
ROUND_TRIP(time)
ROUND_TRIP(secondary)
ROUND_TRIP(probe)
ROUND_TRIP(redeem)
ROUND_TRIP(redeemed)
ROUND_TRIP(used)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const all[])(const uint8_t *data, size_t size) = {
		try_hello, try_log, try_door, try_snapshot, try_ack, try_api, try_ask, try_answer, try_flush, try_flushed,
		try_upstreams, try_clock, try_poll, try_time, try_secondary, try_probe, try_redeem,
		try_redeemed, try_used
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		all[i](data, size);
	return 0;
}
