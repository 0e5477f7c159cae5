/* Steps on sockets; see sock.h. */
#include "io/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/addr.h"

int
io_sock_connect(const struct addr_port *to)
{
	struct sockaddr_storage ss;
	const socklen_t n = (socklen_t)addr_to_sockaddr(to, &ss);
	const int one = 1;
	int fd, error;

	if (n == 0)
		return -EAFNOSUPPORT;
	fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));	/* without it only slower */
	if (connect(fd, (struct sockaddr *)&ss, n) == 0 || errno == EINPROGRESS)
		return fd;
	error = -errno;
	(void)close(fd);	/* nothing was sent */
	return error;
}

int
io_sock_error(int fd)
{
	socklen_t n = sizeof(int);
	int error = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 ? -errno : -error;
}

ssize_t
io_sock_send(int fd, const void *p, size_t n)
{
	ssize_t k;

	do
		k = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (k < 0 && errno == EINTR);
	return k < 0 ? -errno : k;
}

ssize_t
io_sock_receive(int fd, void *p, size_t n)
{
	ssize_t k;

	do
		k = recv(fd, p, n, MSG_DONTWAIT);
	while (k < 0 && errno == EINTR);
	return k < 0 ? -errno : k;
}
