/* Which interface a connection came in by; see ifindex.h. Linux keeps the
 * packet information of the SYN with the accepted socket and hands it out
 * through the old "packet options" calls (ip(7), RFC 2292 for IPv6). */
#include "sys/ifindex.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { IPV6_OLD_PKTOPTIONS = 6, CONTROL_MAX = 512 };

int
ifindex_enable(int listen_fd)
{
	int on = 1;

	if (setsockopt(listen_fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) == 0)
		return 0;
	if (setsockopt(listen_fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) == 0)
		return 0;
	return -errno;
}

static uint32_t
from_control(struct cmsghdr *c)
{
	struct in_pktinfo v4;
	struct in6_pktinfo v6;

	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		memcpy(&v4, CMSG_DATA(c), sizeof(v4));
		return (uint32_t)v4.ipi_ifindex;
	}
	if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		memcpy(&v6, CMSG_DATA(c), sizeof(v6));
		return (uint32_t)v6.ipi6_ifindex;
	}
	return 0;
}

uint32_t
ifindex_of_conn(int fd)
{
	_Alignas(struct cmsghdr) uint8_t buf[CONTROL_MAX];
	struct msghdr m = { .msg_control = buf };
	struct cmsghdr *c;
	socklen_t n = sizeof(buf);
	uint32_t index = 0;

	if (getsockopt(fd, IPPROTO_IPV6, IPV6_OLD_PKTOPTIONS, buf, &n) < 0) {
		n = sizeof(buf);
		if (getsockopt(fd, IPPROTO_IP, IP_PKTOPTIONS, buf, &n) < 0)
			return 0;
	}
	m.msg_controllen = n;
/* musl's CMSG_NXTHDR mixes signs, and it is a macro: the warning is here. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
	for (c = CMSG_FIRSTHDR(&m); c != NULL && index == 0; c = CMSG_NXTHDR(&m, c))
		index = from_control(c);
#pragma GCC diagnostic pop
	return index;
}
