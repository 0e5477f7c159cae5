/* Messages about time; see message.h. */
#include "role/message.h"

#include "base/rd.h"
#include "base/wr.h"

static bool
at_end(struct rd *r)
{
	return rd_ok(r) && rd_left(r) == 0;
}

void
message_clock_write(struct wr *w, const struct message_clock *m)
{
	ntp_reference_write(w, &m->reference);
	wr_be64(w, (uint64_t)m->moved);
}

bool
message_clock_read(struct rd *r, struct message_clock *m)
{
	bool ok = ntp_reference_read(r, &m->reference);

	m->moved = (int64_t)rd_be64(r);
	return ok && at_end(r);
}

void
message_poll_write(struct wr *w, const struct message_poll *m)
{
	wr_u8(w, m->measure);
	wr_be32(w, m->round);
}

bool
message_poll_read(struct rd *r, struct message_poll *m)
{
	uint8_t b = rd_u8(r);

	m->measure = b == 1;
	m->round = rd_be32(r);
	return at_end(r) && b <= 1;
}

void
message_time_write(struct wr *w, const struct message_time *m)
{
	ntp_report_write(w, &m->report);
}

bool
message_time_read(struct rd *r, struct message_time *m)
{
	return ntp_report_read(r, &m->report) && at_end(r);
}
