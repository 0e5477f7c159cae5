/* Who gets what; see decide.h. */
#include "dns/decide.h"

#include "conf/conf.h"
#include "dns/snapshot.h"

static void
refuse(struct dns_verdict *v, const char *reason)
{
	v->view = -1;
	v->resolves = false;
	v->reason = reason;
}

void
dns_decide(struct dns_verdict *v, const struct dns_snapshot *s, unsigned zone,
    const struct addr *local, uint32_t ifindex)
{
	v->small = zone == CONF_ZONE_PUBLIC;
	if (zone == CONF_ZONE_PUBLIC) {
		refuse(v, "this server does not answer the public Internet");
		return;
	}
	if (zone != CONF_ZONE_LOCAL && (s->serve_zones & zone) == 0) {
		refuse(v, "DNS is switched off for this network");
		return;
	}
	v->view = dns_table_view(&s->table, zone, local, ifindex);
	if (v->view < 0) {
		refuse(v, "there is no view for this network");
		return;
	}
	v->resolves = s->table.views[v->view].resolves != 0;
	v->reason = "";
}
