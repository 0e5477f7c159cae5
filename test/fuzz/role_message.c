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

#define TRY(kind) do {								\
	static struct message_##kind m_;					\
	memset(&m_, 0, sizeof(m_));						\
	rd_init(&r, data, size);						\
	if (message_##kind##_read(&r, &m_)) {					\
		wr_init(&w, buf, sizeof(buf));					\
		message_##kind##_write(&w, &m_);				\
		assert(wr_ok(&w) && wr_len(&w) == size);			\
		assert(memcmp(buf, data, size) == 0);				\
	}									\
} while (0)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[16384];
	struct rd r;
	struct wr w;

	TRY(hello);
	TRY(log);
	TRY(ack);
	TRY(door);
	TRY(snapshot);
	TRY(api);
	TRY(ask);
	TRY(answer);
	TRY(flush);
	TRY(flushed);
	TRY(upstreams);
	return 0;
}
