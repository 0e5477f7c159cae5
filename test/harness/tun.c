/* Starts `pic tunnel` by hand, as core does, for test/system/boot: tun PIC DEVICE MTU. Others configure it over
 * /run/wireguard/DEVICE.sock; it ends when this program does. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/listen.h"
#include "io/tun.h"

enum { CORE_FD = 3, FDS = 3 };

static void
die(const char *what, int error)
{
	fprintf(stderr, "tun: %s: %s\n", what, strerror(error));
	exit(2);
}

static int
listening(const char *device)
{
	char path[64];
	int fd;

	(void)mkdir("/run/wireguard", 0700);	/* it may be there */
	(void)snprintf(path, sizeof(path), "/run/wireguard/%s.sock", device);	/* fits */
	fd = io_listen_unix(path, 0600, (gid_t)-1);
	if (fd < 0)
		die(path, -fd);
	return fd;
}

/* 3, 4, 5 by way of numbers that none of them has. */
static void
become(char **argv, const int fds[FDS])
{
	int i, high[FDS];

	for (i = 0; i < FDS; i++)
		high[i] = fds[i] + 2 * FDS;
	for (i = 0; i < FDS; i++)
		if (dup2(fds[i], high[i]) < 0)
			die("dup2", errno);
	for (i = 0; i < FDS; i++)
		if (dup2(high[i], CORE_FD + i) < 0)
			die("dup2", errno);
	execl(argv[1], argv[1], "tunnel", argv[2], argv[3], (char *)NULL);
	die(argv[1], errno);
}

int
main(int argc, char **argv)
{
	int ends[2], fds[FDS], status = 0;
	pid_t pid;

	if (argc != 4)
		die("usage: tun PIC DEVICE MTU", EINVAL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0)
		die("socketpair", errno);
	fds[0] = ends[1];
	fds[1] = io_tun_open(argv[2], false);
	if (fds[1] < 0)
		die("/dev/net/tun", -fds[1]);
	fds[2] = listening(argv[2]);
	pid = fork();
	if (pid < 0)
		die("fork", errno);
	if (pid == 0)
		become(argv, fds);
	(void)close(ends[1]);		/* else the tunnel would not see this end go */
	(void)close(fds[1]);		/* or the device the tunnel's */
	(void)waitpid(pid, &status, 0);	/* its own end is seen by who uses it */
	return 1;
}
