/* Sending batches; see outbox.h. musl's sendmmsg() sends one by one, so the
 * system call is made directly. */
#include "io/outbox.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/udp.h"

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
collect(struct io_outbox *o, const struct io_udp_msg *msgs, const struct mmsghdr *heads, size_t n)
{
	const struct io_segment *g;
	struct msghdr *h;
	size_t k, used = 0;
	uint8_t i;

	io_segments_find(&o->segments, msgs, n, o->single);
	for (k = 0; k < o->segments.n; k++) {
		g = &o->segments.groups[k];
		h = &o->out[k].msg_hdr;
		h->msg_name = heads[g->first].msg_hdr.msg_name;
		h->msg_namelen = heads[g->first].msg_hdr.msg_namelen;
		h->msg_control = heads[g->first].msg_hdr.msg_control;
		h->msg_controllen = heads[g->first].msg_hdr.msg_controllen;
		h->msg_iov = &o->iov[used];
		h->msg_iovlen = g->count;
		if (g->count > 1)
			put_segment(h, msgs[g->first].out_len);
		for (i = g->first; i != IO_SEGMENT_END; i = o->segments.next[i]) {
			assert(msgs[i].out_len <= IO_UDP_OUT_MAX);
			o->iov[used++] = (struct iovec){ msgs[i].out, msgs[i].out_len };
		}
	}
	return (unsigned)o->segments.n;
}

/* A group that cannot go: its datagrams are tried one by one. Where the way
 * out takes no groups at all (a device without checksums, a socket without
 * them, a kernel without the option), none are made any more. */
static void
answer_singly(struct io_outbox *o, unsigned k)
{
	struct msghdr h = o->out[k].msg_hdr;
	size_t i, n = (size_t)h.msg_iovlen;

	if (errno == EIO || errno == EINVAL || errno == EOPNOTSUPP)
		o->single = true;
	h.msg_controllen = (socklen_t)(h.msg_controllen - CMSG_SPACE(sizeof(uint16_t)));
	h.msg_iovlen = 1;
	for (i = 0; i < n; i++, h.msg_iov++)
		(void)sendmsg(o->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);	/* a lost answer is asked for again */
}

/* An answer that cannot go (no route, refused by a filter) is skipped; when the
 * socket is full the rest is dropped: the asker asks again. */
void
io_outbox_send(struct io_outbox *o, const struct io_udp_msg *msgs, const struct mmsghdr *heads, size_t batch)
{
	unsigned i = 0, k = collect(o, msgs, heads, batch);
	long n;

	while (i < k) {
		n = syscall(SYS_sendmmsg, o->fd, o->out + i, k - i, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			i += (unsigned)n;
			continue;
		}
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && o->out[i].msg_hdr.msg_iovlen > 1)
			answer_singly(o, i);
		i++;
	}
}
