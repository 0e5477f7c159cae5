/* Starting this file again, and finding out who sits on a port. Between fork
 * and exec only system calls are made. */
#include "sys/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

enum {
	STD_FDS = 3,
	HIGH = STD_FDS + PROC_FDS_MAX + 2,	/* above every target */
	FDS_LIMIT = 1 << 20,		/* where a loop over descriptors gives up */
	ENV_MAX = 4096 + 32,		/* a name and a path */
	ENVS = 3
};

/* What the child needs, prepared before the fork. */
struct launch {
	const struct proc_spawn *s;
	int exe;		/* this file */
	int report;		/* errno of a failed start; closed by exec */
	pid_t parent;
	char env[ENVS][ENV_MAX];
	char *envp[ENVS + 1];
};

/* --- in the child --------------------------------------------------------------- */

static void __attribute__((noreturn))
give_up(int report, int error)
{
	/* The parent reads this or, if it is gone, does not care. */
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* A copy of fd above every target, so that no dup2 below hits a source. */
static int
lift(const struct launch *l, int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH);

	if (high < 0)
		give_up(l->report, errno);
	return high;
}

static int
lift_null(const struct launch *l)
{
	int high, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		give_up(l->report, errno);
	high = lift(l, null);
	(void)close(null);	/* held nothing */
	return high;
}

static int
lift_std(const struct launch *l, int fd)
{
	return fd < 0 ? lift_null(l) : lift(l, fd);
}

static void
drop(const struct launch *l, int from, int to, int flags)
{
	if (syscall(SYS_dup3, from, to, flags) < 0)
		give_up(l->report, errno);
}

/* Kernels before 5.9 have no close_range. */
static void
close_from(int first)
{
	struct rlimit lim = { 0, 0 };
	int last = FDS_LIMIT;

	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_max < FDS_LIMIT)
		last = (int)lim.rlim_max;
	while (first < last)
		(void)close(first++);	/* most are not open */
}

/* Standard streams, the descriptors of the role, then exe and report. */
static void
arrange_fds(struct launch *l)
{
	const struct proc_spawn *s = l->s;
	int std[STD_FDS], fds[PROC_FDS_MAX], exe, at = STD_FDS;
	size_t n = s->nfds;

	l->report = lift(l, l->report);
	exe = lift(l, l->exe);
	std[0] = lift_std(l, s->stdin_fd);
	std[1] = lift_std(l, s->stdout_fd);
	if (s->stderr_fd < 0 && fcntl(STDERR_FILENO, F_GETFD) >= 0)
		std[2] = lift(l, STDERR_FILENO);
	else
		std[2] = lift_std(l, s->stderr_fd);
	for (size_t i = 0; i < n; i++)
		fds[i] = lift(l, s->fds[i]);

	for (int i = 0; i < STD_FDS; i++)
		drop(l, std[i], i, 0);
	for (size_t i = 0; i < n; i++)
		drop(l, fds[i], at++, 0);
	drop(l, exe, at, O_CLOEXEC);
	l->exe = at++;
	drop(l, l->report, at, O_CLOEXEC);
	l->report = at++;
	close_from(at);
}

/* exec resets handlers but keeps what is ignored or blocked. */
static void
reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &dfl, NULL);	/* some cannot be set */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);	/* cannot fail */
}

static void __attribute__((noreturn))
child_run(struct launch *l)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		give_up(l->report, errno);
	/* It may have died before it could have told us. */
	if (getppid() != l->parent)
		_exit(126);
	arrange_fds(l);
	reset_signals();
	/* execve takes the strings as not const, and leaves them alone. */
	(void)syscall(SYS_execveat, l->exe, "", l->s->argv, l->envp,
	    AT_EMPTY_PATH);
	give_up(l->report, errno);
}

/* --- in the parent -------------------------------------------------------------- */

static void
keep_env(struct launch *l, const char *name)
{
	const char *value = getenv(name);
	size_t n = 0;
	int len;

	if (value == NULL)
		return;
	while (l->envp[n] != NULL)
		n++;
	len = snprintf(l->env[n], ENV_MAX, "%s=%s", name, value);
	if (len > 0 && len < ENV_MAX)
		l->envp[n] = l->env[n];
}

/* 0 once the child runs the new image, or why it does not. */
static int
await_exec(int report)
{
	int error = 0;
	ssize_t n;

	do
		n = read(report, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(error) ? -error : 0;
}

/* No handler of the parent may run in the child: signals wait until it has
 * put the default dispositions in place. */
static pid_t
fork_blocked(struct launch *l)
{
	sigset_t all, old;
	pid_t pid;
	int error;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);	/* cannot fail */
	l->parent = getpid();
	pid = fork();
	if (pid == 0)
		child_run(l);
	error = errno;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);	/* cannot fail */
	return pid < 0 ? -error : pid;
}

static pid_t
launch(struct launch *l)
{
	int report[2], r;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	l->report = report[1];
	pid = fork_blocked(l);
	(void)close(report[1]);		/* the child's end */
	r = pid < 0 ? pid : await_exec(report[0]);
	(void)close(report[0]);		/* read to its end */
	if (pid > 0 && r < 0)
		(void)waitpid(pid, NULL, 0);	/* r tells more than its status */
	return r < 0 ? r : pid;
}

pid_t
proc_spawn(const struct proc_spawn *s)
{
	struct launch l = { .s = s };
	pid_t pid;

	if (s->nfds > PROC_FDS_MAX)
		return -EINVAL;
	l.exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (l.exe < 0)
		return -errno;
	keep_env(&l, "PIC_LOG_LEVEL");
	keep_env(&l, "JOURNAL_STREAM");	/* so that its lines carry priorities */
	keep_env(&l, "PIC_TRUST_FILE");	/* io/tls_anchors.h */
	pid = launch(&l);
	(void)close(l.exe);		/* a place, not a file */
	return pid;
}

/* --- who holds a port ------------------------------------------------------------- */

/* A line of /proc/net/{tcp,udp}*: "sl: local:port remote:port st …". The
 * inode of the socket, 0 when it is another port or not listening. */
static uint64_t
line_inode(const char *line, bool tcp, unsigned port)
{
	enum { LISTEN = 10 };
	unsigned local, state;
	unsigned long long inode;

	if (sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x"
	    " %*x:%*x %*x:%*x %*x %*u %*u %llu", &local, &state, &inode) != 3 ||
	    local != port || (tcp && state != LISTEN))
		return 0;
	return inode;
}

static uint64_t
table_inode(const char *path, bool tcp, unsigned port)
{
	FILE *f = fopen(path, "re");
	uint64_t inode = 0;
	char line[512];

	if (f == NULL)
		return 0;
	while (inode == 0 && fgets(line, sizeof(line), f) != NULL)
		inode = line_inode(line, tcp, port);
	(void)fclose(f);	/* opened for reading */
	return inode;
}

/* Whether a process has the socket open. at: its folder in /proc. */
static bool
process_holds(int at, const char *want)
{
	int fd = openat(at, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char link[64];
	bool found = false;
	struct dirent *d;

	if (dir == NULL) {
		if (fd >= 0)
			(void)close(fd);	/* opened for reading */
		return false;
	}
	while (!found && (d = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(fd, d->d_name, link, sizeof(link));

		found = n > 0 && str_eqz((struct str){ link, (size_t)n }, want);
	}
	(void)closedir(dir);	/* opened for reading */
	return found;
}

/* The name is the process's own word: shown, so made printable. */
static void
name_read(int at, char *name, size_t size)
{
	int fd = openat(at, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 || size == 0)
		return;
	n = read(fd, name, size - 1);
	(void)close(fd);	/* opened for reading */
	name[n < 0 ? 0 : n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (*p < ' ' || *p >= 0x7f)
			*p = '?';
}

static pid_t
inode_holder(uint64_t inode, char *name, size_t size)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;
	uint64_t pid = 0;
	char want[64];

	(void)snprintf(want, sizeof(want), "socket:[%llu]",
	    (unsigned long long)inode);		/* 29 characters at most */
	while (dir != NULL && pid == 0 && (d = readdir(dir)) != NULL) {
		int at;

		if (!str_u64(str_of(d->d_name), INT32_MAX, &pid))
			continue;
		at = openat(dirfd(dir), d->d_name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (at >= 0 && process_holds(at, want))
			name_read(at, name, size);
		else
			pid = 0;
		if (at >= 0)
			(void)close(at);	/* opened for reading */
	}
	if (dir != NULL)
		(void)closedir(dir);	/* opened for reading */
	return (pid_t)pid;
}

pid_t
proc_port_holder(int protocol, unsigned port, char *name, size_t size)
{
	bool tcp = protocol == IPPROTO_TCP;
	uint64_t inode;

	if (size > 0)
		name[0] = '\0';
	inode = table_inode(tcp ? "/proc/net/tcp" : "/proc/net/udp", tcp, port);
	if (inode == 0)
		inode = table_inode(tcp ? "/proc/net/tcp6" : "/proc/net/udp6",
		    tcp, port);
	return inode == 0 ? 0 : inode_holder(inode, name, size);
}
