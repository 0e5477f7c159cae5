/* Messages about time; see message.h. */
#include "role/message.h"

#include "base/rd.h"
#include "base/wr.h"

void
message_clock_write(struct wr *w, const struct message_clock *m)
{
	ntp_reference_write(w, &m->reference);
}

bool
message_clock_read(struct rd *r, struct message_clock *m)
{
	return ntp_reference_read(r, &m->reference) && rd_left(r) == 0;
}
