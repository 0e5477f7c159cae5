/* What an edge says that it measured: what core takes is what the writer
 * makes, and within the bounds that core computes with (PRC-5). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "ntp/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[4096];
	struct ntp_report p;
	struct rd r;
	struct wr w;
	size_t i;

	rd_init(&r, data, size);
	if (!ntp_report_read(&r, &p))
		return 0;
	assert(!p.chosen || (p.choice.peer < p.n && p.choice.stratum > 0));
	for (i = 0; i < p.n; i++) {
		assert(p.sources[i].host[0] != '\0' && memchr(p.sources[i].host, '\0', NTP_HOST_MAX) != NULL);
		assert(ntp_source_state_name((enum ntp_source_state)p.sources[i].state) != NULL);
	}
	wr_init(&w, buf, sizeof(buf));
	ntp_report_write(&w, &p);
	assert(wr_ok(&w) && wr_len(&w) == rd_pos(&r) && memcmp(buf, data, wr_len(&w)) == 0);
	return 0;
}
