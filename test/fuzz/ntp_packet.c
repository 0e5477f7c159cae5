/* A stranger's datagram at the time service: served only as a client's
 * question, never in a zone that is not served, and what was read is written
 * again as it was (NTP-1). */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "ntp/decide.h"
#include "ntp/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ntp_plan plan = { .zones = CONF_ZONE_LAN };
	uint8_t buf[NTP_PACKET];
	enum ntp_tail tail;
	struct ntp_packet p;
	struct rd r;
	struct wr w;

	assert(ntp_decide(&plan, CONF_ZONE_PUBLIC, data, size, &p) != NTP_SERVE);
	if (ntp_decide(&plan, CONF_ZONE_LAN, data, size, &p) == NTP_SERVE)
		assert(size >= NTP_PACKET && (data[0] & 7) == 3);
	rd_init(&r, data, size);
	if (!ntp_packet_read(&r, &p, &tail)) {
		assert(size < NTP_PACKET || size > NTP_PACKET_MAX);
		return 0;
	}
	wr_init(&w, buf, sizeof(buf));
	ntp_packet_write(&w, &p);
	assert(wr_ok(&w) && wr_len(&w) == NTP_PACKET && memcmp(buf, data, NTP_PACKET) == 0);
	assert(ntp_stamp_ns(p.transmit, 0) <= INT64_C(4294967296) * 1000000000);
	return 0;
}
