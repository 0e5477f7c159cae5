/* The VPN as a part of the cell; see vpn.h. */
#include "role/vpn.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "conf/txn.h"
#include "io/timer.h"
#include "role/core.h"
#include "role/edges.h"
#include "role/firewall.h"
#include "role/firewall_input.h"
#include "role/vpn_set.h"
#include "sys/clk.h"
#include "sys/netlink.h"
#include "sys/proc.h"
#include "wg/plan.h"

enum { TICK_MS = 1000, LOOK_TICKS = 10, GROUP_MARK = 0x50000000 };

/* --- state ----------------------------------------------------------------------------------- */

void
vpn_set_state(struct vpn *v, enum vpn_state state, const char *reason)
{
	if (v->state == state && strcmp(v->reason, reason) == 0)
		return;
	if (state == VPN_FAILED)
		log_line(LOG_WIREGUARD, LOG_ERROR, "the VPN does not run", "why", reason, NULL);
	else if (state == VPN_RUNNING && v->state != VPN_RUNNING)
		log_line(LOG_WIREGUARD, LOG_INFO, "the VPN runs", NULL);
	v->since = v->state == state ? v->since : clk_system.wall_s(&clk_system);
	v->state = state;
	(void)str_copy(str_of(reason), v->reason, sizeof(v->reason));	/* reasons are as long as it at most */
	if (v->core->ready)
		facts_changed(v->core);
}

void
vpn_applied(struct vpn *v)
{
	const uint64_t generation = v->committing;

	v->committing = 0;
	if (generation != 0)
		conf_txn_part_done(v->core->txn, "vpn", generation);
}

/* The port is ours, or why not (PRC-10). */
void
vpn_port(struct vpn *v, int code)
{
	const uint16_t port = v->conf->wireguard.port;
	char name[64], why[API_TEXT_MAX];
	pid_t holder;

	v->port_failed = code < 0;
	if (code == 0) {
		vpn_set_state(v, VPN_RUNNING, "");
		return;
	}
	holder = proc_port_holder(IPPROTO_UDP, port, name, sizeof(name));
	if (holder > 0)
		(void)snprintf(why, sizeof(why), "cannot listen on port %u: %s, held by %s (pid %d)", port, strerror(-code), name,
		    (int)holder);	/* may be cut */
	else
		(void)snprintf(why, sizeof(why), "cannot listen on port %u: %s", port, strerror(-code));	/* likewise */
	vpn_set_state(v, VPN_FAILED, why);
}

/* --- the look ---------------------------------------------------------------------------------- */

static void
rest(struct vpn *v)
{
	vpn_link_drop(v);
	vpn_tunnel_drop(v->tunnel);
	vpn_route_hold(v);
	vpn_forward_hold(v, false);
	v->port_failed = false;
	vpn_set_state(v, VPN_OFF, "");
	vpn_applied(v);
}

static void
fail(struct vpn *v, const char *reason)
{
	if (v->link.is.index == 0)
		vpn_tunnel_drop(v->tunnel);
	vpn_set_state(v, VPN_FAILED, reason);
	vpn_applied(v);
}

static void
hold_kernel(struct vpn *v)
{
	char reason[API_TEXT_MAX] = "";
	const bool ok = vpn_kernel_hold(v, reason);

	if (v->port_failed)
		vpn_port(v, -EADDRINUSE);
	else
		vpn_set_state(v, ok ? VPN_RUNNING : VPN_FAILED, reason);
	vpn_applied(v);
}

/* Is the table one for this interface and these networks? */
static bool
is_meant(const struct vpn *v)
{
	const struct fw_input *in = &firewall_now(v->core)->in;
	const struct conf_wireguard *w = &v->conf->wireguard;
	const struct addr_prefix four = addr_prefix_net(&w->address), six = addr_prefix_net(&w->address6);

	return strcmp(in->vpn_if, w->interface) == 0 && addr_prefix_eq(&in->vpn_net[0], &four) &&
	    addr_prefix_eq(&in->vpn_net[1], &six);
}

/* What nothing filters must carry nothing, whatever the host forwards by itself (FWL-11). */
static bool
is_filtered(struct vpn *v)
{
	if (v->rtnl == NULL || (firewall_holds(v->core) && is_meant(v)) || vpn_link_is_foreign(v, v->conf))
		return true;
	vpn_link_down(v);
	vpn_forward_hold(v, false);
	fail(v, "the firewall does not stand, so that nobody is let in");
	return false;
}

void
vpn_look(struct vpn *v)
{
	char reason[API_TEXT_MAX] = "";

	if (v->plan == NULL) {
		rest(v);
		return;
	}
	if (!is_filtered(v))
		return;
	if (!vpn_link_hold(v, reason)) {
		vpn_forward_hold(v, false);
		fail(v, reason);
		return;
	}
	if (v->rtnl != NULL && !v->link.is.up) {
		vpn_set_state(v, VPN_STARTING, "");
		return;
	}
	vpn_route_hold(v);
	vpn_forward_hold(v, true);
	if (v->link.plane == VPN_PLANE_KERNEL)
		hold_kernel(v);
	else
		vpn_tunnel_hold(v->tunnel);
}

void
vpn_host_changed(struct core *c)
{
	if (c->vpn != NULL && !c->stopping)
		vpn_look(c->vpn);
}

void
vpn_quiet(struct core *c)
{
	if (c->vpn != NULL && c->vpn->rtnl != NULL)
		vpn_link_down(c->vpn);
}

void
vpn_firewall(struct core *c)
{
	vpn_host_changed(c);
}

/* Handshakes of a few are worth a look each second; all of many only now and then, for the kernel tells all. */
static void
poll_plane(struct vpn *v)
{
	const size_t peers = v->conf->npeers;

	if (v->plan == NULL)
		return;
	if (v->link.plane != VPN_PLANE_KERNEL)
		vpn_tunnel_poll(v->tunnel);
	else if (v->state != VPN_FAILED && (peers <= 256 || v->ticks % LOOK_TICKS == 0 || v->asked))
		vpn_kernel_poll(v);
	v->asked = false;
}

/* For the edges. */
static bool
is_waiting(const struct vpn *v)
{
	return v->state == VPN_STARTING && v->link.is.index != 0 && !v->link.is.up;
}

static void
on_tick(void *arg)
{
	struct vpn *v = arg;

	v->ticks++;
	if (v->ticks % LOOK_TICKS == 0)		/* nobody tells that forwarding was switched off */
		vpn_host_changed(v->core);
	if (is_waiting(v) && ++v->link.waited > EDGES_PATIENCE_S)
		vpn_look(v);
	poll_plane(v);
	vpn_live_tick(v);
}

void
vpn_follow(struct core *c)
{
	if (c->vpn == NULL)
		return;
	vpn_keys_follow(c->vpn);
	vpn_live_follow(c->vpn);
}

bool
vpn_foreign(const struct core *c, const struct conf *conf)
{
	return c->vpn != NULL && vpn_link_is_foreign(c->vpn, conf);
}

/* --- life ----------------------------------------------------------------------------------------------- */

static bool
make_parts(struct vpn *v)
{
	struct core *c = v->core;
	uint8_t hash[4];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)c->paths.state, strlen(c->paths.state), NULL, 0);
	v->group = GROUP_MARK | (uint32_t)hash[0] << 16 | (uint32_t)hash[1] << 8 | hash[2];
	v->link.tun_fd = -1;
	v->keys = vpn_keys_new();
	v->tunnel = vpn_tunnel_new(v);
	v->live = vpn_live_new(v);
	v->tick = io_timer_new(c->loop, on_tick, v);
	return v->keys != NULL && v->tunnel != NULL && v->live != NULL && v->tick != NULL;
}

/* Without privileges, or without rtnetlink, nothing of the host is touched. */
static void
open_host(struct vpn *v)
{
	if (v->core->options.user_mode)
		return;
	if (netlink_open(&v->rtnl, NETLINK_ROUTE) < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "links and routes cannot be set: the VPN carries nothing", NULL);
	v->has_kernel = v->rtnl != NULL && vpn_kernel_is_there();
	vpn_forward_recover(v);
}

int
vpn_start(struct core *c, struct err *e)
{
	const struct conf *now = conf_txn_current(c->txn);
	struct wg_plan *plan = NULL;
	struct err why;
	int rc;

	err_clear(&why);
	c->vpn = calloc(1, sizeof(*c->vpn));
	if (c->vpn == NULL)
		return err_sys(e, -ENOMEM, "prepare the VPN");
	c->vpn->core = c;
	if (!make_parts(c->vpn))
		return err_sys(e, -ENOMEM, "prepare the VPN");
	rc = vpn_part_join(c->vpn);
	if (rc < 0)
		return err_sys(e, rc, "prepare the VPN");
	open_host(c->vpn);
	rc = vpn_keys_plan(c->vpn, now, &plan, &why);
	vpn_part_use(c->vpn, now, plan);
	vpn_link_recover(c->vpn);
	if (rc < 0)
		vpn_set_state(c->vpn, VPN_FAILED, why.detail);
	else
		vpn_look(c->vpn);
	io_timer_every(c->vpn->tick, TICK_MS);
	return 0;
}

/* PRC-8: nothing of ours stays in the host. */
static void
leave(struct vpn *v)
{
	vpn_tunnel_drop(v->tunnel);
	if (v->rtnl == NULL)
		return;
	vpn_link_drop(v);
	vpn_route_drop(v);
	vpn_forward_hold(v, false);
}

bool
vpn_leave(struct core *c)
{
	if (c->vpn == NULL)
		return true;
	if (c->vpn->state != VPN_OFF)
		leave(c->vpn);
	c->vpn->state = VPN_OFF;
	return vpn_tunnel_is_gone(c->vpn->tunnel);
}

void
vpn_stop(struct core *c)
{
	struct vpn *v = c->vpn;

	if (v == NULL)
		return;
	c->vpn = NULL;
	leave(v);
	vpn_tunnel_free(v->tunnel);
	vpn_live_free(v->live);
	vpn_kernel_forget(v);
	io_timer_free(v->tick);
	vpn_keys_free(v->keys);
	wg_plan_unref(v->prepared);
	wg_plan_unref(v->whole);
	wg_plan_unref(v->plan);
	conf_unref(v->conf);
	netlink_close(v->rtnl);
	free(v);
}
