/* The host's interfaces and addresses, as core sees them. */
#ifndef SYS_NET_H
#define SYS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { NET_IF_NAME_MAX = 16, NET_IFADDRS_MAX = 256 };

struct net_ifaddr {
	char name[NET_IF_NAME_MAX];
	uint32_t ifindex;
	struct addr_prefix prefix;	/* the address with its on-link prefix length */
	bool up, loopback;
};

/* Fill at most max entries, sorted by interface name then address; the count, or -errno. */
int net_ifaddrs(struct net_ifaddr *out, size_t max);

/* The own address that packets to dst go out with, asked of the kernel without sending any. False: no route leads there. */
bool net_route(const struct addr *dst, struct addr *own);

/* The address of the interface that the default route uses (IPv4 first, else IPv6), asked of the
 * kernel without sending a packet. false when there is no default route. */
bool net_uplink(struct addr *out);

/* The local ports that the kernel gives to sockets which ask for none, in both families (net.ipv4.ip_local_port_range). */
void net_client_ports(uint16_t *lo, uint16_t *hi);

/* The host's name as a label: lower case, first label only, "" when unusable. */
void net_host_label(char *buf, size_t size);

#endif /* SYS_NET_H */
