/* Notices from the kernel; see netlink.h. */
#include "io/netlink.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <libmnl/libmnl.h>

#include "io/poll.h"
#include "io/timer.h"

enum { SETTLE_MS = 200, READS_MAX = 64, NOTICE_MAX = 8192 };

struct io_netlink {
	struct mnl_socket *sock;
	struct io_poll *poll;
	struct io_timer *timer;
	bool pending;
	io_netlink_cb *cb;
	void *arg;
};

static void
on_settled(void *arg)
{
	struct io_netlink *n = arg;

	n->pending = false;
	n->cb(n->arg);
}

/* Read and forget. An overrun (ENOBUFS) is a notice like any other: the
 * state is read afresh anyway. */
static void
on_notice(void *arg, int events)
{
	struct io_netlink *n = arg;
	uint8_t buf[NOTICE_MAX];
	int i;

	(void)events;
	for (i = 0; i < READS_MAX; i++)
		if (recv(mnl_socket_get_fd(n->sock), buf, sizeof(buf), MSG_DONTWAIT) < 0)
			break;
	if (n->pending)
		return;
	n->pending = true;
	io_timer_once(n->timer, SETTLE_MS);
}

static bool
watch_open(struct io_netlink *n, struct io_loop *l, int protocol, unsigned groups)
{
	n->sock = mnl_socket_open2(protocol, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (n->sock == NULL || mnl_socket_bind(n->sock, groups, MNL_SOCKET_AUTOPID) < 0)
		return false;
	n->timer = io_timer_new(l, on_settled, n);
	n->poll = io_poll_new(l, mnl_socket_get_fd(n->sock), IO_READABLE, on_notice, n);
	return n->timer != NULL && n->poll != NULL;
}

static struct io_netlink *
watch(struct io_loop *l, int protocol, unsigned groups, io_netlink_cb *cb, void *arg)
{
	struct io_netlink *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->cb = cb;
	n->arg = arg;
	if (watch_open(n, l, protocol, groups))
		return n;
	io_netlink_free(n);
	return NULL;
}

struct io_netlink *
io_netlink_watch(struct io_loop *l, io_netlink_cb *cb, void *arg)
{
	const unsigned groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
	    RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;

	return watch(l, NETLINK_ROUTE, groups, cb, arg);
}

struct io_netlink *
io_netlink_watch_rules(struct io_loop *l, io_netlink_cb *cb, void *arg)
{
	return watch(l, NETLINK_NETFILTER, 1U << (NFNLGRP_NFTABLES - 1), cb, arg);
}

void
io_netlink_free(struct io_netlink *n)
{
	if (n == NULL)
		return;
	io_poll_free(n->poll);
	io_timer_free(n->timer);
	if (n->sock != NULL)
		(void)mnl_socket_close(n->sock);	/* nothing was written to it */
	free(n);
}
