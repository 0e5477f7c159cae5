/* Datagrams in batches; see udp.h. The hot path is on_readable(): one
 * recvmmsg, one pass that decodes addresses, the callback, one sendmmsg. The
 * control data that came with a datagram goes out again with its answer, so
 * that the kernel takes the address asked as source; only the interface is
 * taken out of it, because the way back need not be the way in. */
#include "io/udp.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "io/later.h"
#include "io/outbox.h"
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

enum { STAMP_CONTROL = CMSG_SPACE(sizeof(struct timespec)) };

/* One control message is asked for, or the stamp and then that one; the outbox puts its own behind it. */
union control {
	struct cmsghdr align;
	uint8_t v4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	uint8_t v6[STAMP_CONTROL + CMSG_SPACE(sizeof(struct in6_pktinfo)) + IO_OUTBOX_CONTROL];
};

/* What io_udp_send_soon() gathers. */
struct soon {
	struct io_later later;
	size_t n;
	struct io_udp_msg msgs[IO_UDP_BATCH];
	struct mmsghdr heads[IO_UDP_BATCH];
	union name names[IO_UDP_BATCH];
	union control controls[IO_UDP_BATCH];
	uint8_t buf[IO_UDP_BATCH][STRIDE];
};

struct io_udp {
	uv_poll_t poll;
	struct io_loop *loop;
	int fd;
	bool v6, stamped;
	io_udp_cb *cb;
	void *arg;
	struct io_udp_msg msgs[IO_UDP_BATCH];
	struct mmsghdr in[IO_UDP_BATCH];
	struct iovec in_iov[IO_UDP_BATCH];
	struct io_outbox outbox;
	struct soon *soon;		/* NULL until it is needed */
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

/* --- stamps -------------------------------------------------------------------- */

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* The kernel puts the stamp in front of what else it says. It is taken out, since it must not go out again. */
static void
take_stamps(struct io_udp *u, size_t n)
{
	struct timespec t = { 0, 0 };
	struct msghdr *h;
	struct cmsghdr *c;
	size_t i;

	(void)clock_gettime(CLOCK_REALTIME, &t);	/* always there */
	for (i = 0; i < n; i++) {
		u->msgs[i].stamp_ns = nanoseconds(&t);
		h = &u->in[i].msg_hdr;
		c = CMSG_FIRSTHDR(h);
		if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		u->msgs[i].stamp_ns = nanoseconds((const struct timespec *)(void *)CMSG_DATA(c));
		h->msg_control = (uint8_t *)h->msg_control + STAMP_CONTROL;
		h->msg_controllen = (socklen_t)(h->msg_controllen - STAMP_CONTROL);
	}
}

void
io_udp_stamp(struct io_udp *u)
{
	const int one = 1;

	u->stamped = true;
	/* without it the time of reading has to do */
	(void)setsockopt(u->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
}

/* --- batches ------------------------------------------------------------------- */

/* musl's wrapper sends one by one (and both wrappers clear padding that
 * in[] never had), so the system calls are made directly. */
static int
receive(struct io_udp *u)
{
	size_t i;
	long n = syscall(SYS_recvmmsg, u->fd, u->in, IO_UDP_BATCH, MSG_DONTWAIT, NULL);

	if (u->stamped && n > 0)
		take_stamps(u, (size_t)n);
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
		u->in[i].msg_hdr.msg_control = &u->controls[i];
		u->in[i].msg_hdr.msg_controllen = sizeof(u->controls[i]);
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
		io_outbox_send(&u->outbox, u->msgs, u->in, (size_t)n);
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

/* Straight from the kernel: half a megabyte of buffers of which a quiet door touches some pages, while an allocator
 * writes zeros to all of it. */
static struct io_udp *
room_new(void)
{
	void *p = mmap(NULL, sizeof(struct io_udp), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void
room_free(struct io_udp *u)
{
	(void)munmap(u, sizeof(*u));	/* cannot fail: it is what room_new() got */
}

struct io_udp *
io_udp_new(struct io_loop *l, int fd, io_udp_cb *cb, void *arg)
{
	struct io_udp *u = room_new();

	if (u == NULL)
		return NULL;
	u->loop = l;
	u->fd = u->outbox.fd = fd;
	u->cb = cb;
	u->arg = arg;
	u->poll.data = u;
	prepare(u);
	if (ask_pktinfo(u) < 0 || uv_poll_init(io_loop_uv(l), &u->poll, fd) < 0) {
		room_free(u);
		return NULL;
	}
	(void)uv_poll_start(&u->poll, UV_READABLE, on_readable);	/* fails only on a closing handle */
	return u;
}

static void
on_closed(uv_handle_t *h)
{
	struct io_udp *u = h->data;

	free(u->soon);
	room_free(u);
}

void
io_udp_free(struct io_udp *u)
{
	if (u == NULL)
		return;
	if (u->soon != NULL)
		io_later_cancel(&u->soon->later);
	uv_close((uv_handle_t *)&u->poll, on_closed);
	(void)close(u->fd);	/* datagrams are not owed to anybody */
	u->fd = -1;
}

void
io_udp_mute(struct io_udp *u)
{
	(void)uv_poll_stop(&u->poll);	/* cannot fail */
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

static void
on_soon(void *arg)
{
	struct io_udp *u = arg;
	size_t n = u->soon->n;

	u->soon->n = 0;
	io_outbox_send(&u->outbox, u->soon->msgs, u->soon->heads, n);
}

static struct soon *
soon_new(struct io_udp *u)
{
	struct soon *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL)
		return NULL;
	io_later_init(&s->later, on_soon, u);
	for (i = 0; i < IO_UDP_BATCH; i++)
		s->msgs[i].out = s->buf[i];
	return s;
}

void
io_udp_send_soon(struct io_udp *u, const struct addr_port *peer, const struct addr *local,
    const void *p, size_t n)
{
	struct io_udp_msg *m;
	struct msghdr *h;
	struct soon *s;

	if (u->soon == NULL)
		u->soon = soon_new(u);
	s = u->soon;
	if (s == NULL || n > IO_UDP_OUT_MAX)
		return;		/* lost, as datagrams may be */
	m = &s->msgs[s->n];
	h = &s->heads[s->n].msg_hdr;
	m->peer = *peer;
	m->local = *local;
	m->out_len = (uint16_t)n;
	memcpy(m->out, p, n);
	h->msg_name = &s->names[s->n];
	h->msg_namelen = (socklen_t)addr_to_sockaddr(peer, &s->names[s->n].ss);
	h->msg_controllen = 0;
	h->msg_control = &s->controls[s->n];
	if (local->len != 0)
		put_control(h, &s->controls[s->n], local, 0);
	if (++s->n == IO_UDP_BATCH)
		on_soon(u);
	else
		io_later_call(&s->later, u->loop);
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
