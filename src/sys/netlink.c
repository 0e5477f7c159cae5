/* A netlink socket; see netlink.h. */
#include "sys/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <sodium.h>

#include "base/nla.h"
#include "base/rd.h"
#include "base/sparse.h"

enum { BUFFER = 1 << 16, WAIT_S = 5, SLACK = 1 << 12 };

struct netlink {
	int fd;
	size_t room;			/* that the socket has for one send */
	size_t most;			/* of buf that was ever used */
	uint8_t buf[BUFFER];
};

int
netlink_open(struct netlink **out, int protocol)
{
	const struct timeval wait = { WAIT_S, 0 };
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct netlink *n = sparse_head(sizeof(*n), offsetof(struct netlink, buf));
	int rc;

	if (n == NULL)
		return -ENOMEM;
	n->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (n->fd < 0 || bind(n->fd, (const struct sockaddr *)&any, sizeof(any)) < 0 ||
	    setsockopt(n->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0) {
		rc = -errno;
		netlink_close(n);
		return rc;
	}
	*out = n;
	return 0;
}

void
netlink_close(struct netlink *n)
{
	if (n == NULL)
		return;
	if (n->fd >= 0)
		(void)close(n->fd);	/* nothing is kept in it */
	sodium_memzero(n->buf, n->most);	/* keys of WireGuard may have come */
	free(n);
}

/* A transaction is one message to the socket, however long it is. */
static int
make_room(struct netlink *n, size_t len)
{
	const int want = (int)(len + SLACK);

	if (len < n->room)
		return 0;
	if (len > INT32_MAX / 2)
		return -EMSGSIZE;
	if (setsockopt(n->fd, SOL_SOCKET, SO_SNDBUFFORCE, &want, sizeof(want)) < 0 &&
	    setsockopt(n->fd, SOL_SOCKET, SO_SNDBUF, &want, sizeof(want)) < 0)
		return -errno;
	n->room = len;
	return 0;
}

static int
say(struct netlink *n, const void *p, size_t len)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int rc = make_room(n, len);

	if (rc < 0)
		return rc;
	if (sendto(n->fd, p, len, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

/* What came, as a cursor; -EAGAIN: nothing. Only the kernel is listened to. */
static int
hear(struct netlink *n, int flags, struct rd *r)
{
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t len;

	do {
		len = recvfrom(n->fd, n->buf, sizeof(n->buf), flags | MSG_TRUNC, (struct sockaddr *)&from, &size);
	} while ((len < 0 && errno == EINTR) || (len >= 0 && from.nl_pid != 0));
	if (len < 0)
		return -errno;
	if ((size_t)len > n->most)
		n->most = (size_t)len < sizeof(n->buf) ? (size_t)len : sizeof(n->buf);
	if ((size_t)len > sizeof(n->buf))
		return -EMSGSIZE;
	rd_init(r, n->buf, (size_t)len);
	return 0;
}

/* The code of NLMSG_ERROR and of the end of a dump: 0 or a negative errno. */
static int
code_of(const struct nlm *m)
{
	int code = -EBADMSG;

	if (m->n >= sizeof(code))
		memcpy(&code, m->p, sizeof(code));
	return code > 0 ? -EBADMSG : code;
}

struct hearing { netlink_cb *cb; void *arg; bool dump, any, done, changed; int error; };

static void
take(struct hearing *h, struct rd *r)
{
	struct nlm m;

	while (!h->done && nlm_next(r, &m)) {
		h->any = true;
		h->changed = h->changed || (m.flags & NLM_F_DUMP_INTR) != 0;
		if (m.type == NLMSG_ERROR || m.type == NLMSG_DONE) {
			if (h->error == 0)
				h->error = m.type == NLMSG_DONE && m.n == 0 ? 0 : code_of(&m);
			h->done = m.type == NLMSG_DONE || h->dump;
		} else if (h->cb != NULL && h->error == 0) {
			h->error = h->cb(h->arg, &m);
		}
	}
	if (!rd_ok(r) && h->error == 0)
		h->error = -EBADMSG;
}

int
netlink_do(struct netlink *n, const void *messages, size_t len, netlink_cb *cb, void *arg)
{
	struct hearing h = { .cb = cb, .arg = arg };
	int rc = say(n, messages, len);
	struct rd r;

	if (rc < 0)
		return rc;
	while ((rc = hear(n, MSG_DONTWAIT, &r)) == 0)
		take(&h, &r);
	if (h.error != 0)
		return h.error;
	if (rc != -EAGAIN)
		return rc;
	return h.any ? 0 : -EIO;
}

int
netlink_dump(struct netlink *n, const void *message, size_t len, netlink_cb *cb, void *arg)
{
	struct hearing h = { .cb = cb, .arg = arg, .dump = true };
	int rc = say(n, message, len);
	struct rd r;

	while (rc == 0 && !h.done) {	/* to its end: what is left would be taken for the next answer */
		rc = hear(n, 0, &r);
		if (rc == 0)
			take(&h, &r);
	}
	if (rc < 0)
		return rc;
	return h.error != 0 ? h.error : h.changed ? -EINTR : 0;
}

int
netlink_fd(const struct netlink *n)
{
	return n->fd;
}

int
netlink_hear(struct netlink *n, netlink_cb *cb, void *arg)
{
	struct hearing h = { .cb = cb, .arg = arg };
	struct rd r;
	int rc = hear(n, MSG_DONTWAIT, &r);

	if (rc < 0)
		return rc;
	take(&h, &r);
	return h.error;
}
