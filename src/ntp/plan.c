/* What an edge needs for time; see plan.h. */
#include "ntp/plan.h"

#include <string.h>

#include "base/rd.h"
#include "base/str.h"
#include "base/wr.h"
#include "conf/conf.h"

void
ntp_plan(struct ntp_plan *p, const struct conf *c)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	if (!c->setup_complete || !c->ntp.enabled)
		return;
	p->zones = (uint8_t)(c->ntp.serve_zones | CONF_ZONE_LOCAL);
	for (i = 0; i < c->ntp.sources.n && p->nsources < NTP_SOURCES_MAX; i++)
		if (str_copy(str_of(c->ntp.sources.v[i]), p->sources[p->nsources], NTP_HOST_MAX))
			p->nsources++;
}

void
ntp_plan_write(struct wr *w, const struct ntp_plan *p)
{
	size_t i, n;

	wr_u8(w, p->zones);
	wr_u8(w, p->nsources);
	for (i = 0; i < p->nsources; i++) {
		n = strlen(p->sources[i]);
		wr_u8(w, (uint8_t)n);
		wr_bytes(w, p->sources[i], n);
	}
}

static bool
host_read(struct rd *r, char host[NTP_HOST_MAX])
{
	uint8_t n = rd_u8(r);

	if (n == 0 || n >= NTP_HOST_MAX)
		return rd_fail(r);
	rd_copy(r, host, n);
	host[n] = '\0';
	return strlen(host) == n || rd_fail(r);
}

bool
ntp_plan_read(struct rd *r, struct ntp_plan *p)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->zones = rd_u8(r);
	p->nsources = rd_u8(r);
	if (p->nsources > NTP_SOURCES_MAX)
		return rd_fail(r);
	for (i = 0; i < p->nsources; i++)
		if (!host_read(r, p->sources[i]))
			return false;
	return rd_ok(r);
}
