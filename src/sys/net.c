/* What the kernel says about this host. */
#include "sys/net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/str.h"
#include "sys/setting.h"

_Static_assert(NET_IF_NAME_MAX == IF_NAMESIZE, "the kernel's limit");

/* The bits of a mask; the kernel has only contiguous ones. */
static uint8_t
mask_bits(const struct addr *mask)
{
	unsigned n = 0;

	while (n < 8U * mask->len && (mask->b[n / 8] >> (7 - n % 8) & 1) != 0)
		n++;
	return (uint8_t)n;
}

/* Interfaces without addresses and families other than IP are passed over. */
static bool
entry_fill(struct net_ifaddr *out, const struct ifaddrs *ifa)
{
	struct sockaddr_storage ss = { 0 };
	struct addr_port at;
	size_t size;

	if (ifa->ifa_addr == NULL)
		return false;
	size = ifa->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in)
	    : ifa->ifa_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
	    : 0;
	memcpy(&ss, ifa->ifa_addr, size);
	memset(out, 0, sizeof(*out));
	if (size == 0 || !addr_from_sockaddr(&ss, &at) ||
	    !str_copy(str_of(ifa->ifa_name), out->name, sizeof(out->name)))
		return false;
	out->prefix.addr = at.addr;
	out->prefix.bits = (uint8_t)(8 * at.addr.len);
	/* libc leaves the family of a mask unset now and then. */
	if (ifa->ifa_netmask != NULL) {
		memcpy(&ss, ifa->ifa_netmask, size);
		ss.ss_family = ifa->ifa_addr->sa_family;
		if (addr_from_sockaddr(&ss, &at) && at.addr.len == out->prefix.addr.len)
			out->prefix.bits = mask_bits(&at.addr);
	}
	out->ifindex = if_nametoindex(ifa->ifa_name);
	out->up = (ifa->ifa_flags & IFF_UP) != 0;
	out->loopback = (ifa->ifa_flags & IFF_LOOPBACK) != 0;
	return true;
}

static int
entry_cmp(const void *pa, const void *pb)
{
	const struct net_ifaddr *a = pa, *b = pb;
	int c = strcmp(a->name, b->name);

	return c != 0 ? c : addr_cmp(&a->prefix.addr, &b->prefix.addr);
}

int
net_ifaddrs(struct net_ifaddr *out, size_t max)
{
	struct ifaddrs *list;
	size_t n = 0;

	if (getifaddrs(&list) < 0)
		return -errno;
	for (struct ifaddrs *ifa = list; ifa != NULL && n < max;
	    ifa = ifa->ifa_next)
		if (entry_fill(&out[n], ifa))
			n++;
	freeifaddrs(list);
	if (n > 0)
		qsort(out, n, sizeof(*out), entry_cmp);
	return (int)n;
}

/* The source address for a destination: connecting a datagram socket looks up
 * the route and sends nothing. */
static bool
source_for(const struct addr_port *to, struct addr *out)
{
	struct sockaddr_storage ss;
	size_t size = addr_to_sockaddr(to, &ss);
	socklen_t len = sizeof(ss);
	struct addr_port from;
	bool ok;
	int fd;

	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	ok = connect(fd, (struct sockaddr *)&ss, (socklen_t)size) == 0 &&
	    getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    addr_from_sockaddr(&ss, &from);
	(void)close(fd);	/* it held nothing */
	if (ok)
		*out = from.addr;
	return ok;
}

bool
net_route(const struct addr *dst, struct addr *own)
{
	const struct addr_port to = { .addr = *dst, .port = 53 };	/* of no meaning: nothing is sent */

	return source_for(&to, own);
}

bool
net_uplink(struct addr *out)
{
	/* RFC 5737 and RFC 3849: nobody has a route of their own for these. */
	static const struct addr_port v4 = { .addr = { 4, { 192, 0, 2, 1 } },
	    .port = 53 };
	static const struct addr_port v6 = { .addr = { 16,
	    { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } }, .port = 53 };

	return source_for(&v4, out) || source_for(&v6, out);
}

void
net_client_ports(uint16_t *lo, uint16_t *hi)
{
	char text[32], *end;
	unsigned long first, last;

	*lo = 32768;			/* the kernel's own, where it cannot be read */
	*hi = 60999;
	if (setting_read("net/ipv4/ip_local_port_range", text, sizeof(text)) < 0)
		return;
	first = strtoul(text, &end, 10);
	last = strtoul(end, NULL, 10);
	if (first == 0 || first > last || last > UINT16_MAX)
		return;
	*lo = (uint16_t)first;
	*hi = (uint16_t)last;
}

/* RFC 1123 2.1: letters, digits and inner hyphens, at most 63. */
static bool
label_ok(struct str s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '-')
			return false;
	return !str_eqz(s, "localhost");	/* the name of every host */
}

void
net_host_label(char *buf, size_t size)
{
	char name[256];
	struct str s, label;

	if (size == 0)
		return;
	buf[0] = '\0';
	if (gethostname(name, sizeof(name)) < 0)
		return;
	name[sizeof(name) - 1] = '\0';	/* POSIX leaves a cut name open */
	for (char *p = name; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	s = str_of(name);
	if (str_cut(&s, '.', &label) && label_ok(label))
		(void)str_copy(label, buf, size);	/* else it stays "" */
}
