/* Who is asking (design.md 3, product.md 1.2): the ingress decides, never a
 * header. A small table made from the configuration and the host's addresses
 * maps (interface, source) to exactly one zone. Pure; the edges get it with
 * their snapshot. */
#ifndef INGRESS_ZONE_H
#define INGRESS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct conf;
struct net_ifaddr;	/* sys/net.h */
struct rd;
struct wr;

/* Two for each of NET_IFADDRS_MAX addresses, 16 prefixes on 16 interfaces, the VPN's own two. */
enum { INGRESS_NETS_MAX = 2 * 256 + 16 * 16 + 2 };

struct ingress_net {
	uint32_t ifindex;	/* 0 = any interface */
	struct addr_prefix prefix;
	uint8_t zone;		/* one bit of enum conf_zone */
};

struct ingress {
	uint32_t vpn_ifindex;	/* 0 = no such interface now */
	uint32_t loopback_ifindex;
	size_t nnets;
	struct ingress_net nets[INGRESS_NETS_MAX];
};

/* The index of the VPN's interface, as ingress_plan() has it; 0 = no such interface now. */
uint32_t ingress_vpn_ifindex(const struct conf *c, const struct net_ifaddr *ifs, size_t nifs);

/* Rows beyond the maximum are left out: their sources count as public. */
void ingress_plan(struct ingress *in, const struct conf *c,
    const struct net_ifaddr *ifs, size_t nifs);

/* One bit of enum conf_zone, or 0: nobody, to be dropped. ifindex 0 = unknown. */
unsigned ingress_zone(const struct ingress *in, uint32_t ifindex, const struct addr *peer);

/* For the snapshot. A table that breaks a bound or names an unknown zone is refused. */
void ingress_write(struct wr *w, const struct ingress *in);
bool ingress_read(struct rd *r, struct ingress *in);

#endif /* INGRESS_ZONE_H */
