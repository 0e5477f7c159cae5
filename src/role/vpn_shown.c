/* The VPN as the API shows it; see vpn.h. */
#include "role/vpn.h"

#include <stdio.h>
#include <string.h>

#include "api/live.h"
#include "conf/conf.h"
#include "role/core.h"
#include "role/doors_plan.h"
#include "role/vpn_set.h"

bool
vpn_peer(const struct core *c, const char *public_key, struct api_peer_facts *out)
{
	memset(out, 0, sizeof(*out));
	return c->vpn != NULL && vpn_live_peer(c->vpn, public_key, out);
}

void
vpn_facts(const struct core *c, struct api_vpn *out)
{
	static const char *const planes[] = { "none", "kernel", "userspace" };
	const struct vpn *v = c->vpn;

	memset(out, 0, sizeof(*out));
	out->data_plane = planes[VPN_PLANE_NONE];
	if (v == NULL)
		return;
	out->running = v->state == VPN_RUNNING;
	out->data_plane = planes[v->state == VPN_OFF ? VPN_PLANE_NONE : v->link.plane];
	out->port_bound = v->plan != NULL && !v->port_failed && v->state == VPN_RUNNING;
	out->online = vpn_live_online(v);
	out->heard_public_at = vpn_live_heard_public(v);
	(void)str_copy(str_of(v->reason), out->reason, sizeof(out->reason));	/* same size */
}

bool
vpn_part(const struct core *c, struct api_part *out)
{
	static const char *const states[] = { "off", "starting", "running", "failed" };
	const struct vpn *v = c->vpn;

	if (v == NULL || v->state == VPN_OFF)
		return false;
	memset(out, 0, sizeof(*out));
	(void)snprintf(out->name, sizeof(out->name), "vpn");	/* they fit */
	(void)snprintf(out->state, sizeof(out->state), "%s", states[v->state]);
	(void)str_copy(str_of(v->reason), out->detail, sizeof(out->detail));	/* same size */
	out->running = v->state == VPN_RUNNING;
	out->since = v->since;
	return true;
}

size_t
vpn_doors(const struct core *c, struct api_listener *out, size_t max)
{
	static const uint8_t lengths[] = { 4, 16 };
	const struct vpn *v = c->vpn;
	struct api_vpn is;
	size_t i;

	if (v == NULL || v->state == VPN_OFF)
		return 0;
	vpn_facts(c, &is);
	for (i = 0; i < max && i < (doors_have_ipv6(&(struct doors_want){ .ifs = c->ifs, .nifs = c->nifs }) ? 2 : 1); i++) {
		out[i] = (struct api_listener){ v->link.plane == VPN_PLANE_KERNEL ? "kernel" : "tunnel", "wireguard/udp",
		    { .addr = { .len = lengths[i] }, .port = v->conf->wireguard.port }, CONF_ZONE_LAN | CONF_ZONE_PUBLIC,
		    "wireguard.port", is.port_bound, "" };
		(void)str_copy(str_of(is.reason), out[i].error, sizeof(out[i].error));	/* same size */
	}
	return i;
}

static void
on_vpn(void *arg, struct api_vpn *out)
{
	vpn_facts(arg, out);
}

static void
on_peer_facts(void *arg, const char *public_key, struct api_peer_facts *out)
{
	struct core *c = arg;

	if (c->vpn != NULL)
		c->vpn->asked = true;
	(void)vpn_peer(c, public_key, out);	/* out says it */
}

static json_t *
on_traffic(void *arg, const char *name, const char *range)
{
	const struct core *c = arg;

	return c->vpn == NULL ? NULL : vpn_live_traffic(c->vpn, name, range);
}

static json_t *
on_routes(void *arg, int64_t table)
{
	(void)arg;
	return vpn_route_list(table);
}

static json_t *
on_routing(void *arg)
{
	const struct core *c = arg;

	return vpn_route_status(c->vpn);
}

void
vpn_fill(struct api_live *out)
{
	out->vpn = on_vpn;
	out->peer_facts = on_peer_facts;
	out->peer_traffic = on_traffic;
	out->routes = on_routes;
	out->routing = on_routing;
}
