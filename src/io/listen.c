/* Stream listeners; see listen.h. */
#include "io/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/poll.h"
#include "io/timer.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif

enum {
	BACKLOG = 1024,
	ACCEPTS_MAX = 64,	/* per turn */
	PAUSE_MS = 100
};

struct io_listen {
	struct io_poll *poll;
	struct io_timer *timer;
	int fd;
	io_accept_cb *cb;
	void *arg;
	bool freed;		/* inside the callback */
	bool busy;
};

/* --- accepting ------------------------------------------------------------------- */

static bool
out_of_something(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* Hand one connection on. False when there is none, or none can be had now. */
static bool
accept_one(struct io_listen *s)
{
	struct sockaddr_storage ss;
	socklen_t n = sizeof(ss);
	struct addr_port peer = { 0 }, local = { 0 };
	int fd = accept4(s->fd, (struct sockaddr *)&ss, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return false;
		if (!out_of_something(errno))
			return true;	/* that one connection has failed already */
		io_poll_set(s->poll, 0);
		io_timer_once(s->timer, PAUSE_MS);
		return false;
	}
	/* Left at length 0 on a Unix socket. */
	(void)addr_from_sockaddr(&ss, &peer);
	n = sizeof(ss);
	if (getsockname(fd, (struct sockaddr *)&ss, &n) == 0)
		(void)addr_from_sockaddr(&ss, &local);
	s->cb(s->arg, fd, &peer, &local);
	return true;
}

static void
on_readable(void *arg, int events)
{
	struct io_listen *s = arg;
	int i;

	(void)events;
	s->busy = true;
	for (i = 0; i < ACCEPTS_MAX && !s->freed; i++)
		if (!accept_one(s))
			break;
	s->busy = false;
	if (s->freed)
		free(s);
}

static void
on_pause_over(void *arg)
{
	struct io_listen *s = arg;

	io_poll_set(s->poll, IO_READABLE);
}

struct io_listen *
io_listen_new(struct io_loop *l, int fd, io_accept_cb *cb, void *arg)
{
	struct io_listen *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->fd = fd;
	s->cb = cb;
	s->arg = arg;
	s->timer = io_timer_new(l, on_pause_over, s);
	s->poll = io_poll_new(l, fd, IO_READABLE, on_readable, s);
	if (s->timer != NULL && s->poll != NULL)
		return s;
	io_listen_free(s);
	return NULL;
}

void
io_listen_free(struct io_listen *s)
{
	if (s == NULL)
		return;
	io_poll_free(s->poll);
	io_timer_free(s->timer);
	s->freed = true;
	if (!s->busy)
		free(s);
}

/* --- opening ------------------------------------------------------------------------ */

/* Accepted sockets inherit TCP_NODELAY. */
static int
set_options(int fd, int family)
{
	const int one = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		return -errno;
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0)
		return -errno;
	return 0;
}

int
io_listen_tcp(const struct addr_port *at)
{
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(at, &ss);
	int error, fd;

	if (n == 0)
		return -EINVAL;
	fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	error = set_options(fd, ss.ss_family);
	if (error == 0 && (bind(fd, (struct sockaddr *)&ss, (socklen_t)n) < 0 || listen(fd, BACKLOG) < 0))
		error = -errno;
	if (error == 0)
		return fd;
	(void)close(fd);	/* the first error is the one to tell */
	return error;
}

/* 0: nothing is there; 1: a socket at which nobody answers, whose name may be taken. */
static int
find_stale(const struct sockaddr_un *un)
{
	struct stat st;
	int error = 0, fd;

	if (lstat(un->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) == 0 || errno != ECONNREFUSED)
		error = -EADDRINUSE;
	(void)close(fd);	/* only asked whether somebody is there */
	return error == 0 ? 1 : error;
}

/* Not over somebody who was not there when we looked, where the file system knows how. */
static int
place(const char *from, const char *to, bool replace)
{
	if (!replace && syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (!replace && errno != EINVAL)
		return errno == EEXIST ? -EADDRINUSE : -errno;
	return rename(from, to) < 0 ? -errno : 0;
}

/* Under a name of its own until it listens: who meets a socket that refuses takes it for a stale one, and `wg` removes those. */
static int
open_unix(int fd, const char *path, bool replace, mode_t mode, gid_t gid)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int n = snprintf(un.sun_path, sizeof(un.sun_path), "%s~%ld", path, (long)getpid()), error;
	struct stat st;

	if (n >= (int)sizeof(un.sun_path))
		return -ENAMETOOLONG;
	if (lstat(un.sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)unlink(un.sun_path);	/* of one that was killed here */
	if (bind(fd, (const struct sockaddr *)&un, sizeof(un)) < 0)
		return -errno;
	if (chown(un.sun_path, (uid_t)-1, gid) < 0 || chmod(un.sun_path, mode) < 0 || listen(fd, BACKLOG) < 0)
		error = -errno;
	else
		error = place(un.sun_path, path, replace);
	if (error < 0)
		(void)unlink(un.sun_path);	/* ours, and of no use */
	return error;
}

int
io_listen_unix(const char *path, mode_t mode, gid_t gid)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int error, fd, stale;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	memcpy(un.sun_path, path, strlen(path));
	stale = find_stale(&un);
	if (stale < 0)
		return stale;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	error = open_unix(fd, path, stale == 1, mode, gid);
	if (error == 0)
		return fd;
	(void)close(fd);	/* the first error is the one to tell */
	return error;
}

int
io_peer_uid(int fd, uid_t *uid, gid_t *gid)
{
	struct ucred cred;
	socklen_t n = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) < 0)
		return -errno;
	*uid = cred.uid;
	*gid = cred.gid;
	return 0;
}
