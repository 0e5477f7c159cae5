/* Rows of datagrams; see bundle.h. musl's sendmmsg() sends one by one, so the system calls are made directly. */
#include "io/bundle.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	BURST = 4 << 20,	/* octets that a socket holds: some milliseconds at full speed */
	SEND_MAX = 65000	/* octets of one send: with heads of IPv6 it is no more than 64 KiB */
};

/* --- preparation --------------------------------------------------------------------------- */

static bool
is_v6(int fd)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(ss);

	return getsockname(fd, (struct sockaddr *)&ss, &n) == 0 && ss.ss_family == AF_INET6;
}

/* Beyond the system's limit only with CAP_NET_ADMIN; less is no failure. */
static void
make_room(int fd)
{
	const int n = BURST;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &n, sizeof(n)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &n, sizeof(n));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &n, sizeof(n)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &n, sizeof(n));
}

int
io_bundle_prepare(int fd)
{
	const int one = 1;
	int rc;

	if (is_v6(fd))
		rc = setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	else
		rc = setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	if (rc < 0)
		return -errno;
	make_room(fd);
	(void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof(one));	/* without it they come one by one */
	return 0;
}

/* --- out ------------------------------------------------------------------------------------- */

void
io_bundle_out_init(struct io_bundle_out *o, int fd)
{
	memset(o, 0, sizeof(*o));
	o->fd = fd;
}

static void
put(struct msghdr *h, int level, int type, const void *p, size_t n)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)((uint8_t *)h->msg_control + h->msg_controllen);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = (socklen_t)CMSG_LEN(n);
	memcpy(CMSG_DATA(c), p, n);
	h->msg_controllen = (socklen_t)(h->msg_controllen + CMSG_SPACE(n));
}

static void
put_from(struct msghdr *h, const struct addr *from)
{
	struct in_pktinfo v4 = { 0 };
	struct in6_pktinfo v6 = { .ipi6_ifindex = 0 };

	if (from->len == 4) {
		memcpy(&v4.ipi_spec_dst, from->b, 4);
		put(h, IPPROTO_IP, IP_PKTINFO, &v4, sizeof(v4));
	} else if (from->len == 16) {
		memcpy(&v6.ipi6_addr, from->b, 16);
		put(h, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof(v6));
	}
}

/* How many of a row leave in one send: of one length, and the last may be shorter. */
static uint16_t
row_of(const struct iovec *row, size_t n, bool single)
{
	size_t all = row[0].iov_len, k = 1;

	while (!single && k < n && k < IO_BUNDLE_ROW && row[k - 1].iov_len == row[0].iov_len &&
	    row[k].iov_len <= row[0].iov_len && row[k].iov_len > 0 && all + row[k].iov_len <= SEND_MAX)
		all += row[k++].iov_len;
	return (uint16_t)k;
}

/* The next send: the row that starts at that place of a bundle. How many datagrams it has. */
static size_t
prepare(struct io_bundle_out *o, struct io_bundle *b, size_t at)
{
	const unsigned i = o->used++;
	struct msghdr *h = &o->heads[i].msg_hdr;
	const uint16_t each = (uint16_t)b->row[at].iov_len, n = row_of(b->row + at, b->n - at, o->single);

	h->msg_name = &o->names[i];
	h->msg_namelen = (socklen_t)addr_to_sockaddr(&b->to, &o->names[i]);
	h->msg_iov = &b->row[at];
	h->msg_iovlen = n;
	h->msg_control = &o->controls[i];
	h->msg_controllen = 0;
	put_from(h, &b->from);
	if (n > 1)
		put(h, IPPROTO_UDP, UDP_SEGMENT, &each, sizeof(each));
	o->counts[i] = n;
	o->of[i] = b;
	return n;
}

static void
collect(struct io_bundle_out *o, struct io_bundle *b, size_t n)
{
	size_t i, at;

	o->used = 0;
	for (i = 0; i < n; i++)
		for (at = 0; at < b[i].n && o->used < IO_BUNDLE_BATCH; )
			at += prepare(o, &b[i], at);
}

static void
advance(struct io_bundle *b, size_t n)
{
	b->row += n;
	b->n -= n;
}

/* What kernels say of a source that is not ours. */
static bool
is_foreign(int error)
{
	return error == EINVAL || error == ENETUNREACH || error == EADDRNOTAVAIL;
}

/* One datagram; with another source where the one that is asked for is gone. */
static int
send_one(const struct io_bundle_out *o, struct io_bundle *b, const struct msghdr *like)
{
	struct msghdr h = *like;

	h.msg_iov = b->row;
	h.msg_iovlen = 1;
	h.msg_controllen = b->from.len == 0 ? 0 :
	    (socklen_t)(b->from.len == 4 ? CMSG_SPACE(sizeof(struct in_pktinfo)) : CMSG_SPACE(sizeof(struct in6_pktinfo)));
	if (sendmsg(o->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	if (!is_foreign(errno) || b->from.len == 0)
		return -errno;
	h.msg_controllen = 0;
	if (sendmsg(o->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	b->from.len = 0;
	return 0;
}

static bool
is_full(int error)
{
	return error == -EAGAIN || error == -ENOBUFS;
}

/* A send that the kernel refused, datagram by datagram. Where the way out takes no rows at all (a device without
 * checksums, a kernel without the option), none are made any more; a row of what is longer than the path's MTU is
 * refused, too, but says nothing about others. */
static int
send_singly(struct io_bundle_out *o, unsigned i, int why)
{
	struct io_bundle *b = o->of[i];
	unsigned left;
	int error;

	if (o->counts[i] > 1 && (why == -EIO || why == -EOPNOTSUPP))
		o->single = true;
	for (left = o->counts[i]; left > 0; left--) {
		error = send_one(o, b, &o->heads[i].msg_hdr);
		if (is_full(error))
			return -EAGAIN;
		if (error < 0)
			b->error = error;
		advance(b, 1);
	}
	return 0;
}

/* All that were collected. */
static int
flush(struct io_bundle_out *o)
{
	unsigned i = 0, k;
	int error;
	long n;

	while (i < o->used) {
		n = syscall(SYS_sendmmsg, o->fd, o->heads + i, o->used - i, MSG_DONTWAIT | MSG_NOSIGNAL);
		error = n < 0 ? -errno : 0;
		if (is_full(error))
			return -EAGAIN;
		for (k = 0; n > 0 && k < (unsigned)n; k++)
			advance(o->of[i + k], o->counts[i + k]);
		i += k;
		if (n < 0 && error != -EINTR) {
			if (send_singly(o, i, error) < 0)
				return -EAGAIN;
			i++;
		}
	}
	return 0;
}

int
io_bundle_send(struct io_bundle_out *o, struct io_bundle *b, size_t n)
{
	int error = 0;

	while (error == 0 && n > 0) {
		collect(o, b, n);
		error = flush(o);
		for (; n > 0 && b->n == 0; n--)
			b++;
	}
	return error;
}

/* --- in --------------------------------------------------------------------------------------- */

void
io_bundle_in_init(struct io_bundle_in *in, int fd, uint8_t *room)
{
	size_t i;

	memset(in, 0, sizeof(*in));
	in->fd = fd;
	for (i = 0; i < IO_BUNDLE_BATCH; i++) {
		in->iovs[i] = (struct iovec){ room + i * IO_BUNDLE_ROOM, IO_BUNDLE_ROOM };
		in->heads[i].msg_hdr.msg_iov = &in->iovs[i];
		in->heads[i].msg_hdr.msg_iovlen = 1;
		in->heads[i].msg_hdr.msg_name = &in->names[i];
		in->heads[i].msg_hdr.msg_control = &in->controls[i];
	}
}

static void
take_local(struct io_bundle_got *g, const struct cmsghdr *c)
{
	struct in_pktinfo v4;
	struct in6_pktinfo v6;

	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		memcpy(&v4, CMSG_DATA(c), sizeof(v4));
		g->local.len = 4;
		memcpy(g->local.b, &v4.ipi_spec_dst, 4);
	} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		memcpy(&v6, CMSG_DATA(c), sizeof(v6));
		if (IN6_IS_ADDR_MULTICAST(&v6.ipi6_addr))
			return;
		g->local.len = 16;
		memcpy(g->local.b, &v6.ipi6_addr, 16);
	}
}

/* Not with CMSG_NXTHDR(): in musl it compares signed with unsigned. What the kernel wrote fits. */
static void
take_control(struct io_bundle_got *g, const struct msghdr *h)
{
	const uint8_t *p = h->msg_control, *end = p + h->msg_controllen;
	const struct cmsghdr *c;
	int each;

	for (; p + sizeof(*c) <= end; p += CMSG_ALIGN(c->cmsg_len)) {
		c = (const struct cmsghdr *)(const void *)p;
		if (c->cmsg_len < sizeof(*c))
			return;
		take_local(g, c);
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&each, CMSG_DATA(c), sizeof(each));
			if (each > 0)
				g->each = (size_t)each;
		}
	}
}

static bool
take(struct io_bundle_in *in, unsigned i, struct io_bundle_got *g)
{
	const struct msghdr *h = &in->heads[i].msg_hdr;

	memset(g, 0, sizeof(*g));
	g->p = in->iovs[i].iov_base;
	g->n = g->each = in->heads[i].msg_len;
	take_control(g, h);
	return (h->msg_flags & MSG_TRUNC) == 0 && g->n > 0 && addr_from_sockaddr(&in->names[i], &g->from);
}

int
io_bundle_receive(struct io_bundle_in *in, struct io_bundle_got got[IO_BUNDLE_BATCH])
{
	int used = 0;
	unsigned i;
	long n;

	for (i = 0; i < IO_BUNDLE_BATCH; i++) {
		in->heads[i].msg_hdr.msg_namelen = sizeof(in->names[i]);
		in->heads[i].msg_hdr.msg_controllen = sizeof(in->controls[i]);
	}
	n = syscall(SYS_recvmmsg, in->fd, in->heads, IO_BUNDLE_BATCH, MSG_DONTWAIT, NULL);
	if (n < 0)
		return -errno;
	for (i = 0; i < (unsigned)n; i++)
		used += take(in, i, &got[used]);
	return used;
}
