/* What depends on the host is tested in namespaces of our own, where the kernel lets us have them. */
#ifndef UNIT_SYS_APART_H
#define UNIT_SYS_APART_H

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_NAMESPACE = 77 };

/* Run probe in fresh namespaces; its result. */
static inline int
apart(int flags, int (*probe)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(flags) < 0 && unshare(flags | CLONE_NEWUSER) < 0)
			_exit(NO_NAMESPACE);
		_exit(probe());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NAMESPACE)
		skip();
	return WEXITSTATUS(status);
}

/* A network with nobody else in it, so that a port that is free stays free until it is used. Where the kernel does not let us
 * have one, it is the host's, and mostly does. */
static inline void
own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET | CLONE_NEWUSER) < 0)
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
	(void)close(fd);
}

#endif /* UNIT_SYS_APART_H */
