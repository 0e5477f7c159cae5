/* Who may pass to a route; see gate.h. */
#include "proxy/gate.h"

#include "conf/access.h"
#include "conf/conf.h"
#include "proxy/ticket.h"

struct proxy_gate
proxy_gate_of(const struct conf_route *r, size_t n)
{
	return (struct proxy_gate){ (uint8_t)(r->access | CONF_ZONE_LOCAL), (uint8_t)r->login, (uint16_t)n };
}

enum proxy_verdict
proxy_gate_judge(const struct proxy_gate *g, const struct proxy_visit *v)
{
	if ((g->access & v->zone) == 0)
		return PROXY_FORBIDDEN;
	if (v->zone == CONF_ZONE_VPN && (v->access == NULL || !conf_access_has(v->access, g->word)))
		return PROXY_NO_RIGHT;
	if (g->login == CONF_LOGIN_NONE)
		return PROXY_ROUTED;
	if (v->ticket == NULL)
		return PROXY_LOGIN;
	return g->login == CONF_LOGIN_ADMIN && !v->ticket->admin ? PROXY_NOT_ADMIN : PROXY_ROUTED;
}
