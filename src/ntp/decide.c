/* Who gets an answer; see decide.h. */
#include "ntp/decide.h"

#include "base/rd.h"
#include "ntp/plan.h"

enum { VERSION_MIN = 3, VERSION_MAX = 4 };

enum ntp_verdict
ntp_decide(const struct ntp_plan *p, unsigned zone, const uint8_t *in, size_t n, struct ntp_packet *q)
{
	enum ntp_tail tail;
	struct rd r;

	if ((p->zones & zone) == 0)
		return NTP_DROP_ZONE;
	rd_init(&r, in, n);
	if (!ntp_packet_read(&r, q, &tail))
		return NTP_DROP_SIZE;
	if (q->mode != NTP_MODE_CLIENT)
		return NTP_DROP_MODE;
	if (q->version < VERSION_MIN || q->version > VERSION_MAX)
		return NTP_DROP_VERSION;
	return tail == NTP_TAIL_NONE || tail == NTP_TAIL_FIELDS ? NTP_SERVE : NTP_DROP_TAIL;
}
