/* Steering the kernel's clock; see apply.h. */
#include "ntp/apply.h"

#include "sys/kclock.h"

enum ntp_control
ntp_control(const struct ntp_rights *r, const struct kclock_state *k)
{
	bool other = k->synced && !(r->ours && k->frequency == r->frequency);

	if (r->may && (r->wanted == CONF_DISCIPLINE_ALWAYS || (r->wanted == CONF_DISCIPLINE_AUTO && !other)))
		return NTP_CONTROL_SELF;
	return other ? NTP_CONTROL_KERNEL : NTP_CONTROL_NONE;
}

const char *
ntp_control_name(enum ntp_control c)
{
	static const char *const names[] = { "none", "self", "kernel" };

	return names[c];
}

int
ntp_apply(struct kclock *k, const struct ntp_action *a, int64_t error)
{
	int r = k->frequency(k, a->frequency);

	if (r == 0 && a->deed == NTP_DEED_STEP)
		r = k->slew(k, 0);	/* what is pending was of the clock before */
	if (r == 0 && a->deed == NTP_DEED_STEP)
		r = k->step(k, a->by);
	else if (r == 0 && a->deed == NTP_DEED_SLEW)
		r = k->slew(k, a->by);
	return r == 0 && a->deed != NTP_DEED_REFUSE ? k->synced(k, error) : r;
}
