/* Routes of the cell in the host's main table (FWL-12): those of the configuration, and to the networks behind peers. Ours
 * are known by their protocol number; only differences are touched, and routes of others never. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "base/log.h"
#include "conf/conf.h"
#include "role/core.h"
#include "role/vpn_set.h"
#include "sys/netlink.h"

static bool
same_route(const struct rtnl_route *a, const struct rtnl_route *b)
{
	return addr_prefix_eq(&a->to, &b->to) && addr_eq(&a->via, &b->via) &&
	    (a->index == b->index || a->index == 0 || b->index == 0) && a->metric == b->metric;
}

static bool
is_ours(const struct rtnl_route *r)
{
	return r->protocol == VPN_PROTOCOL && r->table == RT_TABLE_MAIN;
}

/* --- what is wanted ---------------------------------------------------------------------- */

struct routes { struct rtnl_route *v; size_t n; };

/* The kernel gives an IPv6 route without a metric this one. */
static uint32_t
metric_of(const struct addr_prefix *to, uint32_t metric)
{
	return metric == 0 && to->addr.len == 16 ? 1024 : metric;
}

static void
put(struct routes *w, const struct addr_prefix *to, const struct addr *via, uint32_t index, uint32_t metric)
{
	w->v[w->n++] = (struct rtnl_route){ .to = addr_prefix_net(to), .via = *via, .index = index,
	    .metric = metric_of(to, metric), .table = RT_TABLE_MAIN, .protocol = VPN_PROTOCOL, .type = RTN_UNICAST };
}

static void
put_static(struct routes *w, const struct conf *conf)
{
	size_t i;

	for (i = 0; i < conf->routing.nstatic_routes; i++) {
		const struct conf_static_route *r = &conf->routing.static_routes[i];
		const uint32_t index = r->interface == NULL ? 0 : if_nametoindex(r->interface);

		if (r->interface == NULL || index != 0)		/* one that is not there yet is waited for */
			put(w, &r->destination, &r->via, index, r->metric);
	}
}

static void
put_peers(struct routes *w, const struct vpn *v)
{
	const struct addr on_link = { 0 };
	size_t i, k;

	for (i = 0; i < v->conf->npeers && v->plan != NULL && v->link.is.index != 0; i++)
		for (k = 0; k < v->conf->peers[i].subnets.n && v->conf->peers[i].enabled; k++)
			put(w, &v->conf->peers[i].subnets.v[k], &on_link, v->link.is.index, 0);
}

static bool
want(const struct vpn *v, struct routes *w)
{
	size_t i, n = v->conf->routing.nstatic_routes;

	for (i = 0; i < v->conf->npeers; i++)
		n += v->conf->peers[i].subnets.n;
	*w = (struct routes){ .v = calloc(n + 1, sizeof(*w->v)) };
	if (w->v == NULL)
		return false;
	if (v->conf->setup_complete) {
		put_static(w, v->conf);
		put_peers(w, v);
	}
	return true;
}

/* --- the difference ------------------------------------------------------------------------- */

/* Once for each generation: it is tried again at every notice of the host. */
static void
complain(const struct vpn *v, const struct rtnl_route *r, int error)
{
	char text[ADDR_TEXT_MAX];

	if (v->routes_said == v->conf->generation)
		return;
	log_line(LOG_NETWORK, LOG_WARNING, "a route cannot be set", "to", addr_prefix_text(&r->to, text), "err",
	    error == -EEXIST ? "somebody else has one there" : strerror(-error), NULL);
}

static int
by_to(const void *pa, const void *pb)
{
	const struct rtnl_route *a = pa, *b = pb;
	const int order = addr_cmp(&a->to.addr, &b->to.addr);

	return order != 0 ? order : (int)a->to.bits - (int)b->to.bits;
}

static void
sort(struct rtnl_route *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof(*v), by_to);
}

/* v is sorted: of those with one destination each is looked at. */
static bool
is_in(const struct rtnl_route *r, const struct rtnl_route *v, size_t n)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (by_to(&v[mid], r) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < n && by_to(&v[low], r) == 0; low++)
		if (same_route(r, &v[low]))
			return true;
	return false;
}

static size_t
keep_ours(struct rtnl_route *v, int n)
{
	size_t i, kept = 0;

	for (i = 0; n > 0 && i < (size_t)n; i++)
		if (is_ours(&v[i]))
			v[kept++] = v[i];
	return kept;
}

static void
change(struct vpn *v, struct routes *w, struct rtnl_route *have, size_t n)
{
	size_t i;
	int rc;

	sort(have, n);
	sort(w->v, w->n);
	for (i = 0; i < n; i++)
		if (!is_in(&have[i], w->v, w->n))
			(void)rtnl_route_del(v->rtnl, &have[i]);	/* gone already: fine */
	for (i = 0; i < w->n; i++) {
		if (is_in(&w->v[i], have, n))
			continue;
		rc = rtnl_route_add(v->rtnl, &w->v[i]);
		if (rc < 0)
			complain(v, &w->v[i], rc);
	}
	v->routes_said = v->conf->generation;
}

static void
hold(struct vpn *v, struct routes *w)
{
	struct rtnl_route *have = NULL;
	const int n = rtnl_routes(v->rtnl, &have);

	if (n < 0)
		log_line(LOG_NETWORK, LOG_WARNING, "the host's routes cannot be read", "err", strerror(-n), NULL);
	else
		change(v, w, have, keep_ours(have, n));
	free(have);
}

void
vpn_route_hold(struct vpn *v)
{
	struct routes w;

	if (v->rtnl == NULL || !want(v, &w))
		return;
	hold(v, &w);
	free(w.v);
}

void
vpn_route_drop(struct vpn *v)
{
	struct routes none = { NULL, 0 };

	if (v->rtnl != NULL)
		hold(v, &none);
}

/* --- as it is shown ---------------------------------------------------------------------------- */

static const char *
protocol_name(uint8_t protocol, char buf[8])
{
	static const char *const names[] = { [RTPROT_REDIRECT] = "redirect", [RTPROT_KERNEL] = "kernel", [RTPROT_BOOT] = "boot",
		[RTPROT_STATIC] = "static" };

	if (protocol == VPN_PROTOCOL)
		return "pic";
	if (protocol == RTPROT_RA || protocol == RTPROT_DHCP)
		return protocol == RTPROT_RA ? "ra" : "dhcp";
	if (protocol < sizeof(names) / sizeof(names[0]) && names[protocol] != NULL)
		return names[protocol];
	(void)snprintf(buf, 8, "%u", protocol);	/* fits */
	return buf;
}

static json_t *
route_json(const struct rtnl_route *r)
{
	char to[ADDR_TEXT_MAX], via[ADDR_TEXT_MAX], name[IF_NAMESIZE], protocol[8];
	const bool named = r->index != 0 && if_indextoname(r->index, name) != NULL;

	return json_pack("{s:s, s:s?, s:s?, s:I, s:I, s:s, s:b}", "destination", addr_prefix_text(&r->to, to), "via",
	    r->via.len == 0 ? NULL : addr_text(&r->via, via), "interface", named ? name : NULL, "table", (json_int_t)r->table,
	    "metric", (json_int_t)r->metric, "protocol", protocol_name(r->protocol, protocol), "owned", is_ours(r));
}

/* Addresses of the host itself and the like (table local) only when that table is asked for. */
static bool
is_shown(const struct rtnl_route *r, int64_t table)
{
	return table < 0 ? r->type == RTN_UNICAST && r->table != RT_TABLE_LOCAL : r->table == (uint64_t)table;
}

json_t *
vpn_route_list(int64_t table)
{
	struct rtnl_route *v = NULL;
	struct netlink *n = NULL;
	json_t *out = json_array();
	int i, count = netlink_open(&n, NETLINK_ROUTE);

	if (count == 0)
		count = rtnl_routes(n, &v);
	for (i = 0; v != NULL && i < count; i++)
		if (is_shown(&v[i], table))
			(void)json_array_append_new(out, route_json(&v[i]));	/* out of memory: the list is shorter */
	netlink_close(n);
	free(v);
	return out;
}

static size_t
count_tables(const struct rtnl_route *v, size_t n)
{
	size_t i, k, tables = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i && v[k].table != v[i].table; k++)
			;
		tables += k == i;
	}
	return tables;
}

/* Keeps of have only ours. */
static bool
routes_drift(const struct vpn *v, struct rtnl_route *have, int n)
{
	const size_t ours = keep_ours(have, n);
	struct routes w;
	size_t i;

	if (!want(v, &w))
		return true;
	sort(have, ours);
	for (i = 0; i < w.n && is_in(&w.v[i], have, ours); i++)
		;
	free(w.v);
	return i < w.n || ours > w.n;
}

json_t *
vpn_route_status(const struct vpn *vpn)
{
	struct rtnl_route *v = NULL;
	struct netlink *n = NULL;
	int rules = 0, tables, count = netlink_open(&n, NETLINK_ROUTE);
	bool drift;

	if (count == 0) {
		count = rtnl_routes(n, &v);
		rules = rtnl_rules(n);
	}
	netlink_close(n);
	if (v == NULL || count < 0)
		count = 0;
	tables = (int)count_tables(v, (size_t)count);
	drift = vpn != NULL && vpn->rtnl != NULL && (vpn_forward_drifts(vpn) || routes_drift(vpn, v, count));
	free(v);
	return json_pack("{s:b, s:b, s:i, s:i, s:b}", "ip_forward", vpn_forward_is_on(false), "ip6_forward",
	    vpn_forward_is_on(true), "tables", tables, "rules", rules < 0 ? 0 : rules, "drift", drift);
}
