/* Networks that the host is on already; see firewall_set.h. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "role/core.h"
#include "role/firewall_set.h"

struct look {
	const struct core *core;
	const char *vpn, *was;		/* the names of the VPN's own interface, then and now */
};

/* Of an interface of the host's that net overlaps; NULL: it is free. What was known a moment ago may be gone. */
static const struct net_ifaddr *
taken(const struct look *l, const struct addr_prefix *net)
{
	const struct net_ifaddr *f;
	size_t i;

	for (i = 0; net->addr.len != 0 && i < l->core->nifs; i++) {
		f = &l->core->ifs[i];
		if (strcmp(f->name, l->vpn) != 0 && strcmp(f->name, l->was) != 0 && addr_prefix_overlap(&f->prefix, net) &&
		    if_nametoindex(f->name) == f->ifindex)
			return f;
	}
	return NULL;
}

static int
check(const struct look *l, const struct addr_prefix *net, const char *field, struct err *e)
{
	const struct net_ifaddr *f = taken(l, net);
	char text[ADDR_TEXT_MAX], why[ERR_DETAIL_MAX];
	struct addr_prefix there;

	if (f == NULL)
		return 0;
	there = addr_prefix_net(&f->prefix);
	(void)snprintf(why, sizeof(why), "overlaps %s, which this host is on by %s", addr_prefix_text(&there, text),
	    f->name);	/* fits */
	return err_field(e, ERR_CONFLICT, field, "%s", why);
}

static int
check_peers(const struct look *l, const struct conf *next, struct err *e)
{
	char field[ERR_FIELD_MAX];
	const struct conf_peer *p;
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && i < next->npeers; i++) {
		p = &next->peers[i];
		for (k = 0; rc == 0 && p->rev == next->generation && k < p->subnets.n; k++) {
			(void)snprintf(field, sizeof(field), "peers[%zu].subnets[%zu]", i, k);	/* fits */
			rc = check(l, &p->subnets.v[k], field, e);
		}
	}
	return rc;
}

int
firewall_nets_check(const struct core *c, const struct conf *now, const struct conf *next, struct err *e)
{
	const struct conf_wireguard *was = &now->wireguard, *w = &next->wireguard;
	const struct look l = { c, w->interface, was->interface };
	const bool first = !now->setup_complete || !was->enabled;
	int rc = 0;

	if (!w->enabled)
		return 0;
	if (first || !addr_prefix_eq(&was->address, &w->address))
		rc = check(&l, &w->address, "wireguard.address", e);
	if (rc == 0 && (first || !addr_prefix_eq(&was->address6, &w->address6)))
		rc = check(&l, &w->address6, "wireguard.address6", e);
	return rc < 0 ? rc : check_peers(&l, next, e);
}
