/* The time part of a snapshot: what the reader takes is what the writer makes,
 * and every name in it ends within its room. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[NTP_SOURCES_MAX * (NTP_HOST_MAX + 1) + 2];
	struct ntp_plan p;
	struct rd r;
	struct wr w;
	size_t i;

	rd_init(&r, data, size);
	if (!ntp_plan_read(&r, &p))
		return 0;
	for (i = 0; i < p.nsources; i++)
		assert(p.sources[i][0] != '\0' && memchr(p.sources[i], '\0', NTP_HOST_MAX) != NULL);
	wr_init(&w, buf, sizeof(buf));
	ntp_plan_write(&w, &p);
	assert(wr_ok(&w) && wr_len(&w) == rd_pos(&r) && memcmp(buf, data, wr_len(&w)) == 0);
	return 0;
}
