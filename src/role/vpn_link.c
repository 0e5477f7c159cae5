/* The interface of the VPN. One of that name which somebody else made is never touched (VPN-3): of the kernel's, ours
 * are known by their group, which is set as they are made and survives a crash; a TUN device is ours while we hold it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/log.h"
#include "conf/conf.h"
#include "io/tun.h"
#include "role/core.h"
#include "role/edges.h"
#include "role/vpn_set.h"

static void
say(char reason[API_TEXT_MAX], const char *what, int error)
{
	(void)snprintf(reason, API_TEXT_MAX, "%s: %s", what, strerror(-error));	/* may be cut */
}

/* --- whose ------------------------------------------------------------------------------- */

enum vpn_plane
vpn_link_plane(const struct vpn *v, const struct conf *conf)
{
	if (v->rtnl == NULL)
		return VPN_PLANE_NONE;
	if (conf->wireguard.backend == CONF_BACKEND_USERSPACE)
		return VPN_PLANE_USERSPACE;
	return conf->wireguard.backend == CONF_BACKEND_KERNEL || v->has_kernel ? VPN_PLANE_KERNEL : VPN_PLANE_USERSPACE;
}

static bool
is_ours(const struct vpn *v, const struct rtnl_link *l)
{
	if (v->link.tun_fd >= 0)
		return v->link.is.index == l->index;
	return l->group == v->group && strcmp(l->kind, "wireguard") == 0;
}

bool
vpn_link_is_foreign(const struct vpn *v, const struct conf *conf)
{
	struct rtnl_link l;

	return v->rtnl != NULL && rtnl_link_find(v->rtnl, conf->wireguard.interface, &l) == 0 && !is_ours(v, &l);
}

/* --- left by a crash ------------------------------------------------------------------- */

static bool
is_wanted(const struct vpn *v, const struct rtnl_link *l)
{
	return v->plan != NULL && vpn_link_plane(v, v->conf) == VPN_PLANE_KERNEL &&
	    strcmp(l->name, v->conf->wireguard.interface) == 0;
}

static void
recover(struct vpn *v, const struct rtnl_link *l)
{
	int rc;

	if (is_wanted(v, l)) {
		v->link.is = *l;
		v->link.plane = VPN_PLANE_KERNEL;
		return;
	}
	rc = rtnl_link_del(v->rtnl, l->index);
	if (rc < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "an interface that was left cannot be removed", "interface", l->name, "err",
		    strerror(-rc), NULL);
	else
		log_line(LOG_WIREGUARD, LOG_WARNING, "an interface that was left is removed", "interface", l->name, NULL);
}

void
vpn_link_recover(struct vpn *v)
{
	struct rtnl_link *have = NULL;
	int i, n = v->rtnl == NULL ? 0 : rtnl_links(v->rtnl, &have);

	if (n < 0)
		log_line(LOG_WIREGUARD, LOG_ERROR, "the host's links cannot be read", "err", strerror(-n), NULL);
	for (i = 0; i < n; i++)
		if (is_ours(v, &have[i]))
			recover(v, &have[i]);
	free(have);
}

/* --- made and gone --------------------------------------------------------------------------- */

static void
forget(struct vpn *v)
{
	if (v->link.tun_fd >= 0)
		(void)close(v->link.tun_fd);	/* the device was deleted, or goes with its last holder */
	vpn_kernel_forget(v);
	v->link = (struct vpn_link){ .tun_fd = -1 };
}

void
vpn_link_drop(struct vpn *v)
{
	if (v->link.is.index == 0)
		return;
	vpn_tunnel_drop(v->tunnel);
	if (rtnl_link_del(v->rtnl, v->link.is.index) < 0)
		vpn_link_down(v);	/* it may be gone already */
	log_line(LOG_WIREGUARD, LOG_INFO, "the interface is removed", "interface", v->link.is.name, NULL);
	forget(v);
}

static int
make_tun(struct vpn *v, const char *name)
{
	int rc, fd = io_tun_open(name, false);

	if (fd < 0)
		return fd;
	rc = rtnl_link_find(v->rtnl, name, &v->link.is);
	if (rc < 0)
		(void)close(fd);	/* it was gone at once */
	else
		v->link.tun_fd = fd;
	return rc;
}

static int
make_kernel(struct vpn *v, const char *name)
{
	struct rtnl_link l = { .group = v->group, .mtu = (uint32_t)v->conf->wireguard.mtu, .kind = "wireguard" };
	int rc;

	(void)str_copy(str_of(name), l.name, sizeof(l.name));	/* at most 15: a rule of the configuration */
	rc = rtnl_link_new(v->rtnl, &l);
	return rc < 0 ? rc : rtnl_link_find(v->rtnl, name, &v->link.is);
}

static bool
make(struct vpn *v, enum vpn_plane plane, char reason[API_TEXT_MAX])
{
	const char *name = v->conf->wireguard.interface;
	const int rc = plane == VPN_PLANE_KERNEL ? make_kernel(v, name) : make_tun(v, name);

	if (rc < 0) {
		say(reason, "the interface cannot be made", rc);
		forget(v);
		return false;
	}
	v->link.plane = plane;
	vpn_live_restarted(v);
	log_line(LOG_WIREGUARD, LOG_INFO, "the interface is made", "interface", name, "data_plane",
	    plane == VPN_PLANE_KERNEL ? "kernel" : "userspace", NULL);
	return true;
}

/* The link as it is now: found, adopted after a crash, or made. */
static bool
obtain(struct vpn *v, enum vpn_plane plane, char reason[API_TEXT_MAX])
{
	const char *name = v->conf->wireguard.interface;
	struct rtnl_link l;
	int rc;

	if (v->link.is.index != 0 && (strcmp(v->link.is.name, name) != 0 || v->link.plane != plane))
		vpn_link_drop(v);
	rc = rtnl_link_find(v->rtnl, name, &l);
	if (rc == 0 && !is_ours(v, &l)) {
		(void)snprintf(reason, API_TEXT_MAX, "there is another interface of the name %s, which is left alone",
		    name);	/* fits */
		vpn_link_drop(v);
		return false;
	}
	if (rc == 0 && (v->link.tun_fd >= 0) == (plane == VPN_PLANE_USERSPACE)) {
		v->link.is = l;
		v->link.plane = plane;
		return true;
	}
	vpn_tunnel_drop(v->tunnel);
	forget(v);
	vpn_link_recover(v);	/* one that somebody gave another name has the port */
	return make(v, plane, reason);
}

/* --- addresses ------------------------------------------------------------------------------------ */

/* A host that has no IPv6, or not on this link, has a VPN without it. */
static bool
is_missed(const struct addr_prefix *want, int rc)
{
	return want->addr.len == 16 && (rc == -EACCES || rc == -EAFNOSUPPORT || rc == -EOPNOTSUPP);
}

static int
add_missing(struct vpn *v, const struct addr_prefix *want, const struct rtnl_addr *have, int n)
{
	const struct rtnl_addr a = { v->link.is.index, *want, false };
	int i, rc;

	for (i = 0; i < n; i++)
		if (addr_prefix_eq(&have[i].prefix, want))
			return 0;
	if (want->addr.len == 0)
		return 0;
	rc = rtnl_addr_add(v->rtnl, &a);
	return rc == -EEXIST || is_missed(want, rc) ? 0 : rc;
}

static int
set_addresses(struct vpn *v)
{
	const struct conf_wireguard *w = &v->conf->wireguard;
	struct rtnl_addr *have = NULL;
	int i, rc, n = rtnl_addrs(v->rtnl, v->link.is.index, &have);

	rc = n < 0 ? n : add_missing(v, &w->address, have, n);
	if (rc == 0)
		rc = add_missing(v, &w->address6, have, n);
	for (i = 0; rc == 0 && i < n; i++)
		if (!have[i].local && !addr_prefix_eq(&have[i].prefix, &w->address) &&
		    !addr_prefix_eq(&have[i].prefix, &w->address6))
			rc = rtnl_addr_del(v->rtnl, &have[i]);
	free(have);
	return rc;
}

static int
set_link(struct vpn *v, bool up)
{
	struct rtnl_link l = v->link.is;
	int rc;

	l.up = up;
	l.mtu = (uint32_t)v->conf->wireguard.mtu;
	l.group = v->group;
	if (l.up == v->link.is.up && l.mtu == v->link.is.mtu && l.group == v->link.is.group)
		return 0;
	rc = rtnl_link_set(v->rtnl, &l);
	if (rc == 0)
		v->link.is = l;
	return rc;
}

void
vpn_link_down(struct vpn *v)
{
	if (v->link.is.index != 0)
		(void)set_link(v, false);	/* it may be gone */
}

/* A device that comes before the edges know its interface would be a stranger to them. Those that never answer
 * are no reason to keep it from everything else. */
static bool
is_awaited(const struct vpn *v)
{
	return v->link.is.up || apply_names(v->core, v->link.is.index) || v->link.waited > EDGES_PATIENCE_S;
}

bool
vpn_link_hold(struct vpn *v, char reason[API_TEXT_MAX])
{
	const enum vpn_plane plane = vpn_link_plane(v, v->conf);
	int rc;

	if (plane == VPN_PLANE_NONE) {
		v->link.plane = plane;
		return true;
	}
	if (!obtain(v, plane, reason))
		return false;
	rc = set_addresses(v);
	if (rc == 0)
		rc = set_link(v, is_awaited(v));
	if (rc < 0)
		say(reason, "the interface cannot be set up", rc);
	return rc == 0;
}
