/* Datagrams in batches; see udp.h. The hot path is on_readable(): one
 * recvmmsg, one pass that decodes addresses, the callback, one sendmmsg. The
 * control data that came with a datagram goes out again with its answer, so
 * that the kernel takes the address asked as source; only the interface is
 * taken out of it, because the way back need not be the way in. Equally long
 * answers to one socket leave together (segment.h). */
#include "io/udp.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/segment.h"
#include "io/uv.h"

enum {
	ROUNDS_MAX = 4,		/* batches per turn, so that other sockets get theirs */
	RCVBUF = 1 << 20,	/* bursts; the kernel's default holds about 250 questions */

	/* Buffers a page apart would all fall into the same few cache sets. */
	STRIDE = IO_UDP_IN_MAX + 64
};

_Static_assert((int)IO_UDP_IN_MAX == (int)IO_UDP_OUT_MAX, "one stride serves both");

union name {
	struct sockaddr_storage ss;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Exactly one control message is asked for; one more goes out behind it. */
union control {
	struct cmsghdr align;
	uint8_t v4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	uint8_t v6[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
};

struct io_udp {
	uv_poll_t poll;
	int fd;
	bool v6;
	bool single;			/* this way out cannot cut a send into datagrams */
	io_udp_cb *cb;
	void *arg;
	struct io_udp_msg msgs[IO_UDP_BATCH];
	struct mmsghdr in[IO_UDP_BATCH], out[IO_UDP_BATCH];
	struct io_segments segments;
	struct iovec in_iov[IO_UDP_BATCH], out_iov[IO_UDP_BATCH];
	union name names[IO_UDP_BATCH];
	union control controls[IO_UDP_BATCH];
	uint8_t in_buf[IO_UDP_BATCH][STRIDE];
	uint8_t out_buf[IO_UDP_BATCH][STRIDE];
};

static void on_readable(uv_poll_t *h, int status, int events);

/* --- one datagram ------------------------------------------------------------ */

static void
set4(struct addr *a, const struct in_addr *in)
{
	a->len = 4;
	memcpy(a->b, in, 4);
}

/* A socket that is not v6-only sees IPv4 as mapped addresses. */
static void
set6(struct addr *a, const struct in6_addr *in)
{
	if (IN6_IS_ADDR_V4MAPPED(in)) {
		memset(a, 0, sizeof(*a));
		a->len = 4;
		memcpy(a->b, in->s6_addr + 12, 4);
		return;
	}
	a->len = 16;
	memcpy(a->b, in, 16);
}

static void
decode4(struct io_udp_msg *m, const struct sockaddr_in *name, struct cmsghdr *c)
{
	struct in_pktinfo *info;

	set4(&m->peer.addr, &name->sin_addr);
	m->peer.port = ntohs(name->sin_port);
	if (c == NULL || c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO) {
		m->local.len = 0;
		return;
	}
	info = (struct in_pktinfo *)(void *)CMSG_DATA(c);
	set4(&m->local, &info->ipi_spec_dst);
	m->ifindex = (uint32_t)info->ipi_ifindex;
	info->ipi_ifindex = 0;
}

static void
decode6(struct io_udp_msg *m, const struct sockaddr_in6 *name, struct cmsghdr *c)
{
	struct in6_pktinfo *info;

	set6(&m->peer.addr, &name->sin6_addr);
	m->peer.port = ntohs(name->sin6_port);
	m->peer.scope = name->sin6_scope_id;
	if (c == NULL || c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO) {
		m->local.len = 0;
		return;
	}
	info = (struct in6_pktinfo *)(void *)CMSG_DATA(c);
	set6(&m->local, &info->ipi6_addr);
	m->ifindex = info->ipi6_ifindex;
	info->ipi6_ifindex = 0;		/* a link-local peer has its interface in the scope */
	if (IN6_IS_ADDR_MULTICAST(&info->ipi6_addr))
		info->ipi6_addr = in6addr_any;
}

static void
decode(struct io_udp *u, size_t i)
{
	struct msghdr *h = &u->in[i].msg_hdr;
	struct io_udp_msg *m = &u->msgs[i];
	struct cmsghdr *c = CMSG_FIRSTHDR(h);

	m->in_len = (uint16_t)u->in[i].msg_len;
	m->out_len = 0;
	m->truncated = (h->msg_flags & MSG_TRUNC) != 0;
	if (u->v6)
		decode6(m, &u->names[i].v6, c);
	else
		decode4(m, &u->names[i].v4, c);
}

/* --- batches ------------------------------------------------------------------- */

/* musl's wrapper sends one by one (and both wrappers clear padding that
 * in[] and out[] never had), so the system calls are made directly. */
static int
receive(struct io_udp *u)
{
	size_t i;
	long n = syscall(SYS_recvmmsg, u->fd, u->in, IO_UDP_BATCH, MSG_DONTWAIT, NULL);

	for (i = 0; n > 0 && i < (size_t)n; i++)
		decode(u, i);
	return (int)n;
}

/* Make in[i] as large again as the kernel found it. */
static void
rearm(struct io_udp *u, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		u->in[i].msg_hdr.msg_namelen = sizeof(u->names[i]);
		u->in[i].msg_hdr.msg_controllen = sizeof(u->controls[i]);
	}
}

/* Tell the kernel where to cut, behind the control data that came in. */
static void
put_segment(struct msghdr *h, uint16_t size)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)((uint8_t *)h->msg_control + h->msg_controllen);

	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(c), &size, sizeof(size));
	h->msg_controllen = (socklen_t)(h->msg_controllen + CMSG_SPACE(sizeof(size)));
}

/* One send for each group. The number of them. */
static unsigned
collect(struct io_udp *u, size_t n)
{
	const struct io_segment *g;
	struct msghdr *h;
	size_t k, used = 0;
	uint8_t i;

	io_segments_find(&u->segments, u->msgs, n, u->single);
	for (k = 0; k < u->segments.n; k++) {
		g = &u->segments.groups[k];
		h = &u->out[k].msg_hdr;
		h->msg_name = &u->names[g->first];
		h->msg_namelen = u->in[g->first].msg_hdr.msg_namelen;
		h->msg_control = &u->controls[g->first];
		h->msg_controllen = u->in[g->first].msg_hdr.msg_controllen;
		h->msg_iov = &u->out_iov[used];
		h->msg_iovlen = g->count;
		if (g->count > 1)
			put_segment(h, u->msgs[g->first].out_len);
		for (i = g->first; i != IO_SEGMENT_END; i = u->segments.next[i]) {
			assert(u->msgs[i].out_len <= IO_UDP_OUT_MAX);
			u->out_iov[used++] = (struct iovec){ u->out_buf[i], u->msgs[i].out_len };
		}
	}
	return (unsigned)u->segments.n;
}

/* A group that cannot go: its datagrams are tried one by one. Where the way
 * out takes no groups at all (a device without checksums, a socket without
 * them, a kernel without the option), none are made any more. */
static void
answer_singly(struct io_udp *u, unsigned k)
{
	struct msghdr h = u->out[k].msg_hdr;
	size_t i, n = (size_t)h.msg_iovlen;

	if (errno == EIO || errno == EINVAL || errno == EOPNOTSUPP)
		u->single = true;
	h.msg_controllen = (socklen_t)(h.msg_controllen - CMSG_SPACE(sizeof(uint16_t)));
	h.msg_iovlen = 1;
	for (i = 0; i < n; i++, h.msg_iov++)
		(void)sendmsg(u->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);	/* a lost answer is asked for again */
}

/* An answer that cannot go (no route, refused by a filter) is skipped; when the
 * socket is full the rest is dropped: the asker asks again. */
static void
answer(struct io_udp *u, unsigned k)
{
	unsigned i = 0;
	long n;

	while (i < k) {
		n = syscall(SYS_sendmmsg, u->fd, u->out + i, k - i, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			i += (unsigned)n;
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && u->out[i].msg_hdr.msg_iovlen > 1)
			answer_singly(u, i);
		i++;
	}
}

/* A batch that is not full has emptied the socket: asking again would cost a
 * system call to hear so. */
static void
on_readable(uv_poll_t *h, int status, int events)
{
	struct io_udp *u = h->data;
	int n, round;

	(void)events;
	for (round = 0; round < ROUNDS_MAX; round++) {
		n = receive(u);
		if (n <= 0)
			break;
		u->cb(u->arg, u->msgs, (size_t)n);
		if (uv_is_closing((uv_handle_t *)h))
			return;
		answer(u, collect(u, (size_t)n));
		rearm(u, (size_t)n);
		if (n < IO_UDP_BATCH)
			break;
	}
	if (status < 0)		/* an error of an earlier send, taken by the read; libuv has stopped watching */
		(void)uv_poll_start(&u->poll, UV_READABLE, on_readable);
}

/* --- life --------------------------------------------------------------------- */

/* Everything that stays the same from batch to batch. */
static void
prepare(struct io_udp *u)
{
	size_t i;

	for (i = 0; i < IO_UDP_BATCH; i++) {
		u->in_iov[i] = (struct iovec){ u->in_buf[i], IO_UDP_IN_MAX };
		u->in[i].msg_hdr.msg_iov = &u->in_iov[i];
		u->in[i].msg_hdr.msg_iovlen = 1;
		u->in[i].msg_hdr.msg_name = &u->names[i];
		u->in[i].msg_hdr.msg_control = &u->controls[i];
		u->msgs[i].in = u->in_buf[i];
		u->msgs[i].out = u->out_buf[i];
	}
	rearm(u, IO_UDP_BATCH);
}

static int
ask_pktinfo(struct io_udp *u)
{
	const int one = 1;
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(ss);

	if (getsockname(u->fd, (struct sockaddr *)&ss, &n) < 0)
		return -errno;
	u->v6 = ss.ss_family == AF_INET6;
	if (u->v6)
		return setsockopt(u->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	return setsockopt(u->fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
}

struct io_udp *
io_udp_new(struct io_loop *l, int fd, io_udp_cb *cb, void *arg)
{
	struct io_udp *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->fd = fd;
	u->cb = cb;
	u->arg = arg;
	u->poll.data = u;
	prepare(u);
	if (ask_pktinfo(u) < 0 || uv_poll_init(io_loop_uv(l), &u->poll, fd) < 0) {
		free(u);
		return NULL;
	}
	(void)uv_poll_start(&u->poll, UV_READABLE, on_readable);	/* fails only on a closing handle */
	return u;
}

static void
on_closed(uv_handle_t *h)
{
	free(h->data);
}

void
io_udp_free(struct io_udp *u)
{
	if (u == NULL)
		return;
	uv_close((uv_handle_t *)&u->poll, on_closed);
	(void)close(u->fd);	/* datagrams are not owed to anybody */
	u->fd = -1;
}

/* --- single sends ---------------------------------------------------------------- */

static void
put_control(struct msghdr *h, union control *buf, const struct addr *local, uint32_t ifindex)
{
	struct in_pktinfo v4 = { .ipi_ifindex = (int)ifindex };
	struct in6_pktinfo v6 = { .ipi6_ifindex = ifindex };
	struct cmsghdr *c;

	memset(buf, 0, sizeof(*buf));
	h->msg_control = buf;
	h->msg_controllen = sizeof(*buf);
	c = CMSG_FIRSTHDR(h);
	if (local->len == 16) {
		memcpy(&v6.ipi6_addr, local->b, 16);
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(v6));
		memcpy(CMSG_DATA(c), &v6, sizeof(v6));
		h->msg_controllen = CMSG_SPACE(sizeof(v6));
		return;
	}
	memcpy(&v4.ipi_spec_dst, local->b, 4);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(v4));
	memcpy(CMSG_DATA(c), &v4, sizeof(v4));
	h->msg_controllen = CMSG_SPACE(sizeof(v4));
}

void
io_udp_send(struct io_udp *u, const struct addr_port *peer, const struct addr *local,
    uint32_t ifindex, const void *p, size_t n)
{
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct addr from = local->len != 0 ? *local : (struct addr){ .len = peer->addr.len };
	struct sockaddr_storage ss;
	union control control;

	h.msg_name = &ss;
	h.msg_namelen = (socklen_t)addr_to_sockaddr(peer, &ss);
	if (local->len != 0 || ifindex != 0)
		put_control(&h, &control, &from, ifindex);
	(void)sendmsg(u->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);	/* a lost datagram is asked for again */
}

static int
set_options(int fd, int family, int reuseport)
{
	const int one = 1, pmtu = IP_PMTUDISC_OMIT, rcvbuf = RCVBUF;

	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0)
		return -errno;
	if (reuseport && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) < 0)
		return -errno;
	/* A forged "fragmentation needed" must not make our answers fragment. */
	if (family == AF_INET && setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &pmtu, sizeof(pmtu)) < 0)
		return -errno;
	/* Beyond the system's limit only with CAP_NET_ADMIN; less is no failure. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	return 0;
}

int
io_udp_open(const struct addr_port *at, int reuseport)
{
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(at, &ss);
	int error, fd;

	if (n == 0)
		return -EINVAL;
	fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	error = set_options(fd, ss.ss_family, reuseport);
	if (error == 0 && bind(fd, (struct sockaddr *)&ss, (socklen_t)n) < 0)
		error = -errno;
	if (error == 0)
		return fd;
	(void)close(fd);	/* the first error is the one to tell */
	return error;
}
