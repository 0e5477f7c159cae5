/* The host's links, addresses and routes (rtnetlink), one order at a time over a socket of sys/netlink.h opened with
 * NETLINK_ROUTE. Nothing waits. Results are 0, a count, or a negative errno of the kernel's. */
#ifndef SYS_RTNL_H
#define SYS_RTNL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/rtnl_wire.h"

struct netlink;

enum { RTNL_ROUTES_MAX = 1 << 16, RTNL_ADDRS_MAX = 1024, RTNL_LINKS_MAX = 1 << 14 };

int rtnl_link_find(struct netlink *n, const char *name, struct rtnl_link *out);	/* -ENODEV: there is none */
int rtnl_link_new(struct netlink *n, const struct rtnl_link *l);		/* name, kind, group, mtu; -EEXIST */
int rtnl_link_del(struct netlink *n, uint32_t index);
int rtnl_link_set(struct netlink *n, const struct rtnl_link *l);		/* group, mtu, up of the link of that index */
int rtnl_links(struct netlink *n, struct rtnl_link **out);			/* all; *out as below */

/* The addresses of that link; *out is the caller's to free, also when there are none. */
int rtnl_addrs(struct netlink *n, uint32_t index, struct rtnl_addr **out);
int rtnl_addr_add(struct netlink *n, const struct rtnl_addr *a);
int rtnl_addr_del(struct netlink *n, const struct rtnl_addr *a);

/* All routes of both families and of all tables, the kernel's own included; as above. -EFBIG beyond the bound. */
int rtnl_routes(struct netlink *n, struct rtnl_route **out);
int rtnl_route_add(struct netlink *n, const struct rtnl_route *r);		/* -EEXIST: somebody has one there */
int rtnl_route_del(struct netlink *n, const struct rtnl_route *r);		/* that of this protocol only */

int rtnl_rules(struct netlink *n);			/* how many rules of both families there are */

#endif /* SYS_RTNL_H */
