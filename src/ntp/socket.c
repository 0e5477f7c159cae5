/* Sockets of the client; see socket.h. */
#include "ntp/socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/addr.h"

/* A clock that is asked about itself agrees with itself. */
static bool
is_ourselves(int fd, const struct addr *to)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr_port from;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0 || !addr_from_sockaddr(&ss, &from))
		return false;
	return addr_is_loopback(to) || addr_eq(&from.addr, to);
}

int
ntp_socket_open(const struct addr_port *to)
{
	const int one = 1;
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(to, &ss);
	int error, fd = socket(ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	/* without it the time of reading has to do */
	(void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	error = connect(fd, (struct sockaddr *)&ss, (socklen_t)n) < 0 ? -errno : is_ourselves(fd, &to->addr) ? -ELOOP : 0;
	if (error == 0)
		return fd;
	ntp_socket_close(fd);
	return error;
}

void
ntp_socket_close(int fd)
{
	if (fd >= 0)
		(void)close(fd);	/* nothing unsent to lose */
}

int
ntp_socket_send(int fd, const void *p, size_t n)
{
	return send(fd, p, n, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

ssize_t
ntp_socket_receive(int fd, void *p, size_t size, int64_t *wall)
{
	union { struct cmsghdr align; uint8_t room[CMSG_SPACE(sizeof(struct timespec))]; } control;
	struct iovec iov = { p, size };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct timespec now = { 0, 0 };
	ssize_t n = recvmsg(fd, &h, MSG_DONTWAIT);
	struct cmsghdr *c;

	if (n < 0)
		return -errno;
	(void)clock_gettime(CLOCK_REALTIME, &now);	/* always there */
	*wall = nanoseconds(&now);
	c = CMSG_FIRSTHDR(&h);
	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
		*wall = nanoseconds((const struct timespec *)(void *)CMSG_DATA(c));
	return n;
}
