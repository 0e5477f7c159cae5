/* The host's own routes for the firewall; see firewall_set.h. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "base/log.h"
#include "role/firewall_set.h"
#include "role/vpn_set.h"
#include "sys/netlink.h"
#include "sys/rtnl.h"

/* The default route is the uplink's; addresses of the link are not routed, and the configuration has what we set. */
static bool
counts(const struct rtnl_route *r)
{
	return r->type == RTN_UNICAST && r->protocol != VPN_PROTOCOL && r->to.bits > 0 &&
	    r->index != 0 && !addr_is_linklocal(&r->to.addr) && !addr_is_loopback(&r->to.addr);
}

/* Of two to the same net the kernel takes the lower metric. */
static int
by_net(const void *a, const void *b)
{
	const struct rtnl_route *x = a, *y = b;
	const int d = addr_cmp(&x->to.addr, &y->to.addr);

	if (d != 0 || x->to.bits != y->to.bits)
		return d != 0 ? d : (int)x->to.bits - (int)y->to.bits;
	return (x->metric > y->metric) - (x->metric < y->metric);
}

/* The first to each net decides, also where it leads nowhere or several ways at once: by those after it nothing goes. */
static void
take(struct firewall_ways *w, struct rtnl_route *v, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (v[i].table == RT_TABLE_MAIN)
			v[kept++] = v[i];
	if (kept > 1)
		qsort(v, kept, sizeof(*v), by_net);
	for (i = 0, w->n = 0; i < kept && w->n < FW_WAYS_MAX; i++) {
		char name[IF_NAMESIZE] = "";

		if ((i > 0 && addr_prefix_eq(&v[i].to, &v[i - 1].to)) || !counts(&v[i]) || if_indextoname(v[i].index, name) == NULL)
			continue;
		w->v[w->n] = (struct fw_way){ .net = v[i].to };
		memcpy(w->v[w->n++].interface, name, sizeof(name));
	}
}

void
firewall_ways_read(struct firewall_ways *w)
{
	struct rtnl_route *v = NULL;
	struct netlink *n = NULL;
	int rc = netlink_open(&n, NETLINK_ROUTE);

	if (rc == 0)
		rc = rtnl_routes(n, &v);
	netlink_close(n);
	if (rc < 0)
		log_line(LOG_FIREWALL, LOG_WARNING, "the host's routes cannot be read", "err", strerror(-rc), NULL);
	else if (v != NULL)
		take(w, v, (size_t)rc);
	free(v);
}
